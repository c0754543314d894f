package dev.amalgam.job.output;

import dev.amalgam.core.plan.MergePlan;
import dev.amalgam.core.recipe.Recipe;
import dev.amalgam.core.tensor.Checkpoint;
import dev.amalgam.core.tensor.DType;
import dev.amalgam.io.config.ConfigFile;
import dev.amalgam.io.file.RegularFile;
import dev.amalgam.io.model.CompanionFiles;
import dev.amalgam.io.model.SpecialTokens;
import dev.amalgam.job.model.InputFile;
import dev.amalgam.job.model.ModelFiles;
import dev.amalgam.job.model.ModelTokenizer;
import dev.amalgam.job.model.Models;
import dev.amalgam.job.vocabulary.RenumberedConfig;
import dev.amalgam.job.vocabulary.TokenNumbering;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The configs of a merged model: the template's with the output's element type, layers and tokens.
 *
 * @param config the config
 * @param edited the texts of files beside it that are not as they are in the template's folder
 * @param generation the generation config, if it is that of another model, whose tokenizer the
 *     output has
 * @param warnings what may be wrong with them
 */
record OutputConfigs(
    Optional<ConfigFile> config,
    Map<String, String> edited,
    Optional<InputFile> generation,
    List<String> warnings) {

  /** Copies the map and the list. */
  OutputConfigs {
    edited = Map.copyOf(edited);
    warnings = List.copyOf(warnings);
  }

  /**
   * Returns the configs of an output.
   *
   * @param described the model whose config describes it
   * @param models those of the recipe, opened
   */
  static OutputConfigs of(
      Recipe recipe,
      MergePlan plan,
      Checkpoint described,
      ModelFiles template,
      Models models,
      TokenNumbering numbering) {
    List<String> warnings = new ArrayList<>();
    Map<Checkpoint, ConfigFile> configs = models.configs();
    Optional<RenumberedConfig> renumbered = numbering.config(described);
    Optional<ConfigFile> config = Optional.ofNullable(configs.get(described));
    Optional<DType> dtype = recipe.outDtype().or(recipe::dtype);
    if (dtype.isPresent()) {
      config = config.map(read -> read.with(RetypedConfig.of(read, dtype.get())));
    }
    if (!plan.layers().isEmpty()) {
      config = config.map(read -> read.with(StackedConfig.of(read, plan, configs, warnings::add)));
    }
    config = config.map(read -> read.with(TiedConfig.of(read, plan, models)));
    if (renumbered.isPresent()) {
      config = config.map(read -> read.with(renumbered.get().config(read, warnings::add)));
    }
    ModelTokenizer tokenizer = numbering.tokenizer().orElse(template.tokenizer());
    boolean otherTokenizer = !tokenizer.folder().equals(template.tokenizer().folder());
    Optional<ConfigFile> ofTokenizer =
        generation(tokenizer.folder()).filter(found -> otherTokenizer);
    Optional<ConfigFile> generation =
        ofTokenizer.or(() -> generation(template, renumbered, warnings));
    SpecialTokenIds ids = new SpecialTokenIds(SpecialTokens.of(tokenizer.folder()));
    if (otherTokenizer) {
      config = config.map(read -> read.with(ids.fitted(read)));
      if (ofTokenizer.isEmpty()) {
        generation = generation.map(read -> read.with(ids.fitted(read)));
      }
    }
    config.ifPresent(read -> ids.compare(read, template.reference(), warnings::add));
    String owner = ofTokenizer.isPresent() ? tokenizer.owner() : template.reference();
    generation.ifPresent(read -> ids.compare(read, owner, warnings::add));
    Map<String, String> edited = new HashMap<>(template.edited());
    generation.ifPresent(read -> edited.put(CompanionFiles.GENERATION_CONFIG, read.text()));
    return new OutputConfigs(
        config, edited, ofTokenizer.map(read -> new InputFile(owner, read.path())), warnings);
  }

  private static Optional<ConfigFile> generation(Path folder) {
    return Optional.of(folder.resolve(CompanionFiles.GENERATION_CONFIG))
        .filter(RegularFile::isThere)
        .map(ConfigFile::read);
  }

  private static Optional<ConfigFile> generation(
      ModelFiles template, Optional<RenumberedConfig> renumbered, List<String> warnings) {
    String name = CompanionFiles.GENERATION_CONFIG;
    Optional<ConfigFile> own =
        Optional.ofNullable(template.edited().get(name))
            .map(text -> ConfigFile.of(template.folder().resolve(name), text))
            .or(() -> generation(template.folder()));
    return own.map(
        read ->
            renumbered
                .map(changes -> read.with(changes.generation(read, warnings::add)))
                .orElse(read));
  }
}
