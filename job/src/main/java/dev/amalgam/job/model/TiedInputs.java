package dev.amalgam.job.model;

import dev.amalgam.core.plan.MergeInputs;
import dev.amalgam.core.recipe.Recipe;
import dev.amalgam.core.recipe.Slice;
import dev.amalgam.core.tensor.Checkpoint;
import dev.amalgam.io.model.TiedTensors;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/** The models of a merge, where head and embedding are one in some of them. */
public final class TiedInputs {

  private TiedInputs() {}

  /**
   * Returns the models as they are merged: one that stores no head has its embedding for one where
   * another stores a head, and where the first and the last slice of a stack are of different
   * models. Where a recipe says itself what becomes of heads, they are as stored.
   */
  public static MergeInputs of(Recipe recipe, Models models, MergeInputs inputs) {
    if (recipe.heads().isPresent()) {
      return inputs;
    }
    List<Checkpoint> outer = new ArrayList<>(inputs.distinct());
    boolean apart = false;
    if (!recipe.slices().isEmpty()) {
      List<Checkpoint> first = ofSlice(inputs, 0, recipe.slices().getFirst());
      Slice last = recipe.slices().getLast();
      List<Checkpoint> behind =
          ofSlice(inputs, inputs.models().size() - last.sources().size(), last);
      // What is merged into a base and what is copied from a model are of one model all the same.
      apart = !withoutBase(inputs, first).equals(withoutBase(inputs, behind));
      outer.removeIf(
          model ->
              !first.contains(model)
                  && !behind.contains(model)
                  && inputs.base().filter(base -> base == model).isEmpty());
    }
    List<TiedTensors.Model> described =
        outer.stream()
            .map(model -> new TiedTensors.Model(model, models.files(model).config()))
            .toList();
    List<Checkpoint> named = TiedTensors.named(described, apart);
    Map<Checkpoint, Checkpoint> views = new IdentityHashMap<>();
    for (int i = 0; i < outer.size(); i++) {
      if (named.get(i) != outer.get(i)) {
        views.put(outer.get(i), named.get(i));
        models.addView(named.get(i), outer.get(i));
      }
    }
    return new MergeInputs(
        inputs.base().map(base -> views.getOrDefault(base, base)),
        inputs.models().stream().map(model -> views.getOrDefault(model, model)).toList(),
        inputs.heads());
  }

  private static List<Checkpoint> withoutBase(MergeInputs inputs, List<Checkpoint> models) {
    return models.stream()
        .filter(model -> inputs.base().filter(base -> base == model).isEmpty())
        .toList();
  }

  private static List<Checkpoint> ofSlice(MergeInputs inputs, int from, Slice slice) {
    return inputs.models().subList(from, from + slice.sources().size());
  }
}
