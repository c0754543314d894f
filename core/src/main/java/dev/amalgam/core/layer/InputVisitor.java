package dev.amalgam.core.layer;

import dev.amalgam.core.weight.Weight;
import java.util.List;

/**
 * Is shown, without a run, on what the parameters of a model work: what a {@link ForwardVisitor} is
 * shown in a run, less the states.
 */
public interface InputVisitor {

  /** Shows linear maps that read the same states. */
  void maps(List<Linear> maps);

  /** Shows the weight of a norm, which is multiplied element by element with normalised states. */
  void scale(Weight weight);

  /** Shows a table of which each token takes a row. */
  void lookup(Weight weight);
}
