package dev.amalgam.io.checkpoint;

import java.util.Map;

/** A folder of safetensors files, divided and indexed as huggingface_hub does it. */
final class SafetensorsFormat implements OutputFormat {

  // Without it transformers does not load a file.
  static final Map<String, String> METADATA = Map.of("format", "pt");

  @Override
  public String name() {
    return "safetensors";
  }

  @Override
  public boolean isTensorFile(String fileName) {
    return fileName.endsWith(CheckpointFolder.EXTENSION);
  }

  @Override
  public boolean holdsCompanions() {
    return false;
  }

  @Override
  public OutputLayout plan(OutputModel model, long maxFileBytes) {
    return ShardLayout.of(model.tensors(), maxFileBytes);
  }
}
