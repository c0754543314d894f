package dev.amalgam.core.recipe;

import dev.amalgam.core.tensor.DType;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What to merge and how.
 *
 * @param mergeMethod the method's name
 * @param baseModel the reference of the model that deltas are taken from
 * @param models the models in the recipe's order; the base is among them only if the recipe lists
 *     it
 * @param parameters the recipe-wide settings
 * @param dtype the output's type where {@code outDtype} is absent
 * @param outDtype the output's type
 * @param tokenizerSource {@code base}, or the reference of the folder whose tokenizer the output
 *     gets
 * @param randomMasks which generator decides where a method drops entries at random
 * @param missing what to do with a tensor that an input lacks
 */
public record Recipe(
    String mergeMethod,
    Optional<String> baseModel,
    List<ModelEntry> models,
    Map<String, Setting> parameters,
    Optional<DType> dtype,
    Optional<DType> outDtype,
    Optional<String> tokenizerSource,
    RandomMasks randomMasks,
    Missing missing) {

  /** Copies the collections. */
  public Recipe {
    models = List.copyOf(models);
    parameters = Map.copyOf(parameters);
  }

  /** Where random masks come from. */
  public enum RandomMasks {
    /** A counter-based generator keyed by seed, tensor name and model. */
    COUNTER,
    /** One MT19937 stream, consumed in mergekit's order: its masks for the same seed. */
    MERGEKIT
  }

  /** What to do with a tensor that is not in every input. */
  public enum Missing {
    /** Refuse the merge and name the tensor. */
    ERROR,
    /** The output has the base's tensors; an input that lacks one counts as equal to the base. */
    BASE,
    /** The output has the tensors that every input has. */
    SKIP
  }
}
