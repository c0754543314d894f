package dev.amalgam.io.job;

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
  private final Optional<ModelConfig> config;
  private final Path tokenizerFolder;
  private final List<String> warnings = new ArrayList<>();

  private OutputExtras(
      Recipe recipe, Models.Model template, Optional<ModelConfig> config, Path tokenizerFolder) {
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
    Optional<ModelConfig> config = Optional.empty();
    for (Models.Model model : models.all()) {
      Path file = model.folder().resolve(ModelConfig.FILE);
      if (Files.isRegularFile(file)) {
        ModelConfig read = ModelConfig.read(file);
        read.checkNotQuantized();
        config = model == template ? Optional.of(read) : config;
      }
    }
    OutputExtras extras =
        new OutputExtras(recipe, template, config, tokenizerFolder(recipe, models, template));
    extras.checkTokenizers(models);
    if (config.isEmpty()) {
      extras.warnings.add(template.reference() + ": has no config.json, so the output gets none");
    }
    return extras;
  }

  private static Path tokenizerFolder(Recipe recipe, Models models, Models.Model template) {
    Optional<String> source = recipe.tokenizerSource().filter(s -> !s.equals("base"));
    if (source.isEmpty()) {
      return template.folder();
    }
    Path folder = models.locate(source.get());
    if (!Files.isDirectory(folder) || CompanionFiles.ofTokenizer(folder).isEmpty()) {
      throw new RecipeException(
          "tokenizer_source " + RecipeException.quote(source.get()) + ": holds no tokenizer files");
    }
    return folder;
  }

  // Rows of embeddings are merged by number, which is right only if all number their tokens alike.
  private void checkTokenizers(Models models) {
    for (Models.Model model : models.all()) {
      Tokenizers.difference(tokenizerFolder, model.folder())
          .ifPresent(
              difference -> {
                String problem =
                    "%s: its tokenizer differs from that of %s: %s, so rows of the embeddings do not mean the same"
                        .formatted(model.reference(), tokenizerFolder, difference);
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

  /** Returns the small files of a model that find their way into the output. */
  List<Path> filesReadFrom(Models.Model model) {
    List<Path> files = new ArrayList<>();
    if (model == template) {
      config.ifPresent(c -> files.add(model.folder().resolve(ModelConfig.FILE)));
      files.addAll(CompanionFiles.ofModel(model.folder()));
    }
    if (model.folder().equals(tokenizerFolder)) {
      files.addAll(CompanionFiles.ofTokenizer(tokenizerFolder));
    }
    return files;
  }

  void write(SmallFiles files, RecipeFile recipeFile, long seed) {
    config.ifPresent(
        c -> files.write(ModelConfig.FILE, c.text(recipe.outDtype().or(recipe::dtype))));
    CompanionFiles.ofModel(template.folder()).forEach(files::copy);
    CompanionFiles.ofTokenizer(tokenizerFolder).forEach(files::copy);
    files.write("README.md", ModelCard.of(recipe, recipeFile.text(), seed, AmalgamVersion.get()));
  }
}
