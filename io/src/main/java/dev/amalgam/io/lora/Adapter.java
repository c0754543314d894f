package dev.amalgam.io.lora;

import static dev.amalgam.core.AmalgamException.quote;

import dev.amalgam.core.tensor.CheckpointException;
import dev.amalgam.io.checkpoint.StoredCheckpoint;
import dev.amalgam.io.safetensors.SafetensorsFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The folder of an adapter, open for reading.
 *
 * @param folder where it is
 * @param config its {@code adapter_config.json}
 * @param tensors its {@code adapter_model.safetensors}
 */
public record Adapter(Path folder, AdapterConfig config, SafetensorsFile tensors)
    implements AutoCloseable {

  /** The name of the file with an adapter's tensors. */
  public static final String TENSORS = "adapter_model.safetensors";

  private static final String PICKLED = "adapter_model.bin";

  /**
   * Opens an adapter.
   *
   * @throws CheckpointException if a file is missing or malformed, or it is no LoRA
   */
  static Adapter open(Path folder) {
    Path config = folder.resolve(AdapterConfig.NAME);
    Path tensors = folder.resolve(TENSORS);
    for (Path file : List.of(config, tensors)) {
      if (!Files.exists(file)) {
        throw new CheckpointException(
            "%s is no adapter, because it has no %s; %s"
                .formatted(
                    quote(folder.toString()),
                    file.getFileName(),
                    Files.exists(folder.resolve(PICKLED))
                        ? "save it again with PEFT, which writes safetensors now"
                        : "name a folder that PEFT wrote (save_pretrained)"));
      }
    }
    return new Adapter(folder, AdapterConfig.read(config), SafetensorsFile.open(tensors));
  }

  /** Returns the files that say what the adapter does. */
  List<Path> files() {
    return List.of(tensors.path(), config.file());
  }

  /** Returns the exception for a tensor that cannot be used. */
  CheckpointException refuse(String tensor, String problem) {
    return new CheckpointException(
        "%s: tensor %s %s".formatted(quote(tensors.name()), quote(tensor), problem));
  }

  /** Returns what the adapter does to a base. */
  AdapterChanges changes(StoredCheckpoint base) {
    return new AdapterChangesBuilder(this, base, TiedHead.of(base)).build();
  }

  @Override
  public void close() {
    tensors.close();
  }
}
