package dev.amalgam.bench;

import dev.amalgam.core.kernel.Kernels;
import dev.amalgam.core.layer.Batch;
import dev.amalgam.core.layer.Engine;
import dev.amalgam.core.layer.Example;
import dev.amalgam.core.layer.GradientVisitor;
import dev.amalgam.core.layer.LossScale;
import dev.amalgam.core.layer.Losses;
import dev.amalgam.core.layer.States;
import dev.amalgam.core.model.ModelRunner;
import dev.amalgam.core.weight.Weight;
import dev.amalgam.io.model.ModelFolder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Runs a language model forward and backward on 4 × 128 tokens, as {@code bench/gradients.py} does
 * with PyTorch, and prints the loss and the seconds of each step. Arguments: the model's folder,
 * the number of threads, the number of steps, and the MB that states may take instead of being
 * worked out again (0 if it is left out).
 */
public final class GradientRun {

  private static final int SEQUENCES = 4;
  private static final int LENGTH = 128;

  private GradientRun() {}

  /** Runs the steps. */
  public static void main(String[] arguments) {
    int threads = Integer.parseInt(arguments[1]);
    int steps = Integer.parseInt(arguments[2]);
    long room = arguments.length > 3 ? Long.parseLong(arguments[3]) << 20 : 0;
    try (ModelFolder folder = ModelFolder.open(Path.of(arguments[0]), Optional.empty());
        Engine engine = new Engine(threads, Kernels.get())) {
      ModelRunner runner = new ModelRunner(folder.model(), engine, tokens -> {});
      Batch batch = batch(folder.model().head().decoder().outputs());
      for (int step = 0; step < steps; step++) {
        long start = System.nanoTime();
        Losses losses = runner.gradients(batch, LossScale.MEAN_OF_TARGETS, room, new Nothing());
        double seconds = (System.nanoTime() - start) / 1e9;
        double sum = 0;
        for (int example = 0; example < SEQUENCES; example++) {
          sum += losses.sum(example);
        }
        System.out.printf(
            Locale.ROOT, "loss %.6f seconds %.3f%n", sum / losses.targets().count(), seconds);
      }
    }
  }

  // The ids of gradients.py.
  private static Batch batch(int vocabulary) {
    List<Example> examples = new ArrayList<>();
    for (int sequence = 0; sequence < SEQUENCES; sequence++) {
      int[] ids = new int[LENGTH];
      for (int i = 0; i < LENGTH; i++) {
        ids[i] = (int) ((sequence * LENGTH + i) * 7919L % vocabulary);
      }
      examples.add(Example.ofText(ids));
    }
    return new Batch(examples);
  }

  /** Wants no gradient of a parameter. */
  private static final class Nothing implements GradientVisitor {
    @Override
    public void product(Weight weight, boolean inputsFirst, States x, States dy, int[] starts) {}

    @Override
    public void shift(Weight weight, States dy, int[] starts) {}

    @Override
    public void scale(Weight weight, States x, States dy, int[] starts) {}

    @Override
    public void lookup(Weight weight, int[] indexes, States dy, int[] starts) {}
  }
}
