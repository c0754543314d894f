package dev.amalgam.io.dataset;

import static dev.amalgam.core.AmalgamException.quote;

import dev.amalgam.core.layer.Example;
import dev.amalgam.io.tokenizer.TokenizerException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Reads pairs of texts one after the other from lines of JSON: {@code {"text", "other", "score"}}.
 * For one thread.
 */
public final class PairReader implements AutoCloseable {

  private final LineReader lines;
  private final LineTokens tokens;

  private PairReader(LineReader lines, LineTokens tokens) {
    this.lines = lines;
    this.tokens = tokens;
  }

  /**
   * Starts to read the pairs in a file from the first on.
   *
   * @param task what they are for
   * @param encoder makes tokens of a text
   * @throws DatasetException if it is no file of JSON lines
   */
  public static PairReader open(Path file, Task task, TextEncoder encoder) {
    String name = quote(file.toString());
    if (!file.toString().endsWith(Dataset.JSON_LINES)) {
      throw new DatasetException(
          name + " is no file of pairs of texts: its name must end in " + Dataset.JSON_LINES);
    }
    if (!Files.exists(file)) {
      throw new DatasetException(name + ": there is no such file");
    }
    if (!Files.isRegularFile(file)) {
      throw new DatasetException(name + " is no file; name one, since it is read twice");
    }
    LineReader lines = new LineReader(file);
    return new PairReader(lines, new LineTokens(lines, task, encoder));
  }

  /**
   * Returns the next pair, or nothing behind the last.
   *
   * @throws DatasetException if it is malformed
   */
  public Optional<Pair> next() {
    return lines.next().map(line -> pair(Line.parse(lines, line)));
  }

  private Pair pair(Line line) {
    line.needs(
        "an encoder without a task head needs {\"text\": …, \"other\": …, \"score\": …}, or the"
            + " head of a fine-tuned model by --head",
        "text",
        "other",
        "score");
    return new Pair(example(line, "text"), example(line, "other"), line.number("score"));
  }

  private Example example(Line line, String key) {
    try {
      return Example.ofText(tokens.text(line.fullText(key)));
    } catch (TokenizerException e) {
      throw lines.problem(e.getMessage(), e);
    }
  }

  /** Returns how many of the pairs' texts so far were longer than allowed, and lost their end. */
  public long cut() {
    return tokens.cut();
  }

  @Override
  public void close() {
    lines.close();
  }
}
