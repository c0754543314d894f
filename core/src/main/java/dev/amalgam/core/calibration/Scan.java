package dev.amalgam.core.calibration;

import dev.amalgam.core.block.Block;
import dev.amalgam.core.parallel.Workers;
import dev.amalgam.core.weight.Weight;
import java.util.List;

/** Passes over the entries of one expert's weighted delta, in blocks that workers share out. */
final class Scan {

  /** The entries of a block. Blocks start at multiples of this. */
  static final int CHUNK = 1 << 15;

  /** Is shown blocks, in any order and from several threads. */
  interface Visitor {
    /**
     * Takes a block in, which has the weighted delta in place of its only expert.
     *
     * @param tensor the number of the tensor in the list
     * @param scores the scores of the entries, or nothing of use
     */
    void visit(int tensor, Block block, float[] scores);
  }

  private static final float[] NONE = {};

  private final WeighedExpert expert;
  private final boolean withScores;
  private final Workers<Block> workers;

  /**
   * Creates the passes.
   *
   * @param withScores whether scores are wanted
   */
  Scan(WeighedExpert expert, boolean withScores, Workers<Block> workers) {
    this.expert = expert;
    this.withScores = withScores;
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
   * @param length the entries of a block
   */
  void run(List<String> tensors, int length, Visitor visitor) {
    for (int t = 0; t < tensors.size(); t++) {
      int tensor = t;
      String name = tensors.get(t);
      Weight delta = expert.expert().model().delta(name).orElseThrow();
      long elements = delta.shape().elements();
      workers.run(
          Math.toIntExact(Math.ceilDiv(elements, length)),
          (block, chunk) -> {
            long from = (long) chunk * length;
            block.moveTo(chunk, from, (int) Math.min(length, elements - from));
            float[] values = block.expert(0);
            delta.read(from, block.length(), values, 0, block.reading());
            if (withScores) {
              visitor.visit(tensor, block, expert.weighAndScore(name, block, values));
            } else {
              expert.weigh(name, block, values);
              visitor.visit(tensor, block, NONE);
            }
          });
    }
  }
}
