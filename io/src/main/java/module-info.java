/**
 * Everything with bytes on disk: safetensors, checkpoints, recipes, and whole jobs from files to
 * files.
 */
module dev.amalgam.io {
  requires transitive dev.amalgam.core;
  requires com.fasterxml.jackson.core;
  requires com.fasterxml.jackson.databind;
  requires commons.math3;
  requires org.snakeyaml.engine;

  exports dev.amalgam.io.checkpoint;
  exports dev.amalgam.io.dataset;
  exports dev.amalgam.io.importance;
  exports dev.amalgam.io.job;
  exports dev.amalgam.io.lora;
  exports dev.amalgam.io.model;
  exports dev.amalgam.io.recipe;
  exports dev.amalgam.io.report;
  exports dev.amalgam.io.safetensors;
  exports dev.amalgam.io.tokenizer;
}
