package dev.amalgam.bench.study;

import dev.amalgam.core.layer.Example;
import dev.amalgam.core.layer.Targets;
import dev.amalgam.core.model.Model;
import dev.amalgam.core.model.ModelConfig;
import dev.amalgam.io.dataset.ClassNames;
import dev.amalgam.io.dataset.Dataset;
import dev.amalgam.io.dataset.Task;
import dev.amalgam.io.tokenizer.Tokenizer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Random;

/** The examples of one task, read and tokenized once. */
final class Examples {

  private static final int MOST_TOKENS = 128;

  private final Targets.Kind kind;
  private final Map<Split, List<Example>> splits = new EnumMap<>(Split.class);

  /**
   * Reads the examples of a task. Of the few-shot file the first half is for scoring, unless told
   * otherwise, and the rest for validation; of the test file there are evenly spaced ones.
   *
   * @param scoring how many few-shot examples are for scoring
   * @param shuffle seed of the order of few-shot examples; 0 for that of the file
   */
  Examples(
      Family.Task files,
      Model expert,
      ModelConfig headConfig,
      OptionalInt scoring,
      int shuffle,
      OptionalInt testLimit) {
    this.kind = expert.head().kind();
    Task task = task(expert, headConfig);
    Tokenizer tokenizer = Tokenizer.read(files.expert().resolve("tokenizer.json"));
    List<Example> fewShot = new ArrayList<>(read(files.fewShot(), task, tokenizer));
    if (shuffle != 0) {
      Collections.shuffle(fewShot, new Random(shuffle));
    }
    int cut = scoring.orElse(fewShot.size() / 2);
    if (cut >= fewShot.size()) {
      throw new IllegalArgumentException(
          "%s has %d examples; %d for scoring leave none for validation"
              .formatted(files.fewShot(), fewShot.size(), cut));
    }
    List<Example> test = read(files.test(), task, tokenizer);
    splits.put(Split.SCORING, List.copyOf(fewShot.subList(0, cut)));
    splits.put(Split.VALIDATION, List.copyOf(fewShot.subList(cut, fewShot.size())));
    splits.put(Split.TEST, evenlySpaced(test, testLimit.orElse(test.size())));
  }

  private static Task task(Model model, ModelConfig headConfig) {
    Targets.Kind kind = model.head().kind();
    int length = Math.min(MOST_TOKENS, model.maxPositions());
    long vocabulary = model.embedding().tables().getFirst().weight().shape().dimension(0);
    return new Task(
        kind,
        Math.toIntExact(vocabulary),
        kind == Targets.Kind.CLASS
            ? ClassNames.of(headConfig, model.head().decoder().outputs())
            : ClassNames.unnamed(0),
        length,
        length);
  }

  private static List<Example> read(Path file, Task task, Tokenizer tokenizer) {
    return Dataset.of(file, task, () -> tokenizer).first(Integer.MAX_VALUE);
  }

  private static List<Example> evenlySpaced(List<Example> all, int most) {
    int count = Math.min(most, all.size());
    List<Example> chosen = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      chosen.add(all.get((int) ((long) i * all.size() / count)));
    }
    return List.copyOf(chosen);
  }

  /** Returns what is predicted. */
  Targets.Kind kind() {
    return kind;
  }

  List<Example> of(Split split) {
    return splits.get(split);
  }
}
