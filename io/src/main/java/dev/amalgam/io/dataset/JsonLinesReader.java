package dev.amalgam.io.dataset;

import static dev.amalgam.core.AmalgamException.quote;

import dev.amalgam.core.layer.Example;
import dev.amalgam.core.layer.Targets;
import dev.amalgam.io.tokenizer.TokenizerException;
import java.util.Optional;

/** Makes an example of each line. */
final class JsonLinesReader implements ExampleReader {

  private final LineReader lines;
  private final Task task;
  private final TextEncoder encoder;
  private long cut;

  JsonLinesReader(LineReader lines, Task task, TextEncoder encoder) {
    this.lines = lines;
    this.task = task;
    this.encoder = encoder;
  }

  @Override
  public Optional<Example> next() {
    return lines.next().map(line -> example(Line.parse(lines, line)));
  }

  private Example example(Line line) {
    boolean classifier = task.kind() == Targets.Kind.CLASS;
    line.flaw(classifier)
        .ifPresent(
            flaw -> {
              throw lines.problem(flaw);
            });
    try {
      if (classifier) {
        int label = line.label(task.classes());
        return Example.ofClass(check(encoder.text(line.fullText("text"))).ids(), label);
      }
      return line.has("prompt")
          ? completion(line.text("prompt"), line.fullText("completion"))
          : Example.ofText(check(encoder.text(line.fullText("text"))).ids());
    } catch (TokenizerException e) {
      throw lines.problem(e.getMessage(), e);
    }
  }

  private Example completion(String prompt, String completion) {
    TextEncoder.Tokens tokens = encoder.completion(prompt, completion);
    if (tokens.kept() == 0) {
      throw lines.problem(
          tokens.uncut() > task.textLength()
              ? "the prompt alone has %d tokens of at most %d, which leaves none to the completion; shorten it"
                  .formatted(tokens.given(), task.textLength())
              : "the completion gives no token: " + quote(completion));
    }
    check(tokens);
    return Example.ofCompletion(tokens.ids(), tokens.given());
  }

  private TextEncoder.Tokens check(TextEncoder.Tokens tokens) {
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

  @Override
  public long cut() {
    return cut;
  }

  @Override
  public void close() {
    lines.close();
  }
}
