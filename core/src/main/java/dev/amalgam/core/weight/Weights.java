package dev.amalgam.core.weight;

import java.util.Collection;
import java.util.Optional;
import java.util.function.BiFunction;

/** The parameters of a model by the names of their tensors. */
public interface Weights {

  /** Returns what messages call the model: the path that the user gave. */
  String name();

  /** Returns the names of all tensors. */
  Collection<String> names();

  /** Returns the weight of this name, if the model has it. */
  Optional<Weight> find(String tensor);

  /**
   * Returns whether two tensors are there and hold the same numbers: a model whose head is its
   * embedding may store it twice. Of weights made of others' this is what holds of those, so that
   * parts of a model do not come apart when one of them is moved.
   */
  default boolean holdsSame(String one, String other) {
    Optional<Weight> left = find(one);
    Optional<Weight> right = find(other);
    return left.isPresent() && right.isPresent() && EqualWeights.check(left.get(), right.get());
  }

  /**
   * Returns the same names with other weights.
   *
   * @param change makes of the name of a tensor, and its weight, what is found instead
   */
  default Weights mapped(BiFunction<String, Weight, Weight> change) {
    Weights unchanged = this;
    return new Weights() {
      @Override
      public String name() {
        return unchanged.name();
      }

      @Override
      public Collection<String> names() {
        return unchanged.names();
      }

      @Override
      public Optional<Weight> find(String tensor) {
        return unchanged.find(tensor).map(weight -> change.apply(tensor, weight));
      }

      @Override
      public boolean holdsSame(String one, String other) {
        return unchanged.holdsSame(one, other);
      }
    };
  }
}
