package dev.amalgam.job.model;

import java.nio.file.Path;

/** Takes the small files of a model. */
public interface SmallFileSink {

  /** Writes a file in UTF-8. */
  void write(String name, String text);

  /** Copies a file under its own name. */
  void copy(Path file);
}
