package dev.amalgam.job.vocabulary;

import dev.amalgam.core.plan.MergeInputs;
import dev.amalgam.core.recipe.Recipe;
import dev.amalgam.core.recipe.RecipeException;
import dev.amalgam.core.tensor.Checkpoint;
import dev.amalgam.core.tensor.CheckpointException;
import dev.amalgam.io.tokenizer.TokenTable;
import dev.amalgam.job.model.InputFile;
import dev.amalgam.job.model.ModelTokenizer;
import dev.amalgam.job.model.Models;
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
   * @throws RecipeException if any model was rearranged
   */
  public void refuseIfRearranged(String method) {
    if (after.isPresent()) {
      throw new RecipeException(
          "merge_method "
              + method
              + " runs models as they are, and here tokens are numbered otherwise in the"
              + " output; merge models of one tokenizer, or give them one first: a merge of each"
              + " model alone, with merge_method passthrough and this tokenizer");
    }
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
