package dev.amalgam.core.recipe;

import java.util.List;
import java.util.Optional;

/** The value of a parameter as a recipe writes it, before it is resolved for a tensor. */
public sealed interface Setting {

  /** A single value, the same for every layer. */
  sealed interface Scalar extends Setting {}

  /**
   * A number.
   *
   * @param value any number, infinities included
   */
  record Number(double value) implements Scalar {}

  /**
   * A word; {@code true} and {@code false} are words too.
   *
   * @param text the word
   */
  record Word(String text) implements Scalar {}

  /**
   * Numbers spread evenly over the layers, linearly interpolated between.
   *
   * @param values at least one number
   */
  record Gradient(List<Double> values) implements Setting {
    /** Copies the list. */
    public Gradient {
      values = List.copyOf(values);
    }
  }

  /**
   * A choice by tensor name: the first case whose filter is part of the name holds.
   *
   * @param cases in the recipe's order
   */
  record ByName(List<Case> cases) implements Setting {
    /** Copies the list. */
    public ByName {
      cases = List.copyOf(cases);
    }
  }

  /**
   * One case of a choice by tensor name.
   *
   * @param filter a part of the tensor's name; without one the case holds for every name
   * @param value what holds then, a {@link Scalar} or {@link Gradient}
   */
  record Case(Optional<String> filter, Setting value) {}

  /**
   * Returns this setting's value for one tensor, or nothing if no filter matches.
   *
   * @param tensor the tensor's name
   * @param position the place of the tensor's layer, from 0 (first) to 1 (last); 0 outside layers
   */
  default Optional<Scalar> at(String tensor, double position) {
    return switch (this) {
      case Scalar scalar -> Optional.of(scalar);
      case Gradient(var values) -> Optional.of(new Number(interpolate(values, position)));
      case ByName(var cases) ->
          cases.stream()
              .filter(c -> c.filter().map(tensor::contains).orElse(true))
              .findFirst()
              .flatMap(c -> c.value().at(tensor, position));
    };
  }

  private static double interpolate(List<Double> values, double position) {
    double place = position * (values.size() - 1);
    int below = (int) place;
    double fraction = place - below;
    if (fraction == 0) {
      return values.get(below);
    }
    return (1 - fraction) * values.get(below) + fraction * values.get(below + 1);
  }
}
