package dev.amalgam.job.output;

import dev.amalgam.io.file.FileProblems;
import dev.amalgam.job.model.InputFile;
import dev.amalgam.job.model.SmallFileSink;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
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
  public void copy(InputFile file) {
    if (file.name().equals(wanted)) {
      try {
        contents = Optional.of(Files.readAllBytes(file.path()));
      } catch (IOException e) {
        throw FileProblems.unreadable(file.path(), e);
      }
    }
  }

  Optional<byte[]> contents() {
    return contents;
  }
}
