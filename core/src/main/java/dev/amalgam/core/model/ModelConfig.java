package dev.amalgam.core.model;

import static dev.amalgam.core.AmalgamException.quote;

import dev.amalgam.core.layer.ModelException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The values of a {@code config.json}, which remembers which of them were asked for: one that
 * nobody asked for might change the mathematics. A null counts as absent, but where it is said
 * otherwise. Not for several threads.
 */
public final class ModelConfig {

  private final String place;
  private final Map<String, Object> values;
  private final Set<String> nulls = new TreeSet<>();
  private final Set<String> read = new TreeSet<>();

  /**
   * Creates the view of a config.
   *
   * @param place what messages call it: the path of the file
   * @param values its values: Boolean, Integer, Long, Double, String, List, or Map of the like;
   *     null values are allowed
   */
  public ModelConfig(String place, Map<String, ?> values) {
    this.place = place;
    this.values = new LinkedHashMap<>(values);
    values.forEach(
        (key, value) -> {
          if (value == null) {
            nulls.add(key);
            this.values.remove(key);
          }
        });
  }

  /** Returns what messages call the config. */
  public String place() {
    return place;
  }

  /** Returns whether there is such a value. */
  public boolean has(String key) {
    read.add(key);
    return values.containsKey(key);
  }

  /**
   * Returns a count.
   *
   * @throws ModelException if it is absent, or not a whole number from 1 to 2³¹ − 1
   */
  public int count(String key) {
    return required(key, optionalCount(key));
  }

  /** Returns a count, or {@code standard} if it is absent. */
  public int count(String key, int standard) {
    return optionalCount(key).orElse(standard);
  }

  /** Returns a count if there is one. */
  public Optional<Integer> optionalCount(String key) {
    return whole(key, 1, "a whole number from 1 on");
  }

  /** Returns a count, nothing if it is null, or {@code standard} if it is absent. */
  public Optional<Integer> nullableCount(String key, int standard) {
    return optionalCount(key).or(() -> Optional.of(standard).filter(_ -> !nulls.contains(key)));
  }

  /** Returns a whole number from 0 to 2³¹ − 1, or {@code standard} if it is absent. */
  public int countOrZero(String key, int standard) {
    return whole(key, 0, "a whole number from 0 on").orElse(standard);
  }

  /** Returns the id of a token if there is one. */
  public Optional<Integer> tokenId(String key) {
    return whole(key, 0, "a token's id");
  }

  private Optional<Integer> whole(String key, int least, String expected) {
    return value(key).map(value -> whole(key, value, least, expected));
  }

  private int whole(String key, Object value, int least, String expected) {
    if (value instanceof Number number
        && number.doubleValue() == number.longValue()
        && number.longValue() >= least
        && number.longValue() <= Integer.MAX_VALUE) {
      return number.intValue();
    }
    throw wrong(key, value, expected);
  }

  /** Returns a positive finite number, or {@code standard} if it is absent. */
  public double positive(String key, double standard) {
    return positive(key).orElse(standard);
  }

  /** Returns a positive finite number if there is one. */
  public Optional<Double> positive(String key) {
    return value(key).map(value -> positive(key, value, "a positive number"));
  }

  /** Returns a positive number, nothing if it is null, or {@code standard} if it is absent. */
  public Optional<Double> nullablePositive(String key, double standard) {
    return positive(key).or(() -> Optional.of(standard).filter(_ -> !nulls.contains(key)));
  }

  /**
   * Returns a list of positive finite numbers.
   *
   * @throws ModelException if it is absent, or does not have so many
   */
  public List<Double> positives(String key, int count) {
    String expected = "a list of %d positive numbers".formatted(count);
    Object value = required(key, value(key));
    if (!(value instanceof List<?> list) || list.size() != count) {
      throw wrong(key, value, expected);
    }
    return list.stream().map(one -> positive(key, one, expected)).toList();
  }

  private double positive(String key, Object value, String expected) {
    if (number(value) > 0) {
      return number(value);
    }
    throw wrong(key, value, expected);
  }

  /** Returns a finite number from 0 on, or {@code standard} if it is absent. */
  public double numberFromZero(String key, double standard) {
    return value(key)
        .map(
            value -> {
              if (number(value) >= 0) {
                return number(value);
              }
              throw wrong(key, value, "a number from 0 on");
            })
        .orElse(standard);
  }

  // Not a number where it is none, or not finite.
  private static double number(Object value) {
    return value instanceof Number number && Double.isFinite(number.doubleValue())
        ? number.doubleValue()
        : Double.NaN;
  }

  /** Returns a switch, or {@code standard} if it is absent. */
  public boolean flag(String key, boolean standard) {
    return value(key)
        .map(
            value -> {
              if (value instanceof Boolean flag) {
                return flag;
              }
              throw wrong(key, value, "true or false");
            })
        .orElse(standard);
  }

  /**
   * Refuses a switch that is not as the family's mathematics has it.
   *
   * @param only what it must be, and is if it is absent
   * @throws ModelException if it is not
   */
  public void mustBe(String key, boolean only) {
    if (flag(key, only) != only) {
      throw unsupported(key, String.valueOf(only));
    }
  }

