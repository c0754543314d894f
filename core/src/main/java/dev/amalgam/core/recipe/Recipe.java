package dev.amalgam.core.recipe;

import dev.amalgam.core.tensor.DType;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What to merge and how. {@link RecipeBuilder} makes one in code.
 *
 * @param mergeMethod the method's name
 * @param baseModel the reference of the model that deltas are taken from
 * @param models the models in the recipe's order; the base is among them only if the recipe lists
 *     it; none where there are slices
 * @param parameters the recipe-wide settings
 * @param dtype the output's type where {@code outDtype} is absent
 * @param outDtype the output's type
 * @param tokenizer what tokens the output has; where it is absent, embeddings are merged by row
 *     number
 * @param randomMasks which generator decides where a method drops entries at random
 * @param missing what to do with a tensor that an input lacks
 * @param nonFinite what to do with entries that are no finite numbers
 * @param names what to do with a model whose tensors are called otherwise
 * @param heads where tensors come from that the base lacks: {@link #NO_HEADS}, or the reference of
 *     a model
 * @param slices the output's layers from first to last; none where whole models are merged
 */
public record Recipe(
    String mergeMethod,
    Optional<String> baseModel,
    List<ModelEntry> models,
    Map<String, Setting> parameters,
    Optional<DType> dtype,
    Optional<DType> outDtype,
    Optional<TokenizerSettings> tokenizer,
    RandomMasks randomMasks,
    Missing missing,
    NonFinite nonFinite,
    Names names,
    Optional<String> heads,
    List<Slice> slices) {

  /** The value of {@code heads} that leaves out what the base lacks. */
  public static final String NO_HEADS = "none";

  /** Copies the collections. */
  public Recipe {
    models = List.copyOf(models);
    parameters = Map.copyOf(parameters);
    slices = List.copyOf(slices);
  }

  /** Returns every model that is listed, those of slices one slice after the other. */
  public List<ModelEntry> listed() {
    return Stream.concat(
            models.stream(),
            slices.stream().flatMap(slice -> slice.sources().stream()).map(Slice.Source::entry))
        .toList();
  }

  /** Returns the same recipe with other values of some recipe-wide parameters. */
  public Recipe with(Map<String, ? extends Setting> changed) {
    Map<String, Setting> all = new HashMap<>(parameters);
    all.putAll(changed);
    return new Recipe(
        mergeMethod,
        baseModel,
        models,
        all,
        dtype,
        outDtype,
        tokenizer,
        randomMasks,
        missing,
        nonFinite,
        names,
        heads,
        slices);
  }

  /** Returns the model that task heads come from, if they come from one. */
  public Optional<String> headsModel() {
    return heads.filter(reference -> !reference.equals(NO_HEADS));
  }

  /** Where random masks come from. */
  public enum RandomMasks {
    /** A counter-based generator keyed by seed, tensor name and model. */
    COUNTER,
    /** One MT19937 stream, consumed in mergekit's order: its masks for the same seed. */
    MERGEKIT
  }

  /**
   * What to do where an input has entries that are NaN or infinite, or the result has an entry that
   * is too large for its type.
   */
  public enum NonFinite {
    /** Refuse the merge, and name model, tensor, count and place. */
    ERROR,
    /** Say so, and merge. */
    WARN,
    /** Merge without looking. */
    ALLOW
  }

  /**
   * What to do with a model whose tensors are all called otherwise than those of the base, or else
   * of the first model, in one systematic way.
   */
  public enum Names {
    /** Call them as the base does. */
    MATCH,
    /** Refuse the merge, and name both. */
    STRICT
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
