package dev.amalgam.job.output;

import static dev.amalgam.core.AmalgamException.quote;

import dev.amalgam.core.plan.MergePlan;
import dev.amalgam.core.recipe.Recipe;
import dev.amalgam.core.tensor.Checkpoint;
import dev.amalgam.core.tensor.CheckpointException;
import dev.amalgam.io.config.ConfigFile;
import dev.amalgam.io.file.FileBytes;
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
import dev.amalgam.job.vocabulary.TokenNumbering;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What a merged model gets besides tensors: config, generation config, tokenizer and card. The
 * template is the model whose config and, unless the recipe says otherwise, tokenizer are taken:
 * that of the task heads, if the recipe names one.
 */
public final class OutputExtras {

  private final ModelFiles template;
  private final OutputConfigs configs;
  private final ModelTokenizer tokenizer;
  private final List<String> warnings = new ArrayList<>();

  private OutputExtras(ModelFiles template, OutputConfigs configs, ModelTokenizer tokenizer) {
    this.template = template;
    this.configs = configs;
    this.tokenizer = tokenizer;
  }

  /**
   * Returns what to write, after checking the configs and tokenizers of all models.
   *
   * @param numbering how the output's tokens are numbered
   * @throws CheckpointException if a config cannot be read
   */
  public static OutputExtras plan(
      Recipe recipe, Models models, MergePlan plan, TokenNumbering numbering) {
    Checkpoint described = numbering.inputs().heads().orElse(plan.template());
    ModelFiles template = models.files(described);
    OutputConfigs ofOutput = OutputConfigs.of(recipe, plan, described, template, models, numbering);
    OutputExtras extras =
        new OutputExtras(template, ofOutput, numbering.tokenizer().orElse(template.tokenizer()));
    if (numbering.tokenizer().isEmpty()) {
      extras.compareTokenizers(models);
    }
    extras.compareModules(models);
    extras.warnIfCodeIsLeftOut();
    extras.checkCopied();
    extras.warnings.addAll(numbering.warnings());
    extras.warnings.addAll(ofOutput.warnings());
    if (ofOutput.config().isEmpty()) {
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
        .filter(file -> !file.endsWith(CompanionFiles.MODULES))
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

  // Dense layers behind a sentence transformer have tensors of their own, which nobody merges.
  private void compareModules(Models models) {
    for (InputFile file : ofTemplate()) {
      if (!file.name().matches(".+/.+\\.(safetensors|bin)")) {
        continue;
      }
      for (Models.Model model : models.all()) {
        Path other = model.folder().resolve(file.name());
        if (!Files.isRegularFile(other) || !FileBytes.areEqual(file.path(), other)) {
          warnings.add(
              "%s is copied from %s, while that of %s differs or is not there; modules behind the transformer are not merged"
                  .formatted(
                      quote(file.name()), quote(template.reference()), quote(model.reference())));
        }
      }
    }
  }

  private void warnIfCodeIsLeftOut() {
    if (!tokenizer.folder().equals(template.folder())
        && CompanionFiles.hasCode(tokenizer.folder(), CompanionFiles.TOKENIZER_CONFIG)) {
      warnings.add(
          "the tokenizer of %s names code of its own (auto_map), and Python files are copied from %s alone; copy those of the tokenizer into the output"
              .formatted(quote(tokenizer.owner()), quote(template.reference())));
    }
  }

  /** Returns where the output would have what is no tensor, were it a model on disk. */
  public ModelFiles modelFiles() {
    return new ModelFiles(
        template.reference(), template.folder(), configs.config(), configs.edited(), tokenizer);
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
    List<InputFile> files = new ArrayList<>();
    configs.config().ifPresent(read -> files.add(new InputFile(template.reference(), read.path())));
    files.addAll(ofTemplate());
    configs.generation().ifPresent(files::add);
    files.addAll(tokenizer.files());
    return files;
  }

  private List<InputFile> ofTemplate() {
    return CompanionFiles.ofModel(template.folder()).stream()
        .map(file -> new InputFile(template.reference(), template.folder(), file))
        .filter(
            file ->
                configs.generation().isEmpty()
                    || !file.name().equals(CompanionFiles.GENERATION_CONFIG))
        .toList();
  }

  /** Returns the contents of a file of the output that says what the model is, if it has it. */
  public Optional<byte[]> companion(String fileName) {
    OneFile file = new OneFile(fileName);
    writeCompanions(file);
    return file.contents();
  }

  /** Writes what says what the model is: config, generation config, tokenizer. */
  public void writeCompanions(SmallFileSink files) {
    configs.config().ifPresent(read -> files.write(ConfigFile.NAME, read.text()));
    Map<String, String> edited = new TreeMap<>(configs.edited());
    for (InputFile file : ofTemplate()) {
      String text = edited.remove(file.name());
      if (text == null) {
        files.copy(file);
      } else {
        files.write(file.name(), text);
      }
    }
    edited.forEach(files::write);
    tokenizer.write(files);
  }

  /** Writes the card. */
  public void writeCard(SmallFileSink files, RecipeFile recipeFile, long seed) {
    files.write(ModelCard.FILE, ModelCard.of(recipeFile, seed, AmalgamVersion.get()));
  }
}
