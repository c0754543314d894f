package dev.amalgam.core.model;

import dev.amalgam.core.layer.ModelException;
import dev.amalgam.core.layer.Rotary;
import dev.amalgam.core.layer.RotaryScaling;
import java.util.Optional;
import java.util.Set;

/**
 * Reads the rotary embedding of a config, in the older form ({@code rope_theta} and {@code
 * rope_scaling}) or the newer ({@code rope_parameters}).
 */
public final class RotaryConfig {

  private static final double DEFAULT_THETA = 10_000;

  private RotaryConfig() {}

  /**
   * Returns the rotation that a config describes.
   *
   * @param headSize the number of values in a head
   * @throws ModelException if heads cannot be rotated in pairs, or the config asks for a rotation
   *     that is not supported
   */
  public static Rotary read(ModelConfig config, int headSize) {
    if (headSize % 2 != 0) {
      throw new ModelException(
          "%s: heads of %d values cannot be rotated in pairs".formatted(config.place(), headSize));
    }
    config.mustBe("partial_rotary_factor", 1);
    Optional<ModelConfig> parameters = config.section("rope_parameters");
    Optional<ModelConfig> section =
        parameters.isPresent() ? parameters : config.section("rope_scaling");
    double outer = config.positive("rope_theta", DEFAULT_THETA);
    double theta = section.map(s -> s.positive("rope_theta", outer)).orElse(outer);
    RotaryScaling scaling = section.map(s -> scaling(s, config)).orElseGet(RotaryScaling.None::new);
    section.ifPresent(
        s -> {
          s.mustBe("partial_rotary_factor", 1);
          // Scalings that do not ask for it do without it.
          s.checkAllRead(Set.of("original_max_position_embeddings"));
        });
    return new Rotary(scaling.scaled(Rotary.frequencies(headSize, theta)));
  }

  private static RotaryScaling scaling(ModelConfig section, ModelConfig config) {
    String key = section.has("rope_type") ? "rope_type" : "type";
    section.has("type");
    return switch (section.text(key).orElse("default")) {
      case "default" -> new RotaryScaling.None();
      case "linear" -> new RotaryScaling.Linear(required(section, "factor"));
      case "llama3" ->
          new RotaryScaling.Llama3(
              required(section, "factor"),
              required(section, "low_freq_factor"),
              required(section, "high_freq_factor"),
              section
                  .positive("original_max_position_embeddings")
                  .orElseGet(() -> (double) config.count("max_position_embeddings")));
      default -> throw section.unsupported(key, "default, linear, llama3");
    };
  }

  private static double required(ModelConfig section, String key) {
    return section
        .positive(key)
        .orElseThrow(
            () ->
                new ModelException(
                    "%s has no %s, which its rope_type needs".formatted(section.place(), key)));
  }
}
