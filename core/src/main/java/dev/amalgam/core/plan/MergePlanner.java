package dev.amalgam.core.plan;

import static dev.amalgam.core.AmalgamException.quote;

import dev.amalgam.core.block.Draws;
import dev.amalgam.core.merge.MergeMethod;
import dev.amalgam.core.merge.MergeMethods;
import dev.amalgam.core.merge.MergeTask;
import dev.amalgam.core.merge.ParameterValues;
import dev.amalgam.core.merge.TensorMerge;
import dev.amalgam.core.name.Buffers;
import dev.amalgam.core.recipe.Recipe;
import dev.amalgam.core.recipe.RecipeException;
import dev.amalgam.core.tensor.CheckpointException;
import dev.amalgam.core.tensor.DType;
import dev.amalgam.core.tensor.TensorInfo;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/** Makes a {@link MergePlan} of a recipe and the headers of its checkpoints. */
public final class MergePlanner {

  private final Recipe recipe;
  private final MergeMethod method;
  private final ParameterResolver parameters;
  private final MergeGroup group;
  private final DifferingBuffers buffers = new DifferingBuffers();
  private final List<String> kept = new ArrayList<>();
  private final List<String> leftOut = new ArrayList<>();

  /** Creates the planner of some models that are merged with one another. */
  MergePlanner(Recipe recipe, MergeMethod method, ParameterResolver parameters, MergeGroup group) {
    this.recipe = recipe;
    this.method = method;
    this.parameters = parameters;
    this.group = group;
    for (View input : group.inputs()) {
      CommonTensors.check(group.template(), input);
    }
    for (String name : group.names()) {
      (isKept(name) ? kept : leftOut).add(name);
    }
  }

  /**
   * Returns the plan of a merge. Only headers are read, and the data of tensors that hold no
   * numbers to merge, which must be equal in all inputs, and of buffers.
   *
   * @param seed the seed of random masks
   * @throws RecipeException if the recipe asks for what does not exist or does not go together
   * @throws CheckpointException if the checkpoints do not fit each other
   */
  public static MergePlan plan(Recipe recipe, MergeInputs inputs, long seed) {
    MergeMethod method = MergeMethods.named(recipe.mergeMethod());
    if (!recipe.slices().isEmpty()) {
      return new StackPlanner(recipe, method, inputs).plan(seed);
    }
    var parameters = new ParameterResolver(method, recipe, recipe.models(), Map.of());
    MergeGroup group = MergeGroup.ofWhole(method, inputs, recipe.models());
    if (recipe.heads().isPresent() && group.base().isEmpty()) {
      throw new RecipeException(
          "'heads' says what becomes of tensors that the base lacks, and merge_method "
              + method.name()
              + " uses no base; remove it");
    }
    MergePlanner planner = new MergePlanner(recipe, method, parameters, group);
    List<TensorPlan> tensors = planner.planTensors(LayerPositions.of(planner.kept)::of);
    List<String> notes = new ArrayList<>(planner.notes());
    notes.addAll(UnmatchedFilters.notes(recipe, method, tensors, planner.leftOut()));
    return new MergePlan(
        method,
        recipe.randomMasks(),
        seed,
        recipe.nonFinite(),
        group.template().checkpoint(),
        tensors,
        planner.leftOut(),
        notes,
        0,
        List.of());
  }

  /**
   * Returns the plan of every tensor, in the template's order.
   *
   * @param positions the place of a tensor's layer from 0 (first) to 1 (last), by the tensor's name
   */
  List<TensorPlan> planTensors(ToDoubleFunction<String> positions) {
    return kept.stream().map(name -> planTensor(name, positions.applyAsDouble(name))).toList();
  }

  /** Returns the names of tensors that some input lacks and the recipe leaves out. */
  List<String> leftOut() {
    return leftOut;
  }

  /** Returns what the user should know, after the tensors were planned; one line each. */
  List<String> notes() {
    return buffers.notes();
  }

  /** Returns whether a tensor belongs to a task head: the base lacks it, and the recipe knows. */
  private boolean isHead(String name) {
    return recipe.heads().isPresent() && group.base().orElseThrow().find(name).isEmpty();
  }

  private boolean isKept(String name) {
    if (isHead(name)) {
      return group.heads().flatMap(model -> model.find(name)).isPresent();
    }
    Optional<View> lacking =
        group.inputs().stream().filter(input -> input.find(name).isEmpty()).findFirst();
    if (lacking.isEmpty()) {
      return true;
    }
    // A buffer is no weight, and can be worked out anew: lacking it is no mistake.
    if (recipe.missing() != Recipe.Missing.SKIP && isBuffer(name)) {
      return group.template().find(name).isPresent();
    }
    return switch (recipe.missing()) {
      case SKIP -> false;
      case BASE -> group.template().find(name).isPresent();
      case ERROR -> {
        View owner =
            group.inputs().stream()
                .filter(input -> input.find(name).isPresent())
                .findFirst()
                .orElseThrow();
        throw new CheckpointException(
            "%s: tensor %s is missing, but %s has it%s"
                .formatted(
                    lacking.get().name(),
                    quote(lacking.get().nameOf(name)),
                    owner.name(),
                    LikelyCause.ofMissing(name, lacking.get(), owner)
                        .map(cause -> ": " + cause)
                        .orElseGet(() -> curesOfMissing(lacking.get()))));
      }
    };
  }

