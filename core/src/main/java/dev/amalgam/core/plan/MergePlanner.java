package dev.amalgam.core.plan;

import static dev.amalgam.core.AmalgamException.quote;

import dev.amalgam.core.merge.Draws;
import dev.amalgam.core.merge.MergeMethod;
import dev.amalgam.core.merge.MergeMethods;
import dev.amalgam.core.merge.MergeTask;
import dev.amalgam.core.merge.ParameterValues;
import dev.amalgam.core.merge.TensorMerge;
import dev.amalgam.core.recipe.ModelEntry;
import dev.amalgam.core.recipe.Recipe;
import dev.amalgam.core.recipe.RecipeException;
import dev.amalgam.core.tensor.Checkpoint;
import dev.amalgam.core.tensor.CheckpointException;
import dev.amalgam.core.tensor.DType;
import dev.amalgam.core.tensor.TensorInfo;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Makes a {@link MergePlan} of a recipe and the headers of its checkpoints. */
public final class MergePlanner {

  private static final Draws NO_DRAWS =
      (first, into, count) -> {
        throw new IllegalStateException("nothing is drawn while planning");
      };

  private final Recipe recipe;
  private final MergeMethod method;
  private final ParameterResolver parameters;
  private final Optional<Checkpoint> base;
  private final Optional<Checkpoint> heads;
  private final List<ModelEntry> expertEntries = new ArrayList<>();
  private final List<Checkpoint> experts = new ArrayList<>();
  private final Checkpoint template;
  private LayerPositions layers;

  private MergePlanner(Recipe recipe, MergeInputs inputs) {
    this.recipe = recipe;
    this.method = MergeMethods.named(recipe.mergeMethod());
    this.parameters = new ParameterResolver(method, recipe);
    boolean usesBase =
        switch (method.baseUse()) {
          case NONE -> false;
          case OPTIONAL -> inputs.base().isPresent();
          case REQUIRED -> true;
        };
    if (usesBase && inputs.base().isEmpty()) {
      throw new RecipeException(
          "merge_method "
              + method.name()
              + " merges deltas from a base model, and the recipe names none; add base_model");
    }
    this.base = usesBase ? inputs.base() : Optional.empty();
    this.heads = inputs.heads();
    if (recipe.heads().isPresent() && base.isEmpty()) {
      throw new RecipeException(
          "'heads' says what becomes of tensors that the base lacks, and merge_method "
              + method.name()
              + " uses no base; remove it");
    }
    for (int i = 0; i < recipe.models().size(); i++) {
      Checkpoint model = inputs.models().get(i);
      if (base.isEmpty() || model != base.get()) {
        expertEntries.add(recipe.models().get(i));
        experts.add(model);
      }
    }
    method.checkExperts(experts.size());
    this.template =
        inputs.base().filter(b -> usesBase || experts.contains(b)).orElseGet(experts::getFirst);
  }

  /**
   * Returns the plan of a merge. Only headers are read, and the data of tensors that hold no
   * numbers to merge, which must be equal in all inputs.
   *
   * @param seed the seed of random masks
   * @throws RecipeException if the recipe asks for what does not exist or does not go together
   * @throws CheckpointException if the checkpoints do not fit each other
   */
  public static MergePlan plan(Recipe recipe, MergeInputs inputs, long seed) {
    return new MergePlanner(recipe, inputs).plan(seed);
  }

  private MergePlan plan(long seed) {
    List<String> kept = new ArrayList<>();
    List<String> leftOut = new ArrayList<>();
    for (String name : allNames()) {
      (isKept(name) ? kept : leftOut).add(name);
    }
    layers = LayerPositions.of(kept);
    List<TensorPlan> tensors = kept.stream().map(this::planTensor).toList();
    return new MergePlan(method, recipe.randomMasks(), seed, template, tensors, leftOut);
  }

  private List<Checkpoint> inputs() {
    List<Checkpoint> inputs = new ArrayList<>();
    inputs.add(template);
    base.filter(b -> b != template).ifPresent(inputs::add);
    experts.stream().filter(e -> !inputs.contains(e)).forEach(inputs::add);
    return inputs;
  }

  private Set<String> allNames() {
    Set<String> names = new LinkedHashSet<>();
    template.tensors().forEach(tensor -> names.add(tensor.name()));
    heads.ifPresent(model -> model.tensors().forEach(tensor -> names.add(tensor.name())));
    for (Checkpoint input : inputs()) {
      input.tensors().forEach(tensor -> names.add(tensor.name()));
    }
    return names;
  }

  /** Returns whether a tensor belongs to a task head: the base lacks it, and the recipe knows. */
  private boolean isHead(String name) {
    return recipe.heads().isPresent() && base.orElseThrow().find(name).isEmpty();
  }

