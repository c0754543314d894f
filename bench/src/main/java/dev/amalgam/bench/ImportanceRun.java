package dev.amalgam.bench;

import dev.amalgam.core.importance.Aggregate;
import dev.amalgam.core.importance.Estimator;
import dev.amalgam.core.importance.Expert;
import dev.amalgam.core.importance.Importance;
import dev.amalgam.core.importance.ImportanceScores;
import dev.amalgam.core.importance.ImportanceSettings;
import dev.amalgam.core.importance.Level;
import dev.amalgam.core.importance.Point;
import dev.amalgam.core.kernel.Kernels;
import dev.amalgam.core.layer.Batch;
import dev.amalgam.core.layer.Engine;
import dev.amalgam.core.layer.Example;
import dev.amalgam.core.model.ModelConfig;
import dev.amalgam.core.weight.FineTuned;
import dev.amalgam.io.model.ExpertFolder;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Scores the rows of an expert's delta by the gradient on sequences of 128 tokens, and prints the
 * mean loss and the seconds of each step, as {@link GradientRun} does. Arguments: {@code BASE
 * EXPERT THREADS STEPS ROOM_MB} for models on disk (4 sequences), or {@code --shape LAYERS HIDDEN
 * INTERMEDIATE HEADS KEY_HEADS VOCABULARY SEQUENCES THREADS STEPS ROOM_MB} for one whose weights
 * are made up as they are read.
 */
public final class ImportanceRun {

  private static final int LENGTH = 128;

  private ImportanceRun() {}

  /** Runs the steps. */
  public static void main(String[] arguments) {
    if (arguments[0].equals("--shape")) {
      int[] n = Arrays.stream(arguments).skip(1).mapToInt(Integer::parseInt).toArray();
      var sizes = new RandomWeights.Sizes(n[0], n[1], n[2], n[3], n[4], n[5]);
      FineTuned weights =
          new FineTuned(
              new RandomWeights("base", false, sizes), new RandomWeights("expert", true, sizes));
      run(new Expert(weights, config(sizes)), n[5], n[6], n[7], n[8], n[9]);
      return;
    }
    try (ExpertFolder folder = ExpertFolder.open(Path.of(arguments[0]), Path.of(arguments[1]))) {
      int[] n = Arrays.stream(arguments).skip(2).mapToInt(Integer::parseInt).toArray();
      int vocabulary = folder.expert().at(0).head().decoder().outputs();
      run(folder.expert(), vocabulary, 4, n[0], n[1], n[2]);
    }
  }

  static ModelConfig config(RandomWeights.Sizes sizes) {
    Map<String, Object> config = new LinkedHashMap<>();
    config.put("model_type", "llama");
    config.put("architectures", List.of("LlamaForCausalLM"));
    config.put("hidden_size", (long) sizes.hidden());
    config.put("intermediate_size", (long) sizes.intermediate());
    config.put("num_attention_heads", (long) sizes.heads());
    config.put("num_key_value_heads", (long) sizes.keyHeads());
    config.put("num_hidden_layers", (long) sizes.layers());
    config.put("vocab_size", (long) sizes.vocabulary());
    config.put("tie_word_embeddings", false);
    return new ModelConfig("made up", config);
  }

  private static void run(
      Expert expert, int vocabulary, int sequences, int threads, int steps, int roomMegabytes) {
    ImportanceSettings settings =
        new ImportanceSettings(
            Level.ROW,
            Estimator.GRADIENT,
            Point.BASE,
            1,
            Aggregate.MAGNITUDE,
            (long) roomMegabytes << 20);
    // The ids of gradients.py.
    List<Example> examples = new ArrayList<>();
    for (int sequence = 0; sequence < sequences; sequence++) {
      int[] ids = new int[LENGTH];
      for (int i = 0; i < LENGTH; i++) {
        ids[i] = (int) ((sequence * LENGTH + i) * 7919L % vocabulary);
      }
      examples.add(Example.ofText(ids));
    }
    List<Batch> batches = List.of(new Batch(examples));
    try (Engine engine = new Engine(threads, Kernels.get());
        Arena memory = Arena.ofShared()) {
      for (int step = 0; step < steps; step++) {
        long start = System.nanoTime();
        ImportanceScores scores = Importance.of(expert, settings, batches, engine, memory, _ -> {});
        System.out.printf(
            Locale.ROOT,
            "loss %.6f seconds %.3f%n",
            Arrays.stream(scores.losses().base()).average().orElseThrow(),
            (System.nanoTime() - start) / 1e9);
      }
    }
  }
}
