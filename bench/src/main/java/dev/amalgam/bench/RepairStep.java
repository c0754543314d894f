package dev.amalgam.bench;

import dev.amalgam.core.importance.Expert;
import dev.amalgam.core.kernel.Kernels;
import dev.amalgam.core.layer.Engine;
import dev.amalgam.core.layer.Example;
import dev.amalgam.core.repair.Coefficients;
import dev.amalgam.core.repair.Lesson;
import dev.amalgam.core.repair.MergedModel;
import dev.amalgam.core.repair.Repair;
import dev.amalgam.core.weight.FineTuned;
import dev.amalgam.core.weight.Weights;
import dev.amalgam.io.model.ExpertFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.SegmentAllocator;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Repairs a merge of several experts on texts of 128 tokens, and prints the mean loss over tasks
 * and the seconds of each step, as {@link GradientRun} does; then how long the teachers took.
 * Arguments: {@code FOLDER THREADS STEPS ROOM_MB} for a folder that holds base, start, and the
 * experts a, b and c (four texts of each a step), or {@code --shape LAYERS HIDDEN INTERMEDIATE
 * HEADS KEY_HEADS VOCABULARY TEXTS EXPERTS THREADS STEPS ROOM_MB} for models whose weights are made
 * up as they are read.
 */
public final class RepairStep {

  private static final int LENGTH = 128;
  private static final int TEXTS = 4;
  private static final int BATCH_TOKENS = 4096;
  private static final double RATE = 0.03;

  private RepairStep() {}

  /** Runs the steps. */
  public static void main(String[] arguments) throws IOException {
    if (arguments[0].equals("--shape")) {
      int[] n = Arrays.stream(arguments).skip(1).mapToInt(Integer::parseInt).toArray();
      var sizes = new RandomWeights.Sizes(n[0], n[1], n[2], n[3], n[4], n[5]);
      Weights base = new RandomWeights("base", false, sizes);
      Weights tuned = new RandomWeights("expert", true, sizes);
      Expert expert = new Expert(new FineTuned(base, tuned), ImportanceRun.config(sizes));
      run(
          IntStream.range(0, n[7]).mapToObj(_ -> expert).toList(),
          tuned,
          n[5],
          n[6],
          n[8],
          n[9],
          n[10]);
      return;
    }
    Path folder = Path.of(arguments[0]);
    int[] n = Arrays.stream(arguments).skip(1).mapToInt(Integer::parseInt).toArray();
    Path base = folder.resolve("base");
    try (ExpertFolder a = ExpertFolder.open(base, folder.resolve("a"));
        ExpertFolder b = ExpertFolder.open(base, folder.resolve("b"));
        ExpertFolder c = ExpertFolder.open(base, folder.resolve("c"));
        ExpertFolder start = ExpertFolder.open(base, folder.resolve("start"))) {
      int vocabulary = a.expert().at(0).head().decoder().outputs();
      run(
          List.of(a.expert(), b.expert(), c.expert()),
          start.expert().weights().expert(),
          vocabulary,
          TEXTS,
          n[0],
          n[1],
          n[2]);
    }
  }

  private static void run(
      List<Expert> experts,
      Weights start,
      int vocabulary,
      int texts,
      int threads,
      int steps,
      int roomMegabytes)
      throws IOException {
    Path states = Files.createTempFile("amalgam-teachers", "");
    try (Engine engine = new Engine(threads, Kernels.get());
        Arena arena = Arena.ofShared();
        FileChannel file =
            FileChannel.open(states, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      Files.delete(states);
      var coefficients =
          new Coefficients(
              experts.getFirst().at(1).parameters(),
              Coefficients.Level.ROW_AND_COLUMN,
              experts.size());
      MergedModel merged = new MergedModel(experts, start, 1, coefficients, Map.of(), 1);
      List<Repair.Task> tasks =
          experts.stream()
              .map(e -> new Repair.Task(e, 1, examples(vocabulary, texts), 1, true, false))
              .toList();
      var settings =
          new Repair.Settings(steps, RATE, texts, 0, BATCH_TOKENS, (long) roomMegabytes << 20);
      long begin = System.nanoTime();
      List<Lesson> lessons = Lesson.of(tasks, BATCH_TOKENS, engine, mapped(file, arena), _ -> {});
      Repair repair = new Repair(merged, lessons, settings, engine, _ -> {});
      double teachers = (System.nanoTime() - begin) / 1e9;
      for (int step = 0; step < steps; step++) {
        begin = System.nanoTime();
        double loss = Arrays.stream(repair.step()).average().orElseThrow();
        System.out.printf(
            Locale.ROOT, "loss %.6f seconds %.3f%n", loss, (System.nanoTime() - begin) / 1e9);
      }
      System.out.printf(Locale.ROOT, "teachers %.3f seconds%n", teachers);
    }
  }

  /** Memory that is a file, as merges keep experts' states. */
  private static SegmentAllocator mapped(FileChannel file, Arena arena) {
    return (bytes, _) -> {
      try {
        return file.map(FileChannel.MapMode.READ_WRITE, file.size(), bytes, arena);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    };
  }

  // The ids of gradients.py.
  private static List<Example> examples(int vocabulary, int texts) {
    List<Example> examples = new ArrayList<>();
    for (int text = 0; text < texts; text++) {
      int[] ids = new int[LENGTH];
      for (int i = 0; i < LENGTH; i++) {
        ids[i] = (int) ((text * LENGTH + i) * 7919L % vocabulary);
      }
      examples.add(Example.ofText(ids));
    }
    return examples;
  }
}
