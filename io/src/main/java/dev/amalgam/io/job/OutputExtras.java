package dev.amalgam.io.job;

import static dev.amalgam.core.AmalgamException.quote;

import dev.amalgam.core.recipe.Recipe;
import dev.amalgam.core.recipe.RecipeException;
import dev.amalgam.core.tensor.CheckpointException;
import dev.amalgam.io.recipe.RecipeFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a merged model gets besides tensors: config, generation config, tokenizer and card. The
 * template is the model whose config and, unless the recipe says otherwise, tokenizer are taken.
 */
final class OutputExtras {

  private final Recipe recipe;
  private final Models.Model template;
  private final Optional<String> config;
  private final Path tokenizerFolder;
  private final List<String> warnings = new ArrayList<>();

  private OutputExtras(
      Recipe recipe, Models.Model template, Optional<String> config, Path tokenizerFolder) {
    this.recipe = recipe;
    this.template = template;
    this.config = config;
    this.tokenizerFolder = tokenizerFolder;
  }

  /**
   * Returns what to write, after checking the configs and tokenizers of all models.
   *
   * @throws CheckpointException if a config cannot be read or says that weights are quantized
   * @throws RecipeException if the tokenizer source does not exist or does not fit a model
   */
  static OutputExtras plan(Recipe recipe, Models models, Models.Model template) {
    Optional<String> config = Optional.empty();
    for (Models.Model model : models.all()) {
      Path file = model.folder().resolve(ModelConfig.FILE);
      if (Files.isRegularFile(file)) {
        ModelConfig read = ModelConfig.read(file);
        read.checkNotQuantized();
        if (model == template) {
          config = Optional.of(read.text(recipe.outDtype().or(recipe::dtype)));
        }
      }
    }
    OutputExtras extras =
        new OutputExtras(recipe, template, config, tokenizerFolder(recipe, models, template));
    extras.checkTokenizers(models);
    if (config.isEmpty()) {
      extras.warnings.add(
          quote(template.reference()) + " has no config.json, so the output gets none");
    }
    return extras;
  }

  private static Path tokenizerFolder(Recipe recipe, Models models, Models.Model template) {
    Optional<String> source = tokenizerSource(recipe);
    if (source.isEmpty()) {
      return template.tokenizerFolder();
    }
    Path folder = models.locate(source.get());
    if (!Files.isDirectory(folder) || CompanionFiles.ofTokenizer(folder).isEmpty()) {
      throw new RecipeException(
          "tokenizer_source "
              + quote(source.get())
              + " has no tokenizer files; name a folder with tokenizer.json");
    }
    return folder;
  }

  /** Returns what the recipe takes the tokenizer from, if not from the template. */
  private static Optional<String> tokenizerSource(Recipe recipe) {
    return recipe.tokenizerSource().filter(source -> !source.equals("base"));
  }

  // Rows of embeddings are merged by number, which is right only if all number their tokens alike.
  private void checkTokenizers(Models models) {
    for (Models.Model model : models.all()) {
      Tokenizers.difference(tokenizerFolder, model.tokenizerFolder())
          .ifPresent(
              difference -> {
                String problem =
                    "%s: its tokenizer differs from that of %s: %s, so rows of the embeddings do not mean the same"
                        .formatted(
                            quote(model.reference()),
                            quote(tokenizerFolder.toString()),
                            difference);
                if (recipe.tokenizerSource().isPresent()) {
                  throw new RecipeException(
                      problem
                          + "; this version cannot rearrange them: merge models of one tokenizer,"
                          + " or remove tokenizer_source to merge by row number all the same");
                }
                warnings.add(problem);
              });
    }
  }

  List<String> warnings() {
    return List.copyOf(warnings);
  }

  /** Returns the folder that the tokenizer is taken from. */
  Path tokenizerFolder() {
    return tokenizerFolder;
  }

  /** Returns the small files that find their way into the output. */
  List<InputFile> inputFiles() {
    List<Path> ofTemplate = new ArrayList<>();
    config.ifPresent(c -> ofTemplate.add(template.folder().resolve(ModelConfig.FILE)));
    ofTemplate.addAll(CompanionFiles.ofModel(template.folder()));
    List<InputFile> files = new ArrayList<>();
    ofTemplate.forEach(file -> files.add(new InputFile(template.reference(), file)));
    String owner = tokenizerSource(recipe).orElse(template.reference());
    CompanionFiles.ofTokenizer(tokenizerFolder)
        .forEach(file -> files.add(new InputFile(owner, file)));
    return files;
  }

  void write(SmallFiles files, RecipeFile recipeFile, long seed) {
    config.ifPresent(text -> files.write(ModelConfig.FILE, text));
    CompanionFiles.ofModel(template.folder()).forEach(files::copy);
    CompanionFiles.ofTokenizer(tokenizerFolder).forEach(files::copy);
    files.write(
        ModelCard.FILE, ModelCard.of(recipe, recipeFile.text(), seed, AmalgamVersion.get()));
  }
}