  private boolean isKept(String name) {
    if (isHead(name)) {
      return heads.flatMap(model -> model.find(name)).isPresent();
    }
    Optional<Checkpoint> lacking =
        inputs().stream().filter(input -> input.find(name).isEmpty()).findFirst();
    if (lacking.isEmpty()) {
      return true;
    }
    return switch (recipe.missing()) {
      case SKIP -> false;
      case BASE -> template.find(name).isPresent();
      case ERROR -> {
        Checkpoint owner =
            inputs().stream()
                .filter(input -> input.find(name).isPresent())
                .findFirst()
                .orElseThrow();
        throw new CheckpointException(
            "%s: tensor %s is missing, but %s has it; merge models of one architecture, or say in the recipe %s'missing: base' (the tensors of %s, an input that lacks one counts as equal to it) or 'missing: skip' (leave such tensors out)"
                .formatted(
                    lacking.get().name(),
                    quote(name),
                    owner.name(),
                    lacking.equals(base)
                        ? "'heads: none' (leave out task heads, which only experts have), 'heads:"
                            + " MODEL' (take them from one), "
                        : "",
                    template.name()));
      }
    };
  }

  private TensorSource source(Checkpoint checkpoint, String name) {
    return checkpoint
        .find(name)
        .map(tensor -> new TensorSource(checkpoint, tensor))
        .orElseGet(() -> new TensorSource(template, template.find(name).orElseThrow()));
  }

  private TensorPlan planTensor(String name) {
    if (isHead(name)) {
      TensorInfo tensor = heads.orElseThrow().find(name).orElseThrow();
      return new TensorPlan.Copied(tensor, new TensorSource(heads.get(), tensor));
    }
    TensorSource model = source(template, name);
    List<TensorSource> sources = inputs().stream().map(input -> source(input, name)).toList();
    checkShapes(model, sources);
    if (!model.tensor().dtype().isArithmetic()) {
      EqualTensors.check(model, sources);
      return new TensorPlan.Copied(model.tensor(), model);
    }
    for (TensorSource source : sources) {
      if (!source.tensor().dtype().isArithmetic()) {
        throw new CheckpointException(
            "%s: tensor %s is %s and cannot be merged with %s of %s"
                .formatted(
                    source.checkpoint().name(),
                    quote(name),
                    source.tensor().dtype(),
                    model.tensor().dtype(),
                    model.checkpoint().name()));
      }
    }
    DType dtype = recipe.outDtype().or(recipe::dtype).orElse(model.tensor().dtype());
    TensorInfo output = new TensorInfo(name, dtype, model.tensor().shape());
    List<TensorSource> expertSources = experts.stream().map(e -> source(e, name)).toList();
    ParameterValues first = parameters.ofModel(expertEntries.getFirst(), name, layers.of(name));
    if (method.copiesSingleInput(first) && expertSources.getFirst().tensor().dtype() == dtype) {
      return new TensorPlan.Copied(output, expertSources.getFirst());
    }
    return planMerge(output, expertSources);
  }

  private static void checkShapes(TensorSource model, List<TensorSource> sources) {
    for (TensorSource source : sources) {
      if (!source.tensor().shape().equals(model.tensor().shape())) {
        throw new CheckpointException(
            "%s: tensor %s has shape %s, but %s in %s; only tensors of one shape can be merged"
                .formatted(
                    source.checkpoint().name(),
                    quote(source.tensor().name()),
                    source.tensor().shape(),
                    model.tensor().shape(),
                    model.checkpoint().name()));
      }
    }
  }

  private TensorPlan planMerge(TensorInfo output, List<TensorSource> expertSources) {
    double position = layers.of(output.name());
    ParameterValues recipeWide = parameters.recipeWide(output.name(), position);
    List<ParameterValues> ofExperts =
        expertEntries.stream().map(e -> parameters.ofModel(e, output.name(), position)).toList();
    TensorMerge merge;
    try {
      // Made here for its checks; the executor makes it again when the tensor's turn comes.
      merge =
          method.prepare(
              new MergeTask(
                  output.name(),
                  output.shape(),
                  recipeWide,
                  ofExperts,
                  Collections.nCopies(ofExperts.size(), NO_DRAWS),
                  Optional.empty()));
    } catch (RecipeException e) {
      throw new RecipeException("tensor " + quote(output.name()) + ": " + e.getMessage(), e);
    }
    return new TensorPlan.Merged(
        output,
        base.map(b -> source(b, output.name())),
        expertSources,
        recipeWide,
        ofExperts,
        merge.unit(),
        merge.nextScan().isPresent());
  }
}
