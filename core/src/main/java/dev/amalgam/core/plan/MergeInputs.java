package dev.amalgam.core.plan;

import dev.amalgam.core.tensor.Checkpoint;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The opened checkpoints of a recipe.
 *
 * @param base the base model; the same object as a listed model's if the recipe lists it too
 * @param models the {@linkplain dev.amalgam.core.recipe.Recipe#listed() listed} models, in recipe
 *     order
 */
public record MergeInputs(Optional<Checkpoint> base, List<Checkpoint> models) {

  /** Copies the list. */
  public MergeInputs {
    models = List.copyOf(models);
  }

  /** Returns each checkpoint once: the base first, then the models in order. */
  public List<Checkpoint> distinct() {
    List<Checkpoint> all = new ArrayList<>();
    base.ifPresent(all::add);
    models.stream().filter(model -> !all.contains(model)).forEach(all::add);
    return all;
  }
}
