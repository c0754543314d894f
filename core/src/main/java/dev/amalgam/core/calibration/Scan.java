package dev.amalgam.core.calibration;

import dev.amalgam.core.parallel.Workers;
import dev.amalgam.core.weight.ReadBuffer;
import dev.amalgam.core.weight.Weight;
import java.util.List;

/** Passes over the entries of one expert's weighted delta, in chunks that workers share out. */
final class Scan {

  /** The entries of a chunk. Chunks start at multiples of this. */
  static final int CHUNK = 1 << 15;

  /** Is shown chunks, in any order and from several threads. */
  interface Visitor {
    /**
     * Takes a chunk in.
     *
     * @param tensor the number of the tensor in the list
     * @param from the number of the first entry
     * @param delta the delta's entries
     * @param scores their scores, or nothing of use
     */
    void visit(int tensor, long from, float[] delta, float[] scores, int count);
  }

  private static final float[] NONE = {};

  private final WeighedExpert expert;
  private final boolean withScores;
  private final boolean magnitude;
  private final Workers<ReadBuffer> workers;

  /**
   * Creates the passes.
   *
   * @param withScores whether scores are wanted
   * @param magnitude whether they are multiplied by the magnitude of the delta
   */
  Scan(WeighedExpert expert, boolean withScores, boolean magnitude, Workers<ReadBuffer> workers) {
    this.expert = expert;
    this.withScores = withScores;
    this.magnitude = magnitude;
    this.workers = workers;
  }

  boolean withScores() {
    return withScores;
  }

  static int chunks(long elements) {
    return Math.toIntExact(Math.ceilDiv(elements, CHUNK));
  }

  /** Shows every entry of these tensors once. */
  void run(List<String> tensors, Visitor visitor) {
    run(tensors, CHUNK, visitor);
  }

  /**
   * Shows every entry of these tensors once.
   *
   * @param length the entries of a chunk
   */
  void run(List<String> tensors, int length, Visitor visitor) {
    for (int t = 0; t < tensors.size(); t++) {
      int tensor = t;
      String name = tensors.get(t);
      Weight delta = expert.expert().model().delta(name).orElseThrow();
      long elements = delta.shape().elements();
      workers.run(
          Math.toIntExact(Math.ceilDiv(elements, length)),
          (buffer, chunk) -> {
            long from = (long) chunk * length;
            int count = (int) Math.min(length, elements - from);
            float[] values = new float[count];
            delta.read(from, count, values, 0, buffer);
            if (!withScores) {
              expert.weigh(name, from, count, buffer, values);
              visitor.visit(tensor, from, values, NONE, count);
              return;
            }
            float[] scores = expert.effects(name, from, count, buffer);
            expert.weigh(name, from, count, buffer, values, scores);
            score(scores, values, count, magnitude);
            visitor.visit(tensor, from, values, scores, count);
          });
    }
  }

  /** Turns effects into scores. */
  static void score(float[] effects, float[] delta, int count, boolean magnitude) {
    if (magnitude) {
      for (int i = 0; i < count; i++) {
        effects[i] *= Math.abs(delta[i]);
      }
    }
  }
}
