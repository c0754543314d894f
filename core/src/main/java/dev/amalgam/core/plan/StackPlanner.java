package dev.amalgam.core.plan;

import static dev.amalgam.core.AmalgamException.quote;

import dev.amalgam.core.merge.EvidenceMethod;
import dev.amalgam.core.merge.MergeMethod;
import dev.amalgam.core.recipe.ModelEntry;
import dev.amalgam.core.recipe.Recipe;
import dev.amalgam.core.recipe.RecipeException;
import dev.amalgam.core.recipe.Slice;
import dev.amalgam.core.tensor.Checkpoint;
import dev.amalgam.core.tensor.CheckpointException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Plans a stack of slices. Each slice is planned like a merge of its own, of views in which its
 * sources' layers have the numbers of the output's. What reads the input goes with the first slice,
 * what stands behind the layers with the last one, as in mergekit.
 */
final class StackPlanner {

  // More than any model has: aliases of a small hostile recipe could otherwise ask for billions.
  private static final int MOST_LAYERS = 10_000;

  private final Recipe recipe;
  private final MergeMethod method;
  private final Optional<Checkpoint> base;
  private final boolean usesBase;
  private final Checkpoint template;
  private final Iterator<Checkpoint> models;
  private final Map<Checkpoint, LayerStack> stacks = new IdentityHashMap<>();
  private final List<TensorPlan> tensors = new ArrayList<>();
  private final List<String> leftOut = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();
  private final List<LayerOrigin> layers = new ArrayList<>();

  StackPlanner(Recipe recipe, MergeMethod method, MergeInputs inputs) {
    if (recipe.heads().isPresent()) {
      throw new RecipeException(
          "'heads' is for whole models, and this recipe stacks slices; remove it");
    }
    if (method instanceof EvidenceMethod asking && !asking.allowsSlices()) {
      throw new RecipeException(
          "merge_method "
              + method.name()
              + " asks whole models, and this recipe stacks slices; merge first, and stack in"
              + " another document");
    }
    this.recipe = recipe;
    this.method = method;
    this.base = inputs.base();
    this.usesBase = MergeGroup.usesBase(method, base.isPresent());
    this.models = inputs.models().iterator();
    this.template = inputs.template(method);
  }

  MergePlan plan(long seed) {
    for (int i = 0; i < recipe.slices().size(); i++) {
      try {
        plan(i);
      } catch (RecipeException e) {
        throw new RecipeException("slice " + (i + 1) + ": " + e.getMessage(), e);
      } catch (CheckpointException e) {
        throw new CheckpointException("slice " + (i + 1) + ": " + e.getMessage(), e);
      }
    }
    checkNames();
    notes.addAll(UnmatchedFilters.notes(recipe, method, tensors, leftOut));
    return new MergePlan(
        method,
        recipe.randomMasks(),
        seed,
        recipe.nonFinite(),
        template,
        tensors,
        leftOut,
        notes,
        stack(template).size(),
        layers);
  }

  private void plan(int index) {
    Slice slice = recipe.slices().get(index);
    List<View> views = new ArrayList<>();
    List<ModelEntry> entries = new ArrayList<>();
    for (Slice.Source source : slice.sources()) {
      views.add(view(index, models.next(), source));
      entries.add(source.entry());
    }
    int count = slice.sources().getFirst().layers();
    if (layers.size() + count > MOST_LAYERS) {
      throw new RecipeException(
          "makes more than " + MOST_LAYERS + " layers, which no model has; stack fewer");
    }
    var parameters = new ParameterResolver(method, recipe, entries, slice.parameters());
    View first;
    if (isCopied(views)) {
      first = views.getFirst();
      copy(first);
    } else {
      MergeGroup group = MergeGroup.of(method, baseOf(index, views), views, entries);
      MergePlanner planner = new MergePlanner(recipe, method, parameters, group);
      first = group.template();
      tensors.addAll(planner.planTensors(first.shift().orElseThrow()::position));
      leftOut.addAll(planner.leftOut());
      notes.addAll(planner.notes());
    }
    LayerShift shift = first.shift().orElseThrow();
    for (int i = 0; i < count; i++) {
      layers.add(
          new LayerOrigin(first.checkpoint(), shift.from() + i, stack(first.checkpoint()).size()));
    }
  }

  private LayerStack stack(Checkpoint checkpoint) {
    return stacks.computeIfAbsent(checkpoint, LayerStack::of);
  }

  private View view(int slice, Checkpoint checkpoint, Slice.Source source) {
    LayerStack stack = stack(checkpoint);
    if (source.to() > stack.size()) {
      throw new RecipeException(
          "layer_range [%d, %d] leaves the model %s, which has %d layers; the nearest that it has is [%d, %d]"
              .formatted(
                  source.from(),
                  source.to(),
                  quote(source.entry().model()),
                  stack.size(),
                  // What is in the model of it, or else as many of its last layers.
                  source.from() < stack.size()
                      ? source.from()
                      : Math.max(0, stack.size() - source.layers()),
                  stack.size()));
    }
    LayerShift shift =
        new LayerShift(
            stack(template).prefix(),
            layers.size(),
            stack.prefix(),
            source.from(),
            source.layers());
    return stack.view(shift, slice == 0, slice == recipe.slices().size() - 1);
  }

  /**
   * Returns whether a slice is copied: a single source leaves nothing to merge for a method that
   * takes the difference from a base, or needs several models.
   */
  private boolean isCopied(List<View> sources) {
    if (sources.size() > 1) {
      return false;
    }
    if (usesBase) {
      return true;
    }
    try {
      method.checkExperts(1);
      return false;
    } catch (RecipeException e) {
      return true;
    }
  }

  private void copy(View source) {
    for (String name : source.names()) {
      TensorSource tensor = source.find(name).orElseThrow();
      tensors.add(MergePlanner.copy(recipe, name, tensor));
    }
  }

  // The base's part in a slice that does not list it is what the sources are all taken from.
  private Optional<View> baseOf(int slice, List<View> sources) {
    if (base.isEmpty()) {
      return Optional.empty();
    }
    List<View> listed = sources.stream().filter(view -> view.checkpoint() == base.get()).toList();
    if (!usesBase || listed.size() == 1) {
      return listed.stream().findFirst();
    }
    if (listed.size() > 1) {
      throw new RecipeException(
          "lists the base model twice; merge_method " + method.name() + " has one base");
    }
    LayerShift shift = sources.getFirst().shift().orElseThrow();
    if (sources.stream().anyMatch(s -> s.shift().orElseThrow().from() != shift.from())) {
      throw new RecipeException(
          "its sources differ in layer_range, so which layers of the base model they are to be"
              + " compared with is open; list the base model too, with its layer_range");
    }
    ModelEntry entry = new ModelEntry(recipe.baseModel().orElseThrow(), Map.of());
    int to = shift.from() + shift.layers();
    return Optional.of(view(slice, base.get(), new Slice.Source(entry, shift.from(), to)));
  }

  // A name of one model's layer may be a name outside the layers of another, oddly built one.
  private void checkNames() {
    Set<String> names = new HashSet<>();
    for (TensorPlan tensor : tensors) {
      if (!names.add(tensor.output().name())) {
        throw new CheckpointException(
            template.name()
                + ": tensor "
                + quote(tensor.output().name())
                + " comes from two slices, because the models name their tensors differently; stack"
                + " models of one architecture");
      }
    }
  }
}
