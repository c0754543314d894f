package dev.amalgam.core.plan;

import dev.amalgam.core.merge.MergeMethod;
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
 * @param heads the model that task heads come from
 */
public record MergeInputs(
    Optional<Checkpoint> base, List<Checkpoint> models, Optional<Checkpoint> heads) {

  /** Copies the list. */
  public MergeInputs {
    models = List.copyOf(models);
  }

  /** Returns the checkpoints of a recipe that takes task heads from none. */
  public MergeInputs(Optional<Checkpoint> base, List<Checkpoint> models) {
    this(base, models, Optional.empty());
  }

  /**
   * Returns the checkpoint that the output takes after: the base if the method uses it or the
   * recipe lists it, else the first model.
   *
   * @throws dev.amalgam.core.recipe.RecipeException if the method needs a base and there is none
   */
  Checkpoint template(MergeMethod method) {
    boolean usesBase = MergeGroup.usesBase(method, base.isPresent());
    return base.filter(b -> usesBase || models.contains(b)).orElseGet(models::getFirst);
  }

  /** Returns each checkpoint once: the base, the models in order, and where heads come from. */
  List<Checkpoint> all() {
    List<Checkpoint> all = distinct();
    heads.filter(model -> !all.contains(model)).ifPresent(all::add);
    return all;
  }

  /** Returns each checkpoint once: the base first, then the models in order. */
  public List<Checkpoint> distinct() {
    List<Checkpoint> all = new ArrayList<>();
    base.ifPresent(all::add);
    models.stream().filter(model -> !all.contains(model)).forEach(all::add);
    return all;
  }
}
