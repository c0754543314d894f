package dev.amalgam.job.output;

import static dev.amalgam.core.AmalgamException.quote;

import dev.amalgam.core.plan.MergePlan;
import dev.amalgam.core.recipe.Recipe;
import dev.amalgam.core.tensor.Checkpoint;
import dev.amalgam.core.tensor.CheckpointException;
import dev.amalgam.core.tensor.DType;
import dev.amalgam.io.config.ConfigFile;
import dev.amalgam.io.json.Json;
import dev.amalgam.io.model.CompanionFiles;
import dev.amalgam.io.model.VocabularyDifference;
import dev.amalgam.io.recipe.RecipeFile;
import dev.amalgam.job.api.AmalgamVersion;
import dev.amalgam.job.model.InputFile;
import dev.amalgam.job.model.ModelFiles;
import dev.amalgam.job.model.ModelTokenizer;
import dev.amalgam.job.model.Models;
import dev.amalgam.job.model.SmallFileSink;
import dev.amalgam.job.vocabulary.RenumberedConfig;
import dev.amalgam.job.vocabulary.TokenNumbering;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a merged model gets besides tensors: config, generation config, tokenizer and card. The
 * template is the model whose config and, unless the recipe says otherwise, tokenizer are taken.
 */
public final class OutputExtras {

  private final ModelFiles template;
  private final Optional<ConfigFile> config;
  private final Map<String, String> edited;
  private final ModelTokenizer tokenizer;
  private final List<String> warnings = new ArrayList<>();

  private OutputExtras(
      ModelFiles template,
      Optional<ConfigFile> config,
      Map<String, String> edited,
      ModelTokenizer tokenizer) {
    this.template = template;
    this.config = config;
    this.edited = edited;
    this.tokenizer = tokenizer;
  }

  /**
   * Returns what to write, after checking the configs and tokenizers of all models.
   *
   * @param described the model whose config describes the output
   * @param numbering how the output's tokens are numbered
   * @throws CheckpointException if a config cannot be read or says that weights are quantized
   */
  public static OutputExtras plan(
      Recipe recipe,
      Models models,
      MergePlan plan,
      Checkpoint described,
      TokenNumbering numbering) {
    Map<Checkpoint, ConfigFile> configs = models.configs();
    configs.values().forEach(ConfigFile::checkNotQuantized);
    ModelFiles template = models.files(described);
    List<String> ofConfigs = new ArrayList<>();
    Optional<RenumberedConfig> renumbered = numbering.config(described);
    Optional<ConfigFile> config = Optional.ofNullable(configs.get(described));
    Optional<DType> dtype = recipe.outDtype().or(recipe::dtype);
    if (dtype.isPresent()) {
      config = config.map(read -> read.with(RetypedConfig.of(read, dtype.get())));
    }
    if (!plan.layers().isEmpty()) {
      config = config.map(read -> read.with(StackedConfig.of(read, plan, configs, ofConfigs::add)));
    }
    if (renumbered.isPresent()) {
      config = config.map(read -> read.with(renumbered.get().config(read, ofConfigs::add)));
    }
    Map<String, String> edited = new HashMap<>(template.edited());
    renumbered.ifPresent(
        r ->
            r.generation(template, ofConfigs::add)
                .ifPresent(text -> edited.put(CompanionFiles.GENERATION_CONFIG, text)));
    OutputExtras extras =
        new OutputExtras(
            template, config, edited, numbering.tokenizer().orElse(template.tokenizer()));
    if (numbering.tokenizer().isEmpty()) {
      extras.compareTokenizers(models);
    }
    extras.checkCopied();
    extras.warnings.addAll(numbering.warnings());
    extras.warnings.addAll(ofConfigs);
    if (config.isEmpty()) {
      extras.warnings.add(
          quote(template.reference()) + " has no config.json, so the output gets none");
    }
    return extras;
  }

  // What is copied unread would be found broken only when the merged model is loaded.
  private void checkCopied() {
    inputFiles().stream()
        .map(InputFile::path)
        .filter(file -> file.getFileName().toString().endsWith(".json"))
        .forEach(file -> Json.checkObject(file, CompanionFiles.MOST_BYTES));
  }

  // Rows of embeddings are merged by number, which is right only if all number their tokens alike.
  private void compareTokenizers(Models models) {
    for (Models.Model model : models.all()) {
      VocabularyDifference.of(tokenizer.folder(), model.tokenizerFolder())
          .ifPresent(
              difference ->
                  warnings.add(
                      "%s: its tokenizer differs from that of %s: %s, so rows of the embeddings do not mean the same; to merge them by token, write tokenizer_source"
                          .formatted(
                              quote(model.reference()),
                              quote(tokenizer.folder().toString()),
                              difference)));
    }
  }

  /** Returns where the output would have what is no tensor, were it a model on disk. */
  public ModelFiles modelFiles() {
    return new ModelFiles(template.reference(), template.folder(), config, edited, tokenizer);
  }

  public List<String> warnings() {
    return List.copyOf(warnings);
  }

  /** Returns the tokenizer of the output. */
  public ModelTokenizer tokenizer() {
    return tokenizer;
  }

  /** Returns the small files that find their way into the output. */
  public List<InputFile> inputFiles() {
    List<Path> ofTemplate = new ArrayList<>();
    config.ifPresent(read -> ofTemplate.add(read.path()));
    ofTemplate.addAll(CompanionFiles.ofModel(template.folder()));
    List<InputFile> files = new ArrayList<>();
    ofTemplate.forEach(file -> files.add(new InputFile(template.reference(), file)));
    tokenizer.files().forEach(file -> files.add(new InputFile(tokenizer.owner(), file)));
    return files;
  }

  /** Returns the contents of a file of the output that says what the model is, if it has it. */
  public Optional<byte[]> companion(String fileName) {
    OneFile file = new OneFile(fileName);
    writeCompanions(file);
    return file.contents();
  }

  /** Writes what says what the model is: config, generation config, tokenizer. */
  public void writeCompanions(SmallFileSink files) {
    config.ifPresent(read -> files.write(ConfigFile.NAME, read.text()));
    for (Path file : CompanionFiles.ofModel(template.folder())) {
      String text = edited.get(file.getFileName().toString());
      if (text == null) {
        files.copy(file);
      } else {
        files.write(file.getFileName().toString(), text);
      }
    }
    tokenizer.write(files);
  }

  /** Writes the card. */
  public void writeCard(SmallFileSink files, RecipeFile recipeFile, long seed) {
    files.write(ModelCard.FILE, ModelCard.of(recipeFile, seed, AmalgamVersion.get()));
  }
}
