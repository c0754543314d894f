package dev.amalgam.io.checkpoint;

import static dev.amalgam.core.AmalgamException.quote;

import dev.amalgam.core.ExtensionException;
import dev.amalgam.core.Extensions;
import dev.amalgam.core.tensor.CheckpointException;
import java.util.List;
import java.util.ServiceLoader;
import java.util.Set;

/** The formats in which models can be written: safetensors, and those that other jars provide. */
public final class OutputFormats {

  /** The format that holds unless another is asked for. */
  public static final OutputFormat SAFETENSORS = new SafetensorsFormat();

  private static final Extensions<OutputFormat> FORMATS =
      new Extensions<>(
          "output format",
          List.of(SAFETENSORS),
          () -> ServiceLoader.load(OutputFormat.class),
          format -> Set.of(format.name()));

  private OutputFormats() {}

  /**
   * Returns the format of this name.
   *
   * @throws CheckpointException if there is none; the message names the known ones
   * @throws ExtensionException if one of another jar cannot be made, or has the name of another
   */
  public static OutputFormat named(String name) {
    return FORMATS.named(
        name,
        advice ->
            new CheckpointException("output format " + quote(name) + " is not known; " + advice));
  }

  /**
   * Returns whether a file of this name may hold tensors in some format.
   *
   * @throws ExtensionException as {@link #named}
   */
  public static boolean isTensorFile(String fileName) {
    return FORMATS.all().stream().anyMatch(format -> format.isTensorFile(fileName));
  }
}
