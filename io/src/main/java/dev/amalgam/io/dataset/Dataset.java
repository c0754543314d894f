package dev.amalgam.io.dataset;

import static dev.amalgam.core.AmalgamException.quote;

import dev.amalgam.core.layer.Example;
import dev.amalgam.core.layer.Targets;
import dev.amalgam.io.tokenizer.Tokenizer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** A file of examples, which can be read any number of times and is never held in memory whole. */
public sealed interface Dataset permits JsonLines, TokenTensors {

  /** How the names of files of JSON lines end. */
  String JSON_LINES = ".jsonl";

  /** How the names of files of tensors end. */
  String TENSORS = ".safetensors";

  /**
   * What a data set holds.
   *
   * @param examples the number of examples
   * @param tokens the number of tokens of all
   * @param longest the number of tokens of the longest
   * @param cut how many were longer than allowed, and lose their end
   */
  record Size(long examples, long tokens, int longest, long cut) {}

  /**
   * Returns the examples in a file, of which nothing but a header has been read.
   *
   * @param file its name tells what it is: {@code .jsonl} or {@code .safetensors}
   * @param task what they are for
   * @param tokenizer asked for only if the file holds text
   * @throws DatasetException if the file is neither, or does not suit the task
   */
  static Dataset of(Path file, Task task, Supplier<Tokenizer> tokenizer) {
    String name = file.toString();
    if (!name.endsWith(JSON_LINES) && !name.endsWith(TENSORS)) {
      throw new DatasetException(
          quote(name) + " is no data set: its name must end in .jsonl or .safetensors");
    }
    if (!Files.exists(file)) {
      throw new DatasetException(quote(name) + ": there is no such file");
    }
    if (!Files.isRegularFile(file)) {
      throw new DatasetException(quote(name) + " is no file; name one, since it is read twice");
    }
    if (name.endsWith(TENSORS)) {
      return TokenTensors.of(file, task);
    }
    if (task.kind() == Targets.Kind.MASKED_TOKEN && task.needsLabels()) {
      throw new DatasetException(
          quote(name)
              + ": text does not tell which tokens a masked language model is to predict; give it"
              + " .safetensors with input_ids and labels");
    }
    return new JsonLines(file, task, new TextEncoder(tokenizer.get(), task));
  }

  /** Returns where the examples are. */
  Path file();

  /** Starts to read the examples from the first on. */
  ExampleReader examples();

  /**
   * Returns what the file holds, having read and checked all of it.
   *
   * @throws DatasetException if an example is malformed or does not suit the task, or there is none
   */
  default Size size() {
    long examples = 0;
    long tokens = 0;
    int longest = 0;
    try (ExampleReader reader = examples()) {
      for (Optional<Example> next = reader.next(); next.isPresent(); next = reader.next()) {
        examples++;
        tokens += next.get().length();
        longest = Math.max(longest, next.get().length());
      }
      if (examples == 0) {
        throw new DatasetException(quote(file().toString()) + " holds no examples");
      }
      return new Size(examples, tokens, longest, reader.cut());
    }
  }

  /**
   * Returns the first examples.
   *
   * @param most how many at most
   */
  default List<Example> first(int most) {
    List<Example> examples = new ArrayList<>();
    try (ExampleReader reader = examples()) {
      while (examples.size() < most) {
        Optional<Example> next = reader.next();
        if (next.isEmpty()) {
          break;
        }
        examples.add(next.get());
      }
    }
    if (examples.isEmpty() && most > 0) {
      throw new DatasetException(quote(file().toString()) + " holds no examples");
    }
    return examples;
  }
}
