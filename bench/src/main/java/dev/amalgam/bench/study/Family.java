package dev.amalgam.bench.study;

import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Stream;

/**
 * A base and the experts that were fine-tuned from it.
 *
 * @param name what tables call it
 * @param base the base's folder
 * @param tasks the experts and their examples
 * @param measure what tells how good a candidate is
 * @param testLimit the most test examples of a task; all if absent
 */
record Family(String name, Path base, List<Task> tasks, Measure measure, OptionalInt testLimit) {

  /**
   * One expert.
   *
   * @param name the task's name
   * @param expert the expert's folder
   * @param fewShot the examples for scores and for choosing settings
   * @param test the examples for the figures reported
   */
  record Task(String name, Path expert, Path fewShot, Path test) {}

  /** What tells how good a candidate is: 1 is as good as the expert. */
  enum Measure {
    /**
     * (loss of the base − loss) / (loss of the base − loss of the expert), at best temperatures.
     */
    RECOVERED_GAIN("recovered gain"),
    /** Accuracy / the expert's accuracy. */
    RELATIVE_ACCURACY("accuracy / the expert's accuracy");

    private final String title;

    Measure(String title) {
      this.title = title;
    }

    String title() {
      return title;
    }

    double of(Score candidate, Score base, Score expert) {
      return switch (this) {
        case RECOVERED_GAIN ->
            (base.scaledLoss() - candidate.scaledLoss())
                / (base.scaledLoss() - expert.scaledLoss());
        case RELATIVE_ACCURACY -> candidate.accuracy() / expert.accuracy();
      };
    }
  }

  private static final int MINILM_TEST_LIMIT = 500;

  /** Copies the list. */
  Family {
    tasks = List.copyOf(tasks);
  }

  /** Returns the language models in the project's examples. */
  static Family tinyLlama(Path folder) {
    return in(
        folder,
        "tiny-llama",
        Measure.RECOVERED_GAIN,
        OptionalInt.empty(),
        "shakespeare",
        "math",
        "java",
        "intents");
  }

  /** Returns classifiers made of all-MiniLM-L6-v2. */
  static Family miniLm(Path folder) {
    return in(
        folder,
        "minilm",
        Measure.RELATIVE_ACCURACY,
        OptionalInt.of(MINILM_TEST_LIMIT),
        "banking77",
        "clinc150",
        "subj");
  }

  private static Family in(
      Path folder, String name, Measure measure, OptionalInt testLimit, String... tasks) {
    Path data = folder.resolve("data");
    return new Family(
        name,
        folder.resolve("base"),
        Stream.of(tasks)
            .map(
                task ->
                    new Task(
                        task,
                        folder.resolve(task),
                        data.resolve(task + ".fewshot.jsonl"),
                        data.resolve(task + ".test.jsonl")))
            .toList(),
        measure,
        testLimit);
  }

  /** Returns the same with another limit to the test examples. */
  Family limitedTo(int examples) {
    return new Family(name, base, tasks, measure, OptionalInt.of(examples));
  }
}
