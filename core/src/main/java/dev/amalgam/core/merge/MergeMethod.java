package dev.amalgam.core.merge;

import dev.amalgam.core.recipe.RecipeException;
import java.util.List;

/**
 * A way to make one model of several. A method is stateless; its arithmetic is float32 (float64 in
 * long sums) and its result depends on the tensors, the parameters and the seed alone.
 */
public interface MergeMethod {

  /** What a method wants of the recipe's base model. */
  enum BaseUse {
    /** The base is no special model: where the recipe lists it, it is merged like any other. */
    NONE,
    /**
     * Where the recipe names a base, the method merges deltas from it, and a base that the recipe
     * lists is not an expert; without one, the models themselves are merged.
     */
    OPTIONAL,
    /** The method starts from the base; a base that the recipe lists is not an expert. */
    REQUIRED
  }

  /** Returns the method's name in recipes. */
  String name();

  /** Returns what the method does with the base model. */
  BaseUse baseUse();

  /** Returns every parameter that the method reads. */
  List<Parameter<?>> parameters();

  /**
   * Checks the number of models to merge, the base not counted.
   *
   * @throws RecipeException if the method cannot merge that many
   */
  default void checkExperts(int experts) {
    if (experts == 0) {
      throw new RecipeException(
          "merge_method "
              + name()
              + " has no model to merge: list at least one under 'models'"
              + (baseUse() == BaseUse.REQUIRED ? " besides the base" : ""));
    }
  }

  /**
   * Returns whether an expert with these parameters has entries dropped at random. Where it has,
   * exactly one 32-bit draw for each element of the tensor is consumed.
   */
  default boolean drawsAtRandom(ParameterValues expert) {
    return false;
  }

  /**
   * Returns whether the output is the single expert, of these parameters, as it is, so that its
   * bytes can be copied where the element type stays.
   */
  default boolean copiesSingleInput(ParameterValues expert) {
    return false;
  }

  /**
   * Returns the merge of one tensor. Nothing has been read yet: what must be known of the whole
   * tensor is gathered in the {@linkplain TensorMerge#nextScan() scans}.
   *
   * @throws RecipeException if the parameters do not go together; the message need not name the
   *     tensor
   */
  TensorMerge prepare(MergeTask task);
}
