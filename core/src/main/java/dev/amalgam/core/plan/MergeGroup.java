package dev.amalgam.core.plan;

import dev.amalgam.core.merge.MergeMethod;
import dev.amalgam.core.recipe.ModelEntry;
import dev.amalgam.core.recipe.RecipeException;
import dev.amalgam.core.tensor.Checkpoint;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The models whose tensors are merged with one another: those of a recipe, or of one slice.
 *
 * @param template the model whose tensors give the output's their order and types
 * @param base the base, if the method merges deltas from one
 * @param experts the models to merge, in recipe order
 * @param entries what the recipe says of each expert
 * @param heads the model that task heads come from
 */
record MergeGroup(
    View template,
    Optional<View> base,
    List<View> experts,
    List<ModelEntry> entries,
    Optional<View> heads) {

  /** Copies the lists. */
  MergeGroup {
    experts = List.copyOf(experts);
    entries = List.copyOf(entries);
  }

  /** Returns the group of whole models. */
  static MergeGroup ofWhole(MergeMethod method, MergeInputs inputs, List<ModelEntry> entries) {
    Map<Checkpoint, View> views = new IdentityHashMap<>();
    inputs.distinct().forEach(model -> views.put(model, View.whole(model)));
    MergeGroup group =
        of(
            method,
            inputs.base().map(views::get),
            inputs.models().stream().map(views::get).toList(),
            entries);
    return new MergeGroup(
        group.template, group.base, group.experts, group.entries, inputs.heads().map(View::whole));
  }

  /**
   * Returns the group of some models, of which those of the base's checkpoint are no experts if the
   * method merges deltas from it.
   *
   * @throws RecipeException if the method needs a base and there is none, or cannot merge that many
   *     experts
   */
  static MergeGroup of(
      MergeMethod method, Optional<View> base, List<View> models, List<ModelEntry> entries) {
    boolean usesBase = usesBase(method, base.isPresent());
    List<View> experts = new ArrayList<>();
    List<ModelEntry> ofExperts = new ArrayList<>();
    for (int i = 0; i < models.size(); i++) {
      if (!usesBase || models.get(i).checkpoint() != base.orElseThrow().checkpoint()) {
        experts.add(models.get(i));
        ofExperts.add(entries.get(i));
      }
    }
    method.checkExperts(experts.size());
    View template = base.filter(b -> usesBase || experts.contains(b)).orElseGet(experts::getFirst);
    return new MergeGroup(
        template, base.filter(b -> usesBase), experts, ofExperts, Optional.empty());
  }

  /**
   * Returns whether a method merges deltas from a base.
   *
   * @param named whether the recipe names one
   * @throws RecipeException if the method needs one and the recipe names none
   */
  static boolean usesBase(MergeMethod method, boolean named) {
    boolean uses =
        switch (method.baseUse()) {
          case NONE -> false;
          case OPTIONAL -> named;
          case REQUIRED -> true;
        };
    if (uses && !named) {
      throw new RecipeException(
          "merge_method "
              + method.name()
              + " merges deltas from a base model, and the recipe names none; add base_model");
    }
    return uses;
  }

  /** Returns each model once, the template first. */
  List<View> inputs() {
    List<View> inputs = new ArrayList<>();
    inputs.add(template);
    base.filter(b -> b != template).ifPresent(inputs::add);
    experts.stream().filter(expert -> !inputs.contains(expert)).forEach(inputs::add);
    return inputs;
  }

  /** Returns the name of every tensor that some input has, in the template's order. */
  Set<String> names() {
    Set<String> names = new LinkedHashSet<>();
    names.addAll(template.names());
    heads.ifPresent(model -> names.addAll(model.names()));
    inputs().forEach(input -> names.addAll(input.names()));
    return names;
  }

  /** Returns what a model contributes to a tensor of the output; the template stands in for it. */
  TensorSource source(View model, String output) {
    return model.find(output).orElseGet(() -> template.find(output).orElseThrow());
  }
}
