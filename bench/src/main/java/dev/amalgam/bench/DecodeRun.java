package dev.amalgam.bench;

import dev.amalgam.core.kernel.Kernels;
import dev.amalgam.core.layer.Batch;
import dev.amalgam.core.layer.Engine;
import dev.amalgam.core.layer.Example;
import dev.amalgam.core.layer.KeyValueCache;
import dev.amalgam.core.model.Model;
import dev.amalgam.core.model.ModelRunner;
import dev.amalgam.core.tensor.TensorInfo;
import dev.amalgam.io.checkpoint.CheckpointFolder;
import dev.amalgam.io.model.ModelFolder;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * Generates token by token with resident weights, and prints for each round the bytes of weights
 * that a second goes through, beside the bandwidth at which the same threads read the same amount
 * of memory and do nothing with it but add it up. Arguments: the model's folder, the number of
 * threads, the rounds.
 */
public final class DecodeRun {

  private static final int TOKENS = 8;
  private static final long READ = 1L << 30;
  private static final long PIECE = 1L << 20;

  private DecodeRun() {}

  /** Runs the rounds. */
  public static void main(String[] arguments) {
    Path model = Path.of(arguments[0]);
    int rounds = Integer.parseInt(arguments[2]);
    try (Engine engine = new Engine(Integer.parseInt(arguments[1]), Kernels.get());
        ModelFolder folder = ModelFolder.openResident(model, engine.workers());
        Arena arena = Arena.ofShared()) {
      long bytes = bytesOfToken(model, folder.model());
      ModelRunner runner = new ModelRunner(folder.model(), engine, tokens -> {});
      KeyValueCache cache = new KeyValueCache(folder.model().layers().size(), 1 + TOKENS * rounds);
      MemorySegment memory = arena.allocate(READ, 64);
      memory.fill((byte) 1);
      next(runner, cache);
      for (int round = 0; round < rounds; round++) {
        double bandwidth = bandwidth(memory, engine);
        long start = System.nanoTime();
        for (int token = 0; token < TOKENS; token++) {
          next(runner, cache);
        }
        double seconds = (System.nanoTime() - start) / 1e9 / TOKENS;
        double rate = bytes / seconds / 1e9;
        System.out.printf(
            Locale.ROOT,
            "%.2f tokens/s, %.2f GB/s of weights; memory %.2f GB/s; share %.0f %%%n",
            1 / seconds,
            rate,
            bandwidth,
            100 * rate / bandwidth);
      }
    }
  }

  /** Returns the bytes of weights that a token goes through: all but those of a table. */
  private static long bytesOfToken(Path folder, Model model) {
    String head = model.head().decoder().weight().name();
    String table = model.embedding().tables().getFirst().weight().name();
    try (CheckpointFolder stored = CheckpointFolder.open(folder)) {
      return stored.tensors().stream()
          .filter(tensor -> tensor.name().equals(head) || !tensor.name().equals(table))
          .mapToLong(TensorInfo::bytes)
          .sum();
    }
  }

  private static void next(ModelRunner runner, KeyValueCache cache) {
    runner.next(new Batch(List.of(Example.ofText(new int[] {cache.length() + 1}))), cache);
  }

  // The best of three, for the ratio must not profit from a disturbance.
  private static double bandwidth(MemorySegment memory, Engine engine) {
    double best = 0;
    long[] sums = new long[(int) (READ / PIECE)];
    for (int repeat = 0; repeat < 3; repeat++) {
      long start = System.nanoTime();
      engine.workers().run(sums.length, (scratch, i) -> sums[i] += sum(memory, i * PIECE));
      best = Math.max(best, READ / ((System.nanoTime() - start) / 1e9) / 1e9);
    }
    return best;
  }

  private static long sum(MemorySegment memory, long from) {
    long sum = 0;
    for (long i = from; i < from + PIECE; i += Long.BYTES) {
      sum += memory.get(ValueLayout.JAVA_LONG, i);
    }
    return sum;
  }
}
