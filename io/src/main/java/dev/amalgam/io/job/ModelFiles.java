package dev.amalgam.io.job;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Where a model has what is no tensor. The result of a stage has what it takes from its inputs.
 *
 * @param reference what the recipe calls the model that the folder belongs to
 * @param folder the folder of config and the like
 * @param config the config
 * @param tokenizerOwner what the recipe calls the model whose tokenizer it is
 * @param tokenizerFolder the folder of the tokenizer
 */
record ModelFiles(
    String reference,
    Path folder,
    Optional<ModelConfig> config,
    String tokenizerOwner,
    Path tokenizerFolder) {}
