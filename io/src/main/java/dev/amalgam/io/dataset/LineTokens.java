package dev.amalgam.io.dataset;

/** Makes tokens of the texts of lines, and counts those that were cut. */
final class LineTokens {

  private final LineReader lines;
  private final Task task;
  private final TextEncoder encoder;
  private long cut;

  LineTokens(LineReader lines, Task task, TextEncoder encoder) {
    this.lines = lines;
    this.task = task;
    this.encoder = encoder;
  }

  /**
   * Returns the tokens of a text.
   *
   * @throws DatasetException if there are none, or the model does not know one
   */
  int[] text(String text) {
    return check(encoder.text(text)).ids();
  }

  /** Returns these tokens, checked and counted. */
  TextEncoder.Tokens check(TextEncoder.Tokens tokens) {
    if (tokens.ids().length == 0) {
      throw lines.problem("the text gives no token");
    }
    for (int id : tokens.ids()) {
      if (id >= task.vocabulary()) {
        throw lines.problem(
            "the tokenizer makes token %d of it, but the model has %d tokens; take the tokenizer.json that belongs to it"
                .formatted(id, task.vocabulary()));
      }
    }
    if (tokens.ids().length < tokens.uncut()) {
      cut++;
    }
    return tokens;
  }

  long cut() {
    return cut;
  }
}
