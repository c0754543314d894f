package dev.amalgam.job.evidence;

import static dev.amalgam.core.AmalgamException.quote;

import dev.amalgam.core.evidence.EvidenceNeeds;
import dev.amalgam.core.evidence.TaskSize;
import dev.amalgam.core.importance.ExampleLoss;
import dev.amalgam.core.importance.Expert;
import dev.amalgam.core.importance.Level;
import dev.amalgam.core.layer.Example;
import dev.amalgam.core.model.Model;
import dev.amalgam.core.recipe.RecipeException;
import dev.amalgam.core.tensor.Checkpoint;
import dev.amalgam.core.weight.CheckpointWeights;
import dev.amalgam.core.weight.FineTuned;
import dev.amalgam.io.dataset.Dataset;
import dev.amalgam.io.dataset.Task;
import dev.amalgam.io.importance.Sidecar;
import dev.amalgam.io.model.ModelTask;
import dev.amalgam.job.model.Models;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * An expert of a recipe whose method asks models, and the examples of the expert's task.
 *
 * @param model where it is
 * @param expert the expert and its base
 * @param data its examples, if the recipe names any
 * @param sidecar its scores, if the recipe names any
 * @param scored how many of the examples are for evidence; those behind are for choosing
 * @param examples for evidence and for choosing
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
   * @param method the name of the method, for messages
   * @param base the base's tensors
   * @param tensors the expert's, by the base's names
   * @param number which expert of the recipe it is
   * @throws dev.amalgam.core.AmalgamException if the recipe names neither examples nor scores that
   *     would do, or they do not fit
   */
  static TaskOfExpert of(
      Models models,
      Checkpoint base,
      Checkpoint tensors,
      String method,
      EvidenceNeeds needs,
      int number) {
    Models.Model model = models.of(tensors);
    EvidenceNeeds.Sources sources = needs.sources().get(number);
    Optional<Path> data = sources.examples().map(file -> models.locateFile("examples", file));
    Optional<Path> sidecar =
        sources.importance().map(file -> models.locateFile("importance", file));
    Optional<EvidenceNeeds.Judging> judging = needs.judging();
    if (data.isEmpty() && (sidecar.isEmpty() || judging.isPresent())) {
      throw new RecipeException(
          sidecar.isEmpty()
              ? "%s: merge_method %s needs to know what matters; add 'examples: FILE' to its parameters (examples of its task)%s"
                  .formatted(
                      quote(model.reference()),
                      method,
                      needs.importance().isPresent()
                          ? ", or 'importance: FILE' (what 'amalgam importance' wrote)"
                          : "")
              : "%s: %s; add 'examples: FILE' to its parameters, or %s"
                  .formatted(
                      quote(model.reference()), judging.get().what(), judging.get().otherwise()));
    }
    Expert expert =
        new Expert(
            new FineTuned(new CheckpointWeights(base), new CheckpointWeights(tensors)),
            model.location().config().values());
    Model whole = expert.at(1);
    List<Example> examples = List.of();
    int scored = 0;
    if (data.isPresent()) {
      Dataset dataset =
          Dataset.of(
              data.get(),
              task(whole, expert, model, needs),
              () -> ModelTask.tokenizer(model.tokenizerFolder()));
      int limit = needs.examples();
      double learned = 1 - judging.map(EvidenceNeeds.Judging::share).orElse(0.0);
      int most = (int) Math.min(Integer.MAX_VALUE, Math.ceil(limit / learned));
      examples = FirstExamples.of(dataset, most, OptionalLong.empty());
      FirstExamples.check(dataset, examples, whole.head().kind(), needs.labels());
      scored = Math.min(limit, (int) (learned * examples.size()));
      if (scored == 0) {
        throw new RecipeException(
            "%s holds too few examples: %s that nothing else is gathered from; add examples, or %s"
                .formatted(
                    quote(data.get().toString()), judging.get().what(), judging.get().otherwise()));
      }
    }
    if (sidecar.isPresent()) {
      try (Sidecar scores = Sidecar.open(sidecar.get())) {
        check(scores, expert, needs.importance().orElseThrow().level());
      }
    }
    return new TaskOfExpert(model, expert, data, sidecar, scored, examples);
  }

  private static Task task(Model whole, Expert expert, Models.Model model, EvidenceNeeds needs) {
    return needs.labels()
        ? ModelTask.of(whole, expert.config(), model.tokenizerFolder(), needs.maxLength())
        : ModelTask.ofTaught(
            whole, expert.config(), model.folder(), model.tokenizerFolder(), needs.maxLength());
  }

  private static void check(Sidecar scores, Expert expert, Level needed) {
    Level level = scores.metadata().level();
    if (level != needed && level != Level.ELEMENT) {
      throw new RecipeException(
          "%s holds scores of level %s, and this recipe needs %s; work them out again with 'amalgam importance --level %s', or write 'level: %s' and select random or magnitude"
              .formatted(
                  quote(scores.name()), level.word(), needed.word(), needed.word(), level.word()));
    }
    if (scores.metadata().magnitude()) {
      throw new RecipeException(
          "%s holds scores that are multiplied by magnitudes already; work them out again with --score effect: a recipe's 'score' multiplies them"
              .formatted(quote(scores.name())));
    }
    scores.checkFits(expert.partitions(level));
  }

  /** Returns the examples from which evidence is gathered. */
  List<Example> forEvidence() {
    return examples.subList(0, scored);
  }

  /** Returns how many examples there are. */
  TaskSize size() {
    return new TaskSize(scored, tokens(forEvidence()), tokens(forChoosing()));
  }

  private static long tokens(List<Example> examples) {
    return examples.stream().mapToLong(Example::length).sum();
  }

  /** Returns whether its examples say what is right; without, the expert says it. */
  boolean isLabelled() {
    return ExampleLoss.areLabelled(expert.at(1), examples);
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
