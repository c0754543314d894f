package dev.amalgam.io.model;

import static dev.amalgam.core.AmalgamException.quote;

import dev.amalgam.core.tensor.CheckpointException;
import dev.amalgam.io.file.FileProblems;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Folders in which the Hub's cache keeps a model: {@code models--org--name}, with a folder for each
 * revision under {@code snapshots} and the revision of a branch in {@code refs/main}.
 */
final class HubCache {

  private static final String ROOT = "models--";
  private static final int LONGEST_REVISION = 200;

  private HubCache() {}

  /**
   * Returns the folder of the model itself: the snapshot of the branch {@code main}, or the only
   * one; any other path as it is.
   *
   * @throws CheckpointException if it is not clear which snapshot is meant, or there is none
   */
  static Path resolve(Path path) {
    Path snapshots = path.resolve("snapshots");
    Path name = path.toAbsolutePath().normalize().getFileName();
    if (name == null || !name.toString().startsWith(ROOT) || !Files.isDirectory(snapshots)) {
      return path;
    }
    try (var folders = Files.list(snapshots)) {
      List<Path> revisions = folders.filter(Files::isDirectory).sorted().toList();
      Path main = main(path);
      if (revisions.contains(main)) {
        return main;
      }
      if (revisions.size() == 1) {
        return revisions.getFirst();
      }
      throw new CheckpointException(
          revisions.isEmpty()
              ? quote(snapshots.toString()) + " holds no snapshot; download the model again"
              : "%s holds %d snapshots of a model; name the folder of one, as %s"
                  .formatted(
                      quote(path.toString()),
                      revisions.size(),
                      quote(revisions.getFirst().toString())));
    } catch (IOException e) {
      throw FileProblems.unreadable(snapshots, e);
    }
  }

  /** Returns the snapshot that the branch is said to be at, or the root itself. */
  private static Path main(Path root) throws IOException {
    Path file = root.resolve("refs").resolve("main");
    if (!Files.isRegularFile(file) || Files.size(file) > LONGEST_REVISION) {
      return root;
    }
    String revision = Files.readString(file).strip();
    return revision.matches("[0-9A-Za-z]+") ? root.resolve("snapshots").resolve(revision) : root;
  }
}
