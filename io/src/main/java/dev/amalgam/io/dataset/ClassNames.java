package dev.amalgam.io.dataset;

import static dev.amalgam.core.AmalgamException.quote;

import dev.amalgam.core.NearestWord;
import dev.amalgam.core.layer.ModelException;
import dev.amalgam.core.model.ModelConfig;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** The names that a classifier's config gives its classes. */
public final class ClassNames {

  private static final int MOST_LISTED = 20;

  private final int count;
  private final Map<String, Integer> indexes = new LinkedHashMap<>();

  private ClassNames(int count) {
    this.count = count;
  }

  /** Returns classes without names. */
  public static ClassNames unnamed(int count) {
    return new ClassNames(count);
  }

  /**
   * Returns the names in {@code id2label} and {@code label2id} of a config. Where it has neither,
   * the names are those that transformers makes up: {@code LABEL_0}, {@code LABEL_1} and so on.
   *
   * @param count the number of classes
   * @throws ModelException if a name stands for two classes, or for one that does not exist
   */
  public static ClassNames of(ModelConfig config, int count) {
    ClassNames names = new ClassNames(count);
    Optional<ModelConfig> byIndex = config.section("id2label");
    byIndex.ifPresent(
        labels -> {
          for (String key : labels.keys()) {
            labels.text(key).ifPresent(name -> names.add(labels, name, index(key)));
          }
        });
    config
        .section("label2id")
        .ifPresent(
            ids -> {
              for (String name : ids.keys()) {
                ids.tokenId(name).ifPresent(index -> names.add(ids, name, index));
              }
            });
    if (names.indexes.isEmpty()) {
      for (int i = 0; i < count; i++) {
        names.indexes.put("LABEL_" + i, i);
      }
    }
    return names;
  }

  private static int index(String key) {
    try {
      return Integer.parseInt(key);
    } catch (NumberFormatException e) {
      return -1;
    }
  }

  private void add(ModelConfig place, String name, int index) {
    if (index < 0 || index >= count) {
      throw new ModelException(
          "%s: %s stands for a class that is none of 0 to %d; correct the file"
              .formatted(place.place(), quote(name), count - 1));
    }
    Integer other = indexes.putIfAbsent(name, index);
    if (other != null && other != index) {
      throw new ModelException(
          "%s: %s stands for class %d and for class %d; correct the file"
              .formatted(place.place(), quote(name), other, index));
    }
  }

  /** Returns the number of classes. */
  public int count() {
    return count;
  }

  /** Returns the class of this name, if there is one. */
  public OptionalInt index(CharSequence name) {
    Integer index = indexes.get(name.toString());
    return index == null ? OptionalInt.empty() : OptionalInt.of(index);
  }

  /** Returns a sentence that tells who wrote an unknown name what is known. */
  String advice(String written) {
    List<String> known = new ArrayList<>(indexes.keySet());
    return NearestWord.nearest(written, known).isPresent() || known.size() <= MOST_LISTED
        ? NearestWord.advice(written, known)
        : "known are: %s and %d more, which id2label in config.json lists"
            .formatted(
                String.join(", ", known.subList(0, MOST_LISTED)), known.size() - MOST_LISTED);
  }
}
