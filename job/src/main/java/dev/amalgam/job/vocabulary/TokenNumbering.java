package dev.amalgam.job.vocabulary;

import static dev.amalgam.core.AmalgamException.quote;

import dev.amalgam.core.plan.MergeInputs;
import dev.amalgam.core.recipe.Recipe;
import dev.amalgam.core.recipe.RecipeException;
import dev.amalgam.core.tensor.Checkpoint;
import dev.amalgam.core.tensor.CheckpointException;
import dev.amalgam.io.config.ConfigFile;
import dev.amalgam.io.model.CompanionFiles;
import dev.amalgam.io.model.VocabularyDifference;
import dev.amalgam.io.tokenizer.TokenTable;
import dev.amalgam.job.model.InputFile;
import dev.amalgam.job.model.ModelTokenizer;
import dev.amalgam.job.model.Models;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How the tokens of a recipe's models are numbered in the output, and the models with their
 * embeddings rearranged so. Only headers and tokenizers are read.
 *
 * @param inputs the models as they are merged
 * @param tokenizer the output's tokenizer, if the recipe says anything of it
 * @param read the tokenizers by which models were rearranged, if any was
 * @param warnings what may be wrong with the result
 * @param after the output's tokens and number of rows, if any model was rearranged
 * @param before the models by the checkpoints in {@code inputs}
 */
public record TokenNumbering(
    MergeInputs inputs,
    Optional<ModelTokenizer> tokenizer,
    List<InputFile> read,
    List<String> warnings,
    Optional<Output> after,
    Map<Checkpoint, NumberedModel> before) {

  /** Copies the lists. */
  public TokenNumbering {
    read = List.copyOf(read);
    warnings = List.copyOf(warnings);
  }

  /**
   * The output's tokens.
   *
   * @param tokens the tokens and their ids
   * @param rows how many rows its embeddings have
   */
  record Output(TokenTable tokens, int rows) {}

  /**
   * Returns the numbering that a recipe asks for.
   *
   * @throws RecipeException if the recipe names models or tokens that do not exist
   * @throws CheckpointException if a model's embeddings are not known or do not fit
   */
  public static TokenNumbering of(Recipe recipe, Models models, MergeInputs inputs) {
    if (recipe.tokenizer().isEmpty()) {
      return new TokenNumbering(
          inputs, Optional.empty(), List.of(), List.of(), Optional.empty(), Map.of());
    }
    return new Numberer(recipe, recipe.tokenizer().get(), models, inputs).number();
  }

  /**
   * Refuses what a method cannot have that asks models: it runs them on texts of their own tokens,
   * and compares them row by row.
   *
   * @throws RecipeException if the models number their tokens differently, or any was rearranged
   */
  public void refuseUnlessAlike(String method, Models models) {
    Optional<Models.Model> base = inputs.base().flatMap(checkpoint -> find(models, checkpoint));
    for (Checkpoint checkpoint : base.isEmpty() ? List.<Checkpoint>of() : inputs.models()) {
      Optional<Models.Model> model = find(models, checkpoint);
      model
          .flatMap(own -> difference(base.get(), own))
          .ifPresent(
              difference -> {
                throw new RecipeException(
                    "%s, and merge_method %s runs each model on texts of its own and compares them token by token; renumber %s first, by a merge of its own with merge_method passthrough, base_model %s and tokenizer_source base"
                        .formatted(
                            difference,
                            method,
                            quote(model.get().reference()),
                            quote(base.get().reference())));
              });
    }
    if (after.isPresent()) {
      throw new RecipeException(
          "merge_method "
              + method
              + " runs models as they are, and here tokens are numbered otherwise in the"
              + " output; merge models of one tokenizer, or give them one first: a merge of each"
              + " model alone, with merge_method passthrough and this tokenizer");
    }
  }

  private static Optional<Models.Model> find(Models models, Checkpoint checkpoint) {
    Checkpoint itself = models.itself(checkpoint);
    return models.all().stream().filter(model -> model.checkpoint() == itself).findFirst();
  }

  private static Optional<String> difference(Models.Model base, Models.Model model) {
    Path folder = base.tokenizerFolder();
    Path other = model.tokenizerFolder();
    if (folder.equals(other)) {
      return Optional.empty();
    }
    return VocabularyDifference.inSharedTokens(folder, other)
        .map(
            difference ->
                "%s does not number tokens as %s does: %s"
                    .formatted(
                        quote(other.resolve(CompanionFiles.TOKENIZER).toString()),
                        quote(folder.resolve(CompanionFiles.TOKENIZER).toString()),
                        difference))
        .or(() -> otherSize(base, model));
  }

  private static Optional<String> otherSize(Models.Model base, Models.Model model) {
    Optional<Long> size = size(base);
    Optional<Long> other = size(model);
    return size.isEmpty() || other.isEmpty() || size.equals(other)
        ? Optional.empty()
        : Optional.of(
            "%s has a vocab_size of %d, and %s of %d"
                .formatted(
                    quote(model.folder().resolve(ConfigFile.NAME).toString()),
                    other.get(),
                    quote(base.folder().resolve(ConfigFile.NAME).toString()),
                    size.get()));
  }

  private static Optional<Long> size(Models.Model model) {
    return model.config().flatMap(config -> config.number("vocab_size")).map(Double::longValue);
  }

  /** Returns how the configs of a model change that describes the output, if they do. */
  public Optional<RenumberedConfig> config(Checkpoint described) {
    return after.map(
        output -> {
          NumberedModel model = before.get(described);
          return new RenumberedConfig(
              model.tensors().rows(), output.rows(), model.tokens(), output.tokens());
        });
  }
}
