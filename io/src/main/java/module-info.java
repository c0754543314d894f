/** Formats on disk: safetensors, checkpoints, adapters, configs, tokenizers, recipes, examples. */
module dev.amalgam.io {
  requires transitive dev.amalgam.core;
  requires com.fasterxml.jackson.core;
  requires com.fasterxml.jackson.databind;
  requires org.snakeyaml.engine;

  exports dev.amalgam.io.checkpoint;
  exports dev.amalgam.io.dataset;
  exports dev.amalgam.io.importance;
  exports dev.amalgam.io.recipe;
  exports dev.amalgam.io.safetensors;
  exports dev.amalgam.io.tokenizer;
  exports dev.amalgam.io.config to
      dev.amalgam.job;
  exports dev.amalgam.io.file to
      dev.amalgam.job;
  exports dev.amalgam.io.json to
      dev.amalgam.job;
  exports dev.amalgam.io.lora to
      dev.amalgam.job;
  exports dev.amalgam.io.model to
      dev.amalgam.job;

  uses dev.amalgam.io.checkpoint.OutputFormat;
}