  private String curesOfMissing(View lacking) {
    return "; merge models of one architecture, or say in the recipe %s'missing: base' (the tensors of %s, an input that lacks one counts as equal to it) or 'missing: skip' (leave such tensors out)"
        .formatted(
            group.base().filter(lacking::equals).isPresent()
                ? "'heads: none' (leave out task heads, which only experts have), 'heads: MODEL'"
                    + " (take them from one), "
                : "",
            group.template().name());
  }

  private boolean isBuffer(String name) {
    return group.inputs().stream()
        .flatMap(input -> input.find(name).stream())
        .allMatch(source -> Buffers.isBuffer(source.tensor()));
  }

  private TensorPlan planTensor(String name, double position) {
    if (isHead(name)) {
      return copy(recipe, name, group.heads().orElseThrow().find(name).orElseThrow());
    }
    TensorSource model = group.source(group.template(), name);
    List<TensorSource> sources =
        group.inputs().stream().map(input -> group.source(input, name)).toList();
    if (Buffers.isBuffer(model.tensor())) {
      buffers.compare(model, sources);
      return copy(recipe, name, model);
    }
    checkShapes(model, sources);
    if (!model.tensor().dtype().isArithmetic()) {
      EqualTensors.check(model, sources);
      return copy(recipe, name, model);
    }
    for (TensorSource source : sources) {
      if (!source.tensor().dtype().isArithmetic()) {
        throw new CheckpointException(
            "%s: tensor %s is %s and cannot be merged with %s of %s; if it is a quantized weight, dequantize the model first"
                .formatted(
                    source.checkpoint().name(),
                    quote(source.tensor().name()),
                    source.tensor().dtype(),
                    model.tensor().dtype(),
                    model.checkpoint().name()));
      }
    }
    TensorInfo output = output(recipe, name, model);
    List<TensorSource> expertSources =
        group.experts().stream().map(e -> group.source(e, name)).toList();
    ParameterValues first = ofExpert(0, name, position);
    if (method.copiesSingleInput(first)
        && expertSources.getFirst().tensor().dtype() == output.dtype()) {
      return new TensorPlan.Copied(output, expertSources.getFirst());
    }
    return planMerge(output, expertSources, position);
  }

  private static TensorInfo output(Recipe recipe, String name, TensorSource model) {
    DType stored = model.tensor().dtype();
    DType dtype =
        stored.isArithmetic() && !Buffers.isBuffer(model.tensor())
            ? recipe
                .outDtype()
                .or(recipe::dtype)
                .orElseGet(() -> model.checkpoint().usualType(model.tensor()))
            : stored;
    return new TensorInfo(name, dtype, model.tensor().shape());
  }

  /** Returns the plan of a tensor that is copied, whatever the recipe's method. */
  static TensorPlan copy(Recipe recipe, String name, TensorSource source) {
    return new TensorPlan.Copied(output(recipe, name, source), source);
  }

  private ParameterValues ofExpert(int expert, String name, double position) {
    return parameters.ofModel(
        group.entries().get(expert), group.experts().get(expert).nameOf(name), position);
  }

  private static void checkShapes(TensorSource model, List<TensorSource> sources) {
    for (TensorSource source : sources) {
      if (!source.tensor().shape().equals(model.tensor().shape())) {
        throw new CheckpointException(
            "%s: tensor %s has shape %s, but %s in %s; only tensors of one shape can be merged: %s"
                .formatted(
                    source.checkpoint().name(),
                    quote(source.tensor().name()),
                    source.tensor().shape(),
                    model.tensor().shape(),
                    model.checkpoint().name(),
                    LikelyCause.ofShapes(
                        source.tensor().name(), source.tensor().shape(), model.tensor().shape())));
      }
    }
  }

  private TensorPlan planMerge(
      TensorInfo output, List<TensorSource> expertSources, double position) {
    ParameterValues recipeWide = parameters.recipeWide(output.name(), position);
    List<ParameterValues> ofExperts =
        IntStream.range(0, expertSources.size())
            .mapToObj(expert -> ofExpert(expert, output.name(), position))
            .toList();
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
                  Collections.nCopies(ofExperts.size(), Draws.NONE)));
    } catch (RecipeException e) {
      throw new RecipeException("tensor " + quote(output.name()) + ": " + e.getMessage(), e);
    }
    return new TensorPlan.Merged(
        output,
        group.base().map(b -> group.source(b, output.name())),
        expertSources,
        recipeWide,
        ofExperts,
        merge.unit(),
        merge.nextScan().isPresent(),
        merge.heldBytes());
  }
}
