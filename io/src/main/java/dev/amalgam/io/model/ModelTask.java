package dev.amalgam.io.model;

import static dev.amalgam.core.AmalgamException.quote;

import dev.amalgam.core.layer.ModelException;
import dev.amalgam.core.layer.Targets;
import dev.amalgam.core.model.Model;
import dev.amalgam.core.model.ModelConfig;
import dev.amalgam.io.config.ConfigFile;
import dev.amalgam.io.dataset.ClassNames;
import dev.amalgam.io.dataset.DatasetException;
import dev.amalgam.io.dataset.Task;
import dev.amalgam.io.tokenizer.Tokenizer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;
import java.util.function.IntSupplier;

/** What a model's folder says of the examples that the model can be given. */
public final class ModelTask {

  private ModelTask() {}

  /**
   * Returns what examples may be.
   *
   * @param headConfig the config that describes the model's head
   * @param folder where the model is
   * @param maxLength the most tokens of an example; if absent, what the model was made for, and for
   *     texts no more than {@code model_max_length} in {@code tokenizer_config.json}
   * @throws ModelException if that is more than the model was made for, or it predicts nothing
   */
  public static Task of(Model model, ModelConfig headConfig, Path folder, OptionalInt maxLength) {
    if (model.head().kind() == Targets.Kind.FEATURES) {
      throw new ModelException(
          "%s is an encoder without a task head, which predicts nothing, so there is no loss; amalgam eval takes pairs of texts for such a model, or the head of a fine-tuned one by --head"
              .formatted(quote(folder.toString())));
    }
    ClassNames classes =
        switch (model.head().kind()) {
          case CLASS, TAG, LABELS -> ClassNames.of(headConfig, model.head().decoder().outputs());
          case NUMBERS -> ClassNames.unnamed(model.head().decoder().outputs());
          case NEXT_TOKEN, MASKED_TOKEN, SPAN, FEATURES -> ClassNames.unnamed(0);
        };
    return task(model, classes, folder, maxLength, () -> tokenizerLength(folder), false);
  }

  /**
   * Returns what texts may be of which a model makes embeddings.
   *
   * @param modules what the files of sentence-transformers say
   * @param folder where the model is
   * @param maxLength the most tokens of a text; if absent, what the files say
   * @throws ModelException if that is more than the model was made for
   */
  public static Task ofTexts(
      Model model, SentenceModules modules, Path folder, OptionalInt maxLength) {
    return task(
        model,
        ClassNames.unnamed(0),
        folder,
        maxLength,
        () -> modules.maxLength().orElseGet(() -> tokenizerLength(folder)),
        modules.lowerCase());
  }

  /**
   * Returns what examples may be from which one model learns what another makes of them: they need
   * no labels, and of a model that predicts nothing they are texts.
   *
   * @param headConfig the config that describes the model's head
   * @param folder where the model is
   * @param tokenizer where its tokenizer is
   * @throws ModelException if {@code maxLength} is more than the model was made for
   */
  public static Task ofTaught(
      Model model, ModelConfig headConfig, Path folder, Path tokenizer, OptionalInt maxLength) {
    return model.head().kind() == Targets.Kind.FEATURES
        ? ofTexts(model, SentenceModules.of(folder), tokenizer, maxLength)
        : of(model, headConfig, tokenizer, maxLength).withoutLabels();
  }

  private static Task task(
      Model model,
      ClassNames classes,
      Path folder,
      OptionalInt maxLength,
      IntSupplier textLength,
      boolean lowerCase) {
    int positions = model.maxPositions();
    if (maxLength.orElse(1) > positions) {
      throw new ModelException(
          "%s was made for at most %d tokens, so examples cannot have %d; choose a smaller --max-length"
              .formatted(quote(folder.toString()), positions, maxLength.getAsInt()));
    }
    return new Task(
        model.head().kind(),
        vocabulary(model),
        classes,
        maxLength.orElse(positions),
        maxLength.orElseGet(() -> Math.min(positions, textLength.getAsInt())),
        lowerCase,
        true);
  }

  /** Returns the number of tokens that a model knows. */
  public static int vocabulary(Model model) {
    return Math.toIntExact(model.embedding().tables().getFirst().weight().shape().dimension(0));
  }

  // Where nobody set a limit, the file has a number such as 10³⁰.
  private static int tokenizerLength(Path folder) {
    Path file = folder.resolve(CompanionFiles.TOKENIZER_CONFIG);
    if (!Files.exists(file)) {
      return Integer.MAX_VALUE;
    }
    return ConfigFile.read(file)
        .number("model_max_length")
        .filter(length -> length >= 1)
        .map(length -> (int) Math.min(length, Integer.MAX_VALUE))
        .orElse(Integer.MAX_VALUE);
  }

  /**
   * Returns the tokenizer in a model's folder.
   *
   * @throws DatasetException if there is none
   */
  public static Tokenizer tokenizer(Path folder) {
    Path file = folder.resolve(CompanionFiles.TOKENIZER);
    if (!Files.exists(file)) {
      throw new DatasetException(
          quote(folder.toString())
              + " has no tokenizer.json, without which there are no tokens of text; copy it there"
              + " from the model that this one was made of");
    }
    return Tokenizer.read(file);
  }
}
