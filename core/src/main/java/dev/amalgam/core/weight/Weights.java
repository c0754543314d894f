package dev.amalgam.core.weight;

import java.util.Collection;
import java.util.Optional;

/** The parameters of a model by the names of their tensors. */
public interface Weights {

  /** Returns what messages call the model: the path that the user gave. */
  String name();

  /** Returns the names of all tensors. */
  Collection<String> names();

  /** Returns the weight of this name, if the model has it. */
  Optional<Weight> find(String tensor);
}
