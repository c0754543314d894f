package dev.amalgam.job.output;

import dev.amalgam.core.tensor.CheckpointException;
import dev.amalgam.io.file.FileProblems;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Which files a run reads, as they were when it began: a file that changes meanwhile is neither
 * what was merged nor what was hashed.
 */
public final class InputStamps {

  private record Stamp(long size, FileTime modified, Object key) {

    static Stamp of(Path file) {
      try {
        BasicFileAttributes now = Files.readAttributes(file, BasicFileAttributes.class);
        // The key tells a file from another that took its name; not every file system has one.
        return new Stamp(now.size(), now.lastModifiedTime(), now.fileKey());
      } catch (IOException e) {
        throw FileProblems.unreadable(file, e);
      }
    }
  }

  private final Map<Path, Stamp> stamps = new LinkedHashMap<>();

  /** Notes how files are now. */
  public InputStamps(List<Path> files) {
    files.forEach(file -> stamps.put(file, Stamp.of(file)));
  }

  /**
   * Checks that all are as they were.
   *
   * @throws CheckpointException if one is not; the message names it, and says what differs
   */
  public void check() {
    stamps.forEach(
        (file, before) -> {
          Stamp now = Stamp.of(file);
          if (!now.equals(before)) {
            throw new CheckpointException(
                "%s: was changed while it was read (%s); run again when nothing writes to it"
                    .formatted(file, difference(before, now)));
          }
        });
  }

  private static String difference(Stamp before, Stamp now) {
    if (before.size() != now.size()) {
      return "it had %d bytes and has %d".formatted(before.size(), now.size());
    }
    return Objects.equals(before.key(), now.key())
        ? "it was written at " + now.modified()
        : "another file has taken its name";
  }
}
