package dev.amalgam.io.importance;

import dev.amalgam.io.checkpoint.FileHasher;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.LongConsumer;

/** The SHA-256 of what a model or a file of examples holds. */
public final class ContentHash {

  private ContentHash() {}

  /**
   * Returns the SHA-256 of files in lower-case hexadecimal: of one file that of its bytes, of
   * several that of their names and digests, a line each as {@code sha256sum} prints them.
   *
   * @param progress told, time and again, how many more bytes have been hashed
   * @param cancelled asked time and again whether to give up
   */
  public static String of(List<Path> files, LongConsumer progress, BooleanSupplier cancelled) {
    List<String> lines = new ArrayList<>();
    for (Path file : files) {
      lines.add(FileHasher.sha256(file, progress, cancelled));
    }
    if (lines.size() == 1) {
      return lines.getFirst();
    }
    StringBuilder listing = new StringBuilder();
    for (int i = 0; i < lines.size(); i++) {
      listing.append(lines.get(i)).append("  ").append(files.get(i).getFileName()).append('\n');
    }
    return FileHasher.sha256(listing.toString().getBytes(StandardCharsets.UTF_8));
  }
}
