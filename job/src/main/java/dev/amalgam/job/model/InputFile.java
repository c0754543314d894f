package dev.amalgam.job.model;

import java.nio.file.Path;

/**
 * A file that a merge reads.
 *
 * @param model the recipe's reference of the model it belongs to
 * @param name its name, behind that of a folder if it is in one of the model's
 * @param path where it is
 */
public record InputFile(String model, String name, Path path) {

  /** Creates a file that lies directly in the model's folder. */
  public InputFile(String model, Path path) {
    this(model, path.getFileName().toString(), path);
  }

  /** Creates a file in the model's folder or in one of its folders. */
  public InputFile(String model, Path folder, Path path) {
    this(model, folder.relativize(path).toString().replace('\\', '/'), path);
  }
}
