package dev.amalgam.job.evidence;

import static dev.amalgam.core.AmalgamException.quote;

import dev.amalgam.core.importance.Expert;
import dev.amalgam.core.importance.Level;
import dev.amalgam.core.layer.Example;
import dev.amalgam.core.layer.Targets;
import dev.amalgam.core.merge.Apl;
import dev.amalgam.core.merge.Parameter;
import dev.amalgam.core.model.Model;
import dev.amalgam.core.recipe.RecipeException;
import dev.amalgam.core.weight.CheckpointWeights;
import dev.amalgam.core.weight.FineTuned;
import dev.amalgam.io.dataset.Dataset;
import dev.amalgam.io.importance.Sidecar;
import dev.amalgam.io.model.ConfigFile;
import dev.amalgam.io.model.ModelTask;
import dev.amalgam.job.model.Models;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * An expert of a recipe of {@code merge_method: apl}.
 *
 * @param model where it is
 * @param expert the expert and its base
 * @param data its examples, if the recipe names any
 * @param sidecar its scores, if the recipe names any
 * @param scored how many of the examples are for scores; those behind are for choosing
 * @param examples for scores and for choosing
 */
record TaskOfExpert(
    Models.Model model,
    Expert expert,
    Optional<Path> data,
    Optional<Path> sidecar,
    int scored,
    List<Example> examples) {

  /**
   * Returns an expert, its examples read.
   *
   * @param parameters the recipe's
   * @param number which expert of the recipe it is
   * @throws dev.amalgam.core.AmalgamException if the recipe names neither examples nor scores, or
   *     they do not fit
   */
  static TaskOfExpert of(
      Models models, Models.Model base, Models.Model model, AplParameters parameters, int number) {
    Optional<Path> data = path(models, parameters, number, Apl.EXAMPLES);
    Optional<Path> sidecar = path(models, parameters, number, Apl.IMPORTANCE);
    boolean chooses = !parameters.open().isEmpty();
    if (data.isEmpty() && (sidecar.isEmpty() || chooses)) {
      throw new RecipeException(
          sidecar.isEmpty()
              ? "%s: merge_method apl needs to know what matters; add 'examples: FILE' to its parameters (examples of its task), or 'importance: FILE' (what 'amalgam importance' wrote)"
                  .formatted(quote(model.reference()))
              : "%s: %s is auto, and is chosen by examples; add 'examples: FILE' to its parameters, or write a value"
                  .formatted(quote(model.reference()), String.join(", ", parameters.open())));
    }
    Expert expert =
        new Expert(
            new FineTuned(
                new CheckpointWeights(base.checkpoint()),
                new CheckpointWeights(model.checkpoint())),
            ConfigFile.read(model.folder().resolve(ConfigFile.NAME)));
    Model whole = expert.at(1);
    int limit = parameters.examplesLimit();
    List<Example> examples = List.of();
    int scored = 0;
    if (data.isPresent()) {
      OptionalInt maxLength = parameters.scoring(1, 1).maxLength();
      Dataset dataset =
          Dataset.of(
              data.get(),
              ModelTask.of(whole, expert.config(), model.tokenizerFolder(), maxLength),
              () -> ModelTask.tokenizer(model.tokenizerFolder()));
      examples = FirstExamples.of(dataset, chooses ? 2 * limit : limit, OptionalLong.empty());
      FirstExamples.check(dataset, examples, whole.head().kind() == Targets.Kind.NEXT_TOKEN);
      scored = chooses ? Math.min(limit, examples.size() / 2) : examples.size();
      if (scored == 0) {
        throw new RecipeException(
            "%s holds a single example, and %s is auto: it is chosen by examples that are not used for scores; add examples, or write a value"
                .formatted(quote(data.get().toString()), String.join(", ", parameters.open())));
      }
    }
    if (sidecar.isPresent()) {
      try (Sidecar scores = Sidecar.open(sidecar.get())) {
        check(scores, expert, parameters);
      }
    }
    return new TaskOfExpert(model, expert, data, sidecar, scored, examples);
  }

  private static Optional<Path> path(
      Models models, AplParameters parameters, int number, Parameter<String> parameter) {
    String file = parameter.of(parameters.experts().get(number));
    return file.isEmpty()
        ? Optional.empty()
        : Optional.of(models.locateFile(parameter.name(), file));
  }

  private static void check(Sidecar scores, Expert expert, AplParameters parameters) {
    if (scores.metadata().level() != parameters.scoreLevel()
        && scores.metadata().level() != Level.ELEMENT) {
      throw new RecipeException(
          "%s holds scores of level %s, and this recipe needs %s; work them out again with 'amalgam importance --level %s', or write 'level: %s' and select random or magnitude"
              .formatted(
                  quote(scores.name()),
                  scores.metadata().level().word(),
                  parameters.scoreLevel().word(),
                  parameters.scoreLevel().word(),
                  scores.metadata().level().word()));
    }
    if (scores.metadata().magnitude()) {
      throw new RecipeException(
          "%s holds scores that are multiplied by magnitudes already; work them out again with --score effect: a recipe's 'score' multiplies them"
              .formatted(quote(scores.name())));
    }
    scores.checkFits(expert.partitions(scores.metadata().level()));
  }

  /** Returns whether its model has a task head, or anything else, that the base lacks. */
  boolean hasHead() {
    return expert.at(1).parameters().stream()
        .anyMatch(parameter -> expert.weights().base().find(parameter.name()).isEmpty());
  }

  /** Returns the examples by which parameters are chosen. */
  List<Example> forChoosing() {
    return examples.subList(scored, examples.size());
  }
}
