package dev.amalgam.job.output;

import dev.amalgam.io.file.FileProblems;
import dev.amalgam.job.model.SmallFileSink;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Keeps the contents of the one file that is wanted of those that a model has. */
final class OneFile implements SmallFileSink {

  private final String wanted;
  private Optional<byte[]> contents = Optional.empty();

  OneFile(String wanted) {
    this.wanted = wanted;
  }

  @Override
  public void write(String name, String text) {
    if (name.equals(wanted)) {
      contents = Optional.of(text.getBytes(StandardCharsets.UTF_8));
    }
  }

  @Override
  public void copy(Path file) {
    if (file.getFileName().toString().equals(wanted)) {
      try {
        contents = Optional.of(Files.readAllBytes(file));
      } catch (IOException e) {
        throw FileProblems.unreadable(file, e);
      }
    }
  }

  Optional<byte[]> contents() {
    return contents;
  }
}
