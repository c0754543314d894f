package dev.amalgam.core.merge;

import static dev.amalgam.core.merge.Parameter.Scope.MODEL;
import static dev.amalgam.core.merge.Parameter.Scope.RECIPE;

import dev.amalgam.core.recipe.RecipeException;
import dev.amalgam.core.sparsify.L1Rescaled;
import dev.amalgam.core.sparsify.MagnitudeBand;
import dev.amalgam.core.sparsify.RandomDrop;
import dev.amalgam.core.sparsify.RankedDrop;
import dev.amalgam.core.sparsify.Rescaled;
import dev.amalgam.core.sparsify.Sparsifier;
import java.util.ArrayList;
import java.util.List;

/** The parameters of the methods that merge deltas, and how their sparsifiers are made. */
final class DeltaFamily {

  private static final long LONGEST_ROW = 1 << 28;
  private static final List<String> RESCALE_BY_NORM = List.of("true", "false");
  private static final List<String> RESCALE_ANY = List.of("true", "false", "inverse");

  private DeltaFamily() {}

  /**
   * Returns the parameters of a method.
   *
   * @param normalize the default of {@code normalize}
   * @param extra the parameters that only this method reads
   */
  static List<Parameter> parameters(boolean normalize, Parameter... extra) {
    List<Parameter> parameters = new ArrayList<>();
    parameters.add(Parameter.required(MODEL, "weight", "factor of the expert's delta"));
    parameters.addAll(List.of(extra));
    parameters.add(
        Parameter.flag("normalize", normalize, "divide the sum by the sum of the weights"));
    parameters.add(Parameter.number(RECIPE, "lambda", 1, "factor of the merged delta"));
    parameters.add(
        Parameter.flag("int8_mask", false, "accepted for mergekit's sake; changes nothing"));
    return List.copyOf(parameters);
  }

  static Parameter density() {
    return Parameter.fraction(MODEL, "density", 1, "share of the delta's entries that is kept");
  }

  /** Returns the parameter {@code rescale} of a method that selects without chance. */
  static Parameter rescale(boolean fallback) {
    return Parameter.choice(
        "rescale",
        Boolean.toString(fallback),
        RESCALE_BY_NORM,
        "true: multiply what is kept so that the delta's L1 norm stays");
  }

  /** Returns the parameter {@code rescale} of a method that drops at random. */
  static Parameter rescaleOrInverse(boolean fallback) {
    return Parameter.choice(
        "rescale",
        Boolean.toString(fallback),
        RESCALE_ANY,
        "true: keep the delta's L1 norm; inverse: divide what is kept by its keep probability");
  }

  /** How one expert's sparsifier is made. */
  interface Factory {
    Sparsifier make(int expert, ParameterValues values);
  }

  /** Returns the sparsifier of each expert. */
  static List<Sparsifier> sparsifiers(MergeTask task, Factory factory) {
    boolean byNorm =
        task.parameters().values().containsKey("rescale")
            && task.parameters().word("rescale").equals("true");
    List<Sparsifier> sparsifiers = new ArrayList<>();
    for (int i = 0; i < task.experts().size(); i++) {
      Sparsifier plain = factory.make(i, task.experts().get(i));
      boolean selects = plain != Sparsifier.KEEP_ALL && plain != Sparsifier.KEEP_NONE;
      sparsifiers.add(byNorm && selects ? new L1Rescaled(plain) : plain);
    }
    return sparsifiers;
  }

  /** Returns {@code ⌊fraction · elements⌋}, as mergekit computes it. */
  static long count(double fraction, long elements) {
    return (long) (fraction * elements);
  }

  /** Returns the sparsifier that keeps the largest entries (TIES' trim). */
  static Sparsifier largest(MergeTask task, ParameterValues expert) {
    long elements = task.shape().elements();
    return MagnitudeBand.of(elements, 0, count(expert.number("density"), elements));
  }

  /** Returns the sparsifier that keeps entries with equal probability (DARE). */
  static Sparsifier random(MergeTask task, int expert, ParameterValues values) {
    double density = values.number("density");
    if (density >= 1) {
      return Sparsifier.KEEP_ALL;
    }
    // Below that, nothing is drawn, and an inverse would be infinite.
    if (density < Float.MIN_NORMAL) {
      return Sparsifier.KEEP_NONE;
    }
    Sparsifier drop = new RandomDrop(task.draws().get(expert), density);
    return task.parameters().word("rescale").equals("inverse")
        ? new Rescaled(drop, (float) (1 / density))
        : drop;
  }

  static Parameter epsilon() {
    return Parameter.fraction(
        MODEL, "epsilon", 0.15, "the keep probability runs from density − ε to density + ε");
  }

  static Parameter gamma() {
    return Parameter.fraction(
        MODEL, "gamma", 0.01, "share of the delta's largest entries that is dropped");
  }

  /** Returns the sparsifier that keeps entries by their rank inside a row (DELLA). */
  static Sparsifier ranked(MergeTask task, int expert, ParameterValues values) {
    double density = values.number("density");
    double epsilon = values.number("epsilon");
    if (density >= 1 || task.shape().elements() == 0) {
      return Sparsifier.KEEP_ALL;
    }
    if (density == 0) {
      return Sparsifier.KEEP_NONE;
    }
    if (density - epsilon <= 0 || density + epsilon >= 1) {
      throw new RecipeException(
          "density %s and epsilon %s do not go together: both density − epsilon and density + epsilon must lie between 0 and 1; choose a smaller epsilon"
              .formatted(density, epsilon));
    }
    long row = task.shape().rowLength();
    if (row > LONGEST_ROW) {
      throw new RecipeException("rows of " + row + " elements are too long to be ranked");
    }
    return new RankedDrop(
        task.draws().get(expert),
        density,
        epsilon,
        (int) row,
        task.parameters().word("rescale").equals("inverse"));
  }

  /** Returns the sparsifier that drops outliers and small entries (Breadcrumbs). */
  static Sparsifier band(MergeTask task, ParameterValues expert) {
    long elements = task.shape().elements();
    long keep = count(expert.number("density"), elements);
    long outliers = Math.min(count(expert.number("gamma"), elements), elements - keep);
    return MagnitudeBand.of(elements, outliers, keep);
  }
}
