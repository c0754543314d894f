package dev.amalgam.io.job;

import static dev.amalgam.core.AmalgamException.quote;

import dev.amalgam.core.plan.MergePlan;
import dev.amalgam.core.recipe.Recipe;
import dev.amalgam.core.recipe.RecipeException;
import dev.amalgam.core.tensor.Checkpoint;
import dev.amalgam.core.tensor.CheckpointException;
import dev.amalgam.io.recipe.RecipeFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a merged model gets besides tensors: config, generation config, tokenizer and card. The
 * template is the model whose config and, unless the recipe says otherwise, tokenizer are taken.
 */
final class OutputExtras {

  private final Recipe recipe;
  private final ModelFiles template;
  private final Optional<String> config;
  private final String tokenizerOwner;
  private final Path tokenizerFolder;
  private final List<String> warnings = new ArrayList<>();

  private OutputExtras(
      Recipe recipe,
      ModelFiles template,
      Optional<String> config,
      String tokenizerOwner,
      Path tokenizerFolder) {
    this.recipe = recipe;
    this.template = template;
    this.config = config;
    this.tokenizerOwner = tokenizerOwner;
    this.tokenizerFolder = tokenizerFolder;
  }

  /**
   * Returns what to write, after checking the configs and tokenizers of all models.
   *
   * @param described the model whose config describes the output
   * @throws CheckpointException if a config cannot be read or says that weights are quantized
   * @throws RecipeException if the tokenizer source does not exist or does not fit a model
   */
  static OutputExtras plan(Recipe recipe, Models models, MergePlan plan, Checkpoint described) {
    Map<Checkpoint, ModelConfig> configs = models.configs();
    configs.values().forEach(ModelConfig::checkNotQuantized);
    ModelFiles template = models.files(described);
    Optional<String> config =
        Optional.ofNullable(configs.get(described))
            .map(read -> read.text(recipe.outDtype().or(recipe::dtype)));
    List<String> ofLayers = new ArrayList<>();
    if (!plan.layers().isEmpty()) {
      config = config.map(text -> StackedConfig.of(text, plan, configs, ofLayers::add));
    }
    OutputExtras extras = withTokenizer(recipe, models, template, config);
    extras.checkTokenizers(models);
    extras.warnings.addAll(ofLayers);
    if (config.isEmpty()) {
      extras.warnings.add(
          quote(template.reference()) + " has no config.json, so the output gets none");
    }
    return extras;
  }

  private static OutputExtras withTokenizer(
      Recipe recipe, Models models, ModelFiles template, Optional<String> config) {
    // "base" says no more than saying nothing, but that tokenizers must be the same.
    Optional<String> source = recipe.tokenizerSource().filter(s -> !s.equals("base"));
    if (source.isEmpty()) {
      return new OutputExtras(
          recipe, template, config, template.tokenizerOwner(), template.tokenizerFolder());
    }
    Optional<ModelFiles> stage = models.stage(source.get());
    Path folder =
        stage.map(ModelFiles::tokenizerFolder).orElseGet(() -> models.locate(source.get()));
    if (!Files.isDirectory(folder) || CompanionFiles.ofTokenizer(folder).isEmpty()) {
      throw new RecipeException(
          "tokenizer_source "
              + quote(source.get())
              + " has no tokenizer files; name a folder with tokenizer.json");
    }
    return new OutputExtras(
        recipe,
        template,
        config,
        stage.map(ModelFiles::tokenizerOwner).orElse(source.get()),
        folder);
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

  /** Returns where the output would have what is no tensor, were it a model on disk. */
  ModelFiles modelFiles() {
    return new ModelFiles(
        template.reference(),
        template.folder(),
        config.map(text -> ModelConfig.of(template.folder().resolve(ModelConfig.FILE), text)),
        tokenizerOwner,
        tokenizerFolder);
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
    CompanionFiles.ofTokenizer(tokenizerFolder)
        .forEach(file -> files.add(new InputFile(tokenizerOwner, file)));
    return files;
  }

  void write(SmallFiles files, RecipeFile recipeFile, long seed) {
    config.ifPresent(text -> files.write(ModelConfig.FILE, text));
    CompanionFiles.ofModel(template.folder()).forEach(files::copy);
    CompanionFiles.ofTokenizer(tokenizerFolder).forEach(files::copy);
    files.write(ModelCard.FILE, ModelCard.of(recipeFile, seed, AmalgamVersion.get()));
  }
}
