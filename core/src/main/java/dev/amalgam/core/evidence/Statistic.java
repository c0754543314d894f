package dev.amalgam.core.evidence;

import dev.amalgam.core.layer.Batch;
import dev.amalgam.core.model.Model;
import dev.amalgam.core.model.ModelRunner;
import dev.amalgam.core.tensor.Shape;
import java.util.SequencedMap;

/**
 * Something that is gathered while a model runs on examples, and adds up: what examples contribute
 * is summed in the order of the examples, so that a sum does not depend on how they are batched,
 * and parts of the examples may be gathered apart.
 */
public interface Statistic {

  /**
   * Returns what it is called, settings included: equal names mean equal numbers for equal models
   * and examples.
   */
  String name();

  /**
   * Returns at which model it is gathered: with how much of the expert's delta added to the base, 1
   * for the expert.
   */
  default float at() {
    return 1;
  }

  /** Returns the names and shapes of the tables that it fills for a model. */
  SequencedMap<String, Shape> tables(Model model);

  /**
   * Runs the model on a batch and adds what each example contributes.
   *
   * @param room the bytes that states which are kept for a backward pass may take
   */
  void gather(ModelRunner runner, Batch batch, long room, Sums into);

  /** Returns how many times a batch goes through the layers, forward or backward. */
  int passes();

  /** Returns whether a batch must hold a single example. */
  default boolean takesSingleExamples() {
    return false;
  }
}
