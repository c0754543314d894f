package dev.amalgam.core.plan;

import static dev.amalgam.core.AmalgamException.quote;

import dev.amalgam.core.merge.MergeMethods;
import dev.amalgam.core.name.NameMatch;
import dev.amalgam.core.name.RenamedCheckpoint;
import dev.amalgam.core.name.Renaming;
import dev.amalgam.core.recipe.Recipe;
import dev.amalgam.core.tensor.Checkpoint;
import dev.amalgam.core.tensor.CheckpointException;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The models of a recipe, all by the names of the one that the output takes after.
 *
 * @param inputs the models, of which some are views
 * @param views these views
 */
public record MatchedNames(MergeInputs inputs, List<RenamedCheckpoint> views) {

  /** Copies the list. */
  public MatchedNames {
    views = List.copyOf(views);
  }

  /**
   * Returns the models by one set of names, as far as {@link NameMatch} finds how. Only headers are
   * read.
   *
   * @throws CheckpointException if a model's names differ and the recipe does not allow for it
   */
  public static MatchedNames of(Recipe recipe, MergeInputs inputs) {
    Checkpoint template = inputs.template(MergeMethods.named(recipe.mergeMethod()));
    Map<Checkpoint, RenamedCheckpoint> views = new IdentityHashMap<>();
    for (Checkpoint model : inputs.all()) {
      if (model != template) {
        NameMatch.find(template, model).ifPresent(view -> views.put(model, view));
      }
    }
    List<RenamedCheckpoint> found =
        inputs.all().stream().filter(views::containsKey).map(views::get).toList();
    if (recipe.names() == Recipe.Names.STRICT && !found.isEmpty()) {
      throw refused(template, found.getFirst().renaming());
    }
    MergeInputs matched =
        new MergeInputs(
            inputs.base().map(model -> of(views, model)),
            inputs.models().stream().map(model -> of(views, model)).toList(),
            inputs.heads().map(model -> of(views, model)));
    return new MatchedNames(matched, found);
  }

  private static Checkpoint of(Map<Checkpoint, RenamedCheckpoint> views, Checkpoint model) {
    return Optional.<Checkpoint>ofNullable(views.get(model)).orElse(model);
  }

  private static CheckpointException refused(Checkpoint template, Renaming renaming) {
    return new CheckpointException(
        "%s: tensor %s is called %s in %s, as are others, and the recipe says 'names: strict'; say 'names: match' to take them for the same, or rename them"
            .formatted(
                renaming.model(), quote(renaming.from()), quote(renaming.to()), template.name()));
  }
}
