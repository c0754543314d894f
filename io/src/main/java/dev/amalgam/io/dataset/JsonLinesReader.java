package dev.amalgam.io.dataset;

import static dev.amalgam.core.AmalgamException.quote;

import dev.amalgam.core.layer.Example;
import dev.amalgam.io.tokenizer.TokenizerException;
import java.util.List;
import java.util.Optional;

/** Makes an example of each line. */
final class JsonLinesReader implements ExampleReader {

  private final LineReader lines;
  private final Task task;
  private final TextEncoder encoder;
  private final LineTokens tokens;

  JsonLinesReader(LineReader lines, Task task, TextEncoder encoder) {
    this.lines = lines;
    this.task = task;
    this.encoder = encoder;
    this.tokens = new LineTokens(lines, task, encoder);
  }

  @Override
  public Optional<Example> next() {
    return lines.next().map(line -> example(Line.parse(lines, line)));
  }

  private Example example(Line line) {
    line.flaw(task)
        .ifPresent(
            flaw -> {
              throw lines.problem(flaw);
            });
    try {
      return switch (task.kind()) {
        case CLASS -> {
          int label = line.has("label") ? line.label(task.classes()) : Example.IGNORED;
          yield Example.ofClass(tokens.text(line.fullText("text")), label);
        }
        case LABELS -> {
          float[] labels = line.has("label") ? line.labels(task.classes()) : new float[0];
          yield Example.ofNumbers(tokens.text(line.fullText("text")), labels);
        }
        case NUMBERS -> {
          float[] numbers = line.has("label") ? line.numbers(task.classes().count()) : new float[0];
          yield Example.ofNumbers(tokens.text(line.fullText("text")), numbers);
        }
        case TAG -> tagged(line);
        case SPAN ->
            throw lines.problem(
                "text does not tell at which tokens an answer is; give a model that answers"
                    + " questions .safetensors with input_ids, token_type_ids and labels");
        case MASKED_TOKEN -> Example.unlabelled(tokens.text(line.fullText("text")));
        case NEXT_TOKEN, FEATURES -> language(line);
      };
    } catch (TokenizerException e) {
      throw lines.problem(e.getMessage(), e);
    }
  }

  /** Returns words of which the first token of each has the word's class. */
  private Example tagged(Line line) {
    List<String> words = line.words("tokens");
    TextEncoder.Words encoded = encoder.words(words);
    int[] ids = tokens.check(encoded.tokens()).ids();
    Example plain = Example.unlabelled(ids);
    if (line.has("tags")) {
      int[] tags = line.tags("tags", words.size(), task.classes());
      for (int word = 0; word < tags.length; word++) {
        if (encoded.firsts()[word] >= 0) {
          plain.labels()[encoded.firsts()[word]] = tags[word];
        }
      }
    }
    return plain;
  }

  private Example language(Line line) {
    if (line.has("completion")) {
      return completion(line.text("prompt"), line.fullText("completion"));
    }
    return line.has("prompt")
        ? Example.unlabelled(tokens.text(line.fullText("prompt")))
        : Example.ofText(tokens.text(line.fullText("text")));
  }

  private Example completion(String prompt, String completion) {
    TextEncoder.Tokens both = encoder.completion(prompt, completion);
    if (both.kept() == 0) {
      throw lines.problem(
          both.uncut() > task.textLength()
              ? "the prompt alone has %d tokens of at most %d, which leaves none to the completion; shorten it"
                  .formatted(both.given(), task.textLength())
              : "the completion gives no token: " + quote(completion));
    }
    tokens.check(both);
    return Example.ofCompletion(both.ids(), both.given());
  }

  @Override
  public long cut() {
    return tokens.cut();
  }

  @Override
  public void close() {
    lines.close();
  }
}
