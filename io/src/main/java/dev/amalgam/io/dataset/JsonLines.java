package dev.amalgam.io.dataset;

import java.nio.file.Path;

/**
 * Examples as lines of JSON: {@code {"text"}} or {@code {"prompt", "completion"}} for a language
 * model, {@code {"text", "label"}} for a classifier; where labels are not needed, a text or a
 * prompt alone will do.
 *
 * @param file the file
 * @param task what the examples are for
 * @param encoder makes tokens of text
 */
record JsonLines(Path file, Task task, TextEncoder encoder) implements Dataset {

  @Override
  public ExampleReader examples() {
    return new JsonLinesReader(new LineReader(file), task, encoder);
  }
}
