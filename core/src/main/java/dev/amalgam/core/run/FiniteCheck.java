package dev.amalgam.core.run;

import static dev.amalgam.core.AmalgamException.quote;

import dev.amalgam.core.kernel.Elementwise;
import dev.amalgam.core.plan.TensorSource;
import dev.amalgam.core.recipe.Recipe;
import dev.amalgam.core.tensor.CheckpointException;
import dev.amalgam.core.tensor.Shape;
import dev.amalgam.core.tensor.TensorInfo;
import java.util.ArrayList;
import java.util.List;

/**
 * Looks for entries of one tensor that are no finite numbers: in its inputs, and, where these are
 * finite, in what they make. Blocks may come in any order and from several threads.
 */
final class FiniteCheck {

  /** Entries of one tensor. */
  private static final class Found {
    private long count;
    private long first = Long.MAX_VALUE;
    private float value;

    synchronized void add(float[] x, float limit, long start, int length) {
      int above = Elementwise.countAbove(x, limit, length);
      if (above == 0) {
        return;
      }
      count += above;
      if (start < first) {
        int at = 0;
        while (Math.abs(x[at]) <= limit) {
          at++;
        }
        first = start + at;
        value = x[at];
      }
    }
  }

  private final Recipe.NonFinite policy;
  private final TensorInfo output;
  private final List<TensorSource> sources;
  private final List<Found> inputs = new ArrayList<>();
  private final Found result = new Found();

  /**
   * Prepares the check of a tensor.
   *
   * @param sources what it is made of
   */
  FiniteCheck(Recipe.NonFinite policy, TensorInfo output, List<TensorSource> sources) {
    this.policy = policy;
    this.output = output;
    this.sources = sources;
    sources.forEach(_ -> inputs.add(new Found()));
  }

  /** Returns whether anything is looked at. */
  boolean looks() {
    return policy != Recipe.NonFinite.ALLOW;
  }

  /** Takes in a block of an input. */
  void input(int source, float[] x, long start, int length) {
    if (looks()) {
      inputs.get(source).add(x, Float.MAX_VALUE, start, length);
    }
  }

  /** Takes in a block of the result, before it is encoded. */
  void result(float[] x, long start, int length) {
    if (looks()) {
      result.add(x, output.dtype().greatestEncoded(), start, length);
    }
  }

  /**
   * Ends the check, after the last block.
   *
   * @throws CheckpointException if something was found, and that is an error
   */
  void finish(ProgressListener listener) {
    List<String> findings = findings();
    if (findings.isEmpty()) {
      return;
    }
    if (policy == Recipe.NonFinite.ERROR) {
      throw new CheckpointException(
          "%s; %s, or say 'non_finite: warn' in the recipe%s"
              .formatted(
                  findings.getFirst(), cure(), inputsAreFinite() ? "" : " to merge it as it is"));
    }
    findings.forEach(listener::warned);
  }

  private boolean inputsAreFinite() {
    return inputs.stream().allMatch(input -> input.count == 0);
  }

  private String cure() {
    if (!inputsAreFinite()) {
      return "repair the model";
    }
    if (Float.isNaN(result.value)) {
      return "choose another method";
    }
    return switch (output.dtype()) {
      case F64, F32, BF16 -> "choose smaller weights or factors";
      default -> "choose a dtype of larger range, such as bfloat16";
    };
  }

  private List<String> findings() {
    List<String> findings = new ArrayList<>();
    for (int i = 0; i < inputs.size(); i++) {
      Found found = inputs.get(i);
      if (found.count > 0) {
        TensorSource source = sources.get(i);
        findings.add(
            "%s: tensor %s has %s that %s no finite %s, the first %s at %s"
                .formatted(
                    source.checkpoint().name(),
                    quote(source.tensor().name()),
                    found.count == 1 ? "an entry" : found.count + " entries",
                    found.count == 1 ? "is" : "are",
                    found.count == 1 ? "number" : "numbers",
                    found.value,
                    place(found.first, output.shape())));
      }
    }
    if (findings.isEmpty() && result.count > 0) {
      findings.add(
          "tensor %s: %s too large for %s, the first %s at %s"
              .formatted(
                  quote(output.name()),
                  result.count == 1
                      ? "an entry of the result is"
                      : result.count + " entries of the result are",
                  Float.isNaN(result.value) ? "float32 on the way" : output.dtype(),
                  result.value,
                  place(result.first, output.shape())));
    }
    return findings;
  }

  private static String place(long index, Shape shape) {
    long[] at = new long[shape.rank()];
    long left = index;
    for (int i = at.length - 1; i >= 0; i--) {
      at[i] = left % shape.dimension(i);
      left /= shape.dimension(i);
    }
    List<String> words = new ArrayList<>();
    for (long position : at) {
      words.add(Long.toString(position));
    }
    return "[" + String.join(", ", words) + "]";
  }
}
