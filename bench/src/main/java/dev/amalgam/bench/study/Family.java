package dev.amalgam.bench.study;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
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
 * @param testLimit the most test examples of a task; all if absent
 */
record Family(String name, Path base, List<Task> tasks, OptionalInt testLimit) {

  private static final String TEST = ".test.jsonl";

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

  /** Copies the list. */
  Family {
    tasks = List.copyOf(tasks);
  }

  /**
   * Returns the family in a folder: its base, and an expert for each {@code data/TASK.test.jsonl},
   * in the order of their names.
   *
   * @throws IllegalArgumentException if there are no tasks
   */
  static Family in(Path folder) {
    Path data = folder.resolve("data");
    List<Task> tasks;
    try (Stream<Path> files = Files.list(data)) {
      tasks =
          files
              .map(file -> file.getFileName().toString())
              .filter(name -> name.endsWith(TEST))
              .map(name -> name.substring(0, name.length() - TEST.length()))
              .sorted()
              .map(name -> task(folder, name))
              .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    if (tasks.isEmpty()) {
      throw new IllegalArgumentException(data + " has no TASK" + TEST);
    }
    return new Family(
        folder.toAbsolutePath().normalize().getFileName().toString(),
        folder.resolve("base"),
        tasks,
        OptionalInt.empty());
  }

  private static Task task(Path folder, String name) {
    Path data = folder.resolve("data");
    return new Task(
        name,
        folder.resolve(name),
        data.resolve(name + ".fewshot.jsonl"),
        data.resolve(name + TEST));
  }

  /** Returns the same with another limit to the test examples. */
  Family limitedTo(int examples) {
    return new Family(name, base, tasks, OptionalInt.of(examples));
  }
}
