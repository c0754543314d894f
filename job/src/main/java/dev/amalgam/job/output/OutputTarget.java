package dev.amalgam.job.output;

import static dev.amalgam.core.AmalgamException.quote;

import dev.amalgam.core.tensor.CheckpointException;
import dev.amalgam.io.checkpoint.OutputFormats;
import dev.amalgam.io.file.FileProblems;
import dev.amalgam.io.model.CompanionFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The folder that a run is to make, and what it may not destroy in doing so.
 *
 * @param path the folder as the user named it
 * @param replace whether a merged model that is there already may be replaced
 * @param needed files and folders that the run reads
 */
public record OutputTarget(Path path, boolean replace, List<Path> needed) {

  private static final Set<String> WRITTEN =
      Set.of(ModelCard.FILE, Provenance.FILE, HiddenSibling.MARK);

  /** Copies the list. */
  public OutputTarget {
    needed = List.copyOf(needed);
  }

  /** Returns the folder's absolute path. */
  public Path absolute() {
    return path.toAbsolutePath().normalize();
  }

  /** Returns whether there is something at the path, be it a link to nothing. */
  boolean exists() {
    return Files.exists(absolute(), LinkOption.NOFOLLOW_LINKS);
  }

  /**
   * Checks that the folder may be written: it does not exist and can be made, or is to be replaced
   * and holds nothing but a model that the run does not read.
   */
  public void check() {
    if (path.toString().isBlank() || absolute().getFileName() == null) {
      throw new CheckpointException(
          quote(path.toString()) + " is no folder that could be written; name a new one");
    }
    if (exists()) {
      checkReplaceable();
    } else {
      checkParent();
    }
  }

  private void checkParent() {
    Path existing = FreeSpace.existing(absolute());
    Path missing = existing.resolve(existing.relativize(absolute()).getName(0));
    if (Files.isSymbolicLink(missing)) {
      throw new CheckpointException(
          path
              + ": cannot be made, because "
              + missing
              + " is a link to nothing; name another folder");
    }
    if (!Files.isDirectory(existing)) {
      throw new CheckpointException(
          path + ": cannot be made, because " + existing + " is no folder; name another folder");
    }
    if (!Files.isWritable(existing)) {
      throw new CheckpointException(
          path
              + ": cannot be made, because you may not write to "
              + existing
              + "; name another folder");
    }
  }

  private void checkReplaceable() {
    if (!replace) {
      throw new CheckpointException(
          path + ": exists already; name another folder, or replace it with --force");
    }
    if (!Files.exists(absolute())) {
      throw new CheckpointException(path + ": is a link to nothing; name another folder");
    }
    Path real = realPath(absolute());
    for (Path read : needed) {
      if (realPath(read).startsWith(real)) {
        throw new CheckpointException(
            path
                + ": cannot be replaced, because this merge reads "
                + read
                + "; name another folder");
      }
    }
    flaw()
        .ifPresent(
            flaw -> {
              throw new CheckpointException(
                  path + ": " + flaw + ", so --force does not replace it; name another folder");
            });
  }

  private static Path realPath(Path path) {
    try {
      return path.toRealPath();
    } catch (IOException e) {
      throw FileProblems.unreadable(path, e);
    }
  }

  /** Returns why what is there does not look like a merged model, or nothing if it does. */
  private Optional<String> flaw() {
    Path folder = absolute();
    if (Files.isSymbolicLink(folder)) {
      return Optional.of("is a link");
    }
    if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
      return Optional.of("is no folder");
    }
    try (var files = Files.list(folder)) {
      List<Path> contents = files.sorted().toList();
      for (Path file : contents) {
        if (!isPartOfOutput(file)) {
          return Optional.of(
              "holds " + quote(folder.relativize(file).toString()) + ", which no merge writes");
        }
      }
      boolean model =
          contents.stream()
              .anyMatch(file -> OutputFormats.isTensorFile(file.getFileName().toString()));
      return model || contents.isEmpty() ? Optional.empty() : Optional.of("holds no model");
    } catch (IOException e) {
      throw FileProblems.unreadable(folder, e);
    }
  }

  private static boolean isPartOfOutput(Path file) {
    String name = file.getFileName().toString();
    if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      return WRITTEN.contains(name)
          || OutputFormats.isTensorFile(name)
          || CompanionFiles.isPartOfModel(file);
    }
    return Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)
        && CompanionFiles.isPartOfModel(file)
        && holdsFilesAndFoldersAlone(file);
  }

  private static boolean holdsFilesAndFoldersAlone(Path folder) {
    try (var files = Files.walk(folder)) {
      return files.allMatch(
          file ->
              Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
                  || Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS));
    } catch (IOException e) {
      throw FileProblems.unreadable(folder, e);
    } catch (UncheckedIOException e) {
      throw FileProblems.unreadable(folder, e.getCause());
    }
  }
}
