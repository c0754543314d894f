package dev.amalgam.job.model;

/** Takes the small files of a model. */
public interface SmallFileSink {

  /** Writes a file in UTF-8. */
  void write(String name, String text);

  /** Copies a file under the name that it has in the model. */
  void copy(InputFile file);
}
