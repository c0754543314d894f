package dev.amalgam.io.importance;

import static dev.amalgam.core.AmalgamException.quote;

import dev.amalgam.core.importance.Aggregate;
import dev.amalgam.core.importance.Estimator;
import dev.amalgam.core.importance.Level;
import dev.amalgam.core.importance.Point;
import dev.amalgam.core.tensor.CheckpointException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * How the scores in a sidecar came about.
 *
 * @param level how finely the delta is partitioned
 * @param estimator by which means
 * @param point where gradients were taken; absent for interventions
 * @param steps how many points there were on the way
 * @param aggregate how the scores of examples made importance
 * @param magnitude whether scores of elements were multiplied by the magnitude of their delta
 * @param examples how many examples there were
 * @param maxLength the most tokens of an example, if it was limited
 * @param baseLoss the mean loss of the examples under the base
 * @param expertLoss the mean loss of the examples under the expert
 * @param baseHash the SHA-256 of the base, see {@link ContentHash}
 * @param expertHash the SHA-256 of the expert
 * @param dataHash the SHA-256 of the file of examples
 * @param version the version of Amalgam
 */
public record SidecarMetadata(
    Level level,
    Estimator estimator,
    Optional<Point> point,
    int steps,
    Aggregate aggregate,
    boolean magnitude,
    int examples,
    OptionalInt maxLength,
    double baseLoss,
    double expertLoss,
    String baseHash,
    String expertHash,
    String dataHash,
    String version) {

  private static final String EFFECT = "effect";
  private static final String EFFECT_MAGNITUDE = "effect-magnitude";

  Map<String, String> toMap() {
    Map<String, String> map = new LinkedHashMap<>();
    map.put("level", level.word());
    map.put("estimator", word(estimator));
    point.ifPresent(p -> map.put("point", word(p)));
    map.put("steps", Integer.toString(steps));
    map.put("aggregate", word(aggregate));
    map.put("score", magnitude ? EFFECT_MAGNITUDE : EFFECT);
    map.put("examples", Integer.toString(examples));
    maxLength.ifPresent(length -> map.put("max_length", Integer.toString(length)));
    map.put("base_loss", Double.toString(baseLoss));
    map.put("expert_loss", Double.toString(expertLoss));
    map.put("base_sha256", baseHash);
    map.put("expert_sha256", expertHash);
    map.put("data_sha256", dataHash);
    map.put("amalgam", version);
    return map;
  }

  private static String word(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }

  /**
   * Returns the metadata that a file has.
   *
   * @param file what messages call it
   * @throws CheckpointException naming the key that is missing or malformed
   */
  static SidecarMetadata of(String file, Map<String, String> map) {
    Reader reader = new Reader(file, map);
    return new SidecarMetadata(
        reader.choice("level", Level.values()),
        reader.choice("estimator", Estimator.values()),
        map.containsKey("point")
            ? Optional.of(reader.choice("point", Point.values()))
            : Optional.empty(),
        reader.count("steps"),
        reader.choice("aggregate", Aggregate.values()),
        switch (reader.text("score")) {
          case EFFECT -> false;
          case EFFECT_MAGNITUDE -> true;
          case String other -> throw reader.wrong("score", other);
        },
        reader.count("examples"),
        map.containsKey("max_length")
            ? OptionalInt.of(reader.count("max_length"))
            : OptionalInt.empty(),
        reader.number("base_loss"),
        reader.number("expert_loss"),
        reader.text("base_sha256"),
        reader.text("expert_sha256"),
        reader.text("data_sha256"),
        reader.text("amalgam"));
  }

  private record Reader(String file, Map<String, String> map) {

    String text(String key) {
      String text = map.get(key);
      if (text == null) {
        throw new CheckpointException(
            "%s has no %s in its metadata, so it holds no importance scores; name a file that 'amalgam importance' wrote"
                .formatted(quote(file), key));
      }
      return text;
    }

    <E extends Enum<E>> E choice(String key, E[] values) {
      String text = text(key);
      return Arrays.stream(values)
          .filter(value -> word(value).equals(text))
          .findFirst()
          .orElseThrow(() -> wrong(key, text));
    }

    int count(String key) {
      String text = text(key);
      if (!text.matches("[1-9]\\d{0,8}")) {
        throw wrong(key, text);
      }
      return Integer.parseInt(text);
    }

    double number(String key) {
      String text = text(key);
      try {
        return Double.parseDouble(text);
      } catch (NumberFormatException e) {
        throw wrong(key, text);
      }
    }

    CheckpointException wrong(String key, String value) {
      return new CheckpointException(
          "%s: its metadata says %s %s, which is no such thing; the file is damaged, so work it out again with 'amalgam importance'"
              .formatted(quote(file), key, quote(value)));
    }
  }
}