  /**
   * Refuses a text that is not as the family's mathematics has it.
   *
   * @param only what it must be, and is if it is absent
   * @throws ModelException if it is not
   */
  public void mustBe(String key, String only) {
    if (!text(key).orElse(only).equals(only)) {
      throw unsupported(key, only);
    }
  }

  /**
   * Refuses a number that is not as the family's mathematics has it.
   *
   * @param only what it must be, and is if it is absent; positive
   * @throws ModelException if it is not
   */
  public void mustBe(String key, double only) {
    if (positive(key, only) != only) {
      throw unsupported(key, String.valueOf(only));
    }
  }

  /** Returns a text if there is one. */
  public Optional<String> text(String key) {
    return value(key)
        .map(
            value -> {
              if (value instanceof String text) {
                return text;
              }
              throw wrong(key, value, "a text");
            });
  }

  /** Returns a list of texts if there is one. */
  public Optional<List<String>> texts(String key) {
    return value(key)
        .map(
            value -> {
              if (value instanceof List<?> list
                  && list.stream().allMatch(String.class::isInstance)) {
                return list.stream().map(String.class::cast).toList();
              }
              throw wrong(key, value, "a list of texts");
            });
  }

  /** Returns a list of whole numbers from 0 on; an empty one if it is absent. */
  public List<Integer> numbers(String key) {
    return value(key)
        .map(
            value -> {
              String expected = "a list of whole numbers from 0 on";
              if (value instanceof List<?> list) {
                return list.stream().map(one -> whole(key, one, 0, expected)).toList();
              }
              throw wrong(key, value, expected);
            })
        .orElse(List.of());
  }

  /** Returns the first of the {@code architectures}, if there is one. */
  public Optional<String> architecture() {
    return texts("architectures").flatMap(names -> names.stream().findFirst());
  }

  /**
   * Returns a list of switches, each 0 or 1, if there is one.
   *
   * @param size how many there must be
   */
  public Optional<List<Boolean>> flags(String key, int size) {
    return value(key)
        .map(
            value -> {
              if (value instanceof List<?> list
                  && list.size() == size
                  && list.stream().allMatch(one -> isNumber(one, 0) || isNumber(one, 1))) {
                return list.stream().map(one -> isNumber(one, 1)).toList();
              }
              throw wrong(key, value, "a list of %d numbers, each 0 or 1".formatted(size));
            });
  }

  private static boolean isNumber(Object value, int expected) {
    return value instanceof Number number && number.doubleValue() == expected;
  }

  /** Returns the values under a key if there are any. */
  public Optional<ModelConfig> section(String key) {
    return value(key)
        .map(
            value -> {
              if (!(value instanceof Map<?, ?> map)) {
                throw wrong(key, value, "an object");
              }
              Map<String, Object> inner = new LinkedHashMap<>();
              map.forEach((name, part) -> inner.put((String) name, part));
              return new ModelConfig(place + ": " + key, inner);
            });
  }

  /** Returns a value, or null, and does not remember that it was asked for. */
  Object unread(String key) {
    return values.get(key);
  }

  /** Returns all values, nulls among them, and does not remember that they were asked for. */
  Map<String, Object> all() {
    Map<String, Object> all = new LinkedHashMap<>(values);
    nulls.forEach(key -> all.put(key, null));
    return all;
  }

  /** Returns the names of the values. */
  public Set<String> keys() {
    return new TreeSet<>(values.keySet());
  }

  /** Returns the names that were asked for, whether there are such values or not. */
  public Set<String> keysAsked() {
    return new TreeSet<>(read);
  }

  /**
   * Checks that every value was asked for or does not matter.
   *
   * @param harmless keys that do not change what this part of the model computes, besides those
   *     that never do in any model: names, training, generation, tokens, and switches that say what
   *     is so without them
   * @throws ModelException naming the first that might matter
   */
  public void checkAllRead(Set<String> harmless) {
    for (String key : keys()) {
      if (!read.contains(key)
          && !harmless.contains(key)
          && !HarmlessKeys.contain(key, values.get(key))) {
        throw new ModelException(
            "%s: key %s is %s, which this version does not know; if it does not change what the model computes, take it out of a copy of the file"
                .formatted(place, quote(key), quote(String.valueOf(values.get(key)))));
      }
    }
  }

  /**
   * Refuses a value that changes the mathematics in a way that is not supported.
   *
   * @param supported what is
   */
  public ModelException unsupported(String key, String supported) {
    return new ModelException(
        "%s: %s is %s, which is not supported; supported: %s"
            .formatted(place, key, quote(String.valueOf(values.get(key))), supported));
  }

  private Optional<Object> value(String key) {
    read.add(key);
    return Optional.ofNullable(values.get(key));
  }

  private <T> T required(String key, Optional<T> value) {
    return value.orElseThrow(
        () -> new ModelException("%s has no %s, which this model needs".formatted(place, key)));
  }

  private ModelException wrong(String key, Object value, String expected) {
    return new ModelException(
        "%s: %s is %s, but must be %s"
            .formatted(place, key, quote(String.valueOf(value)), expected));
  }
}
