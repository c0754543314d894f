package dev.amalgam.core.merge;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.amalgam.core.block.Block;
import dev.amalgam.core.kernel.Kernels;
import dev.amalgam.core.layer.Engine;
import dev.amalgam.core.sparsify.Sparsifier;
import java.util.Arrays;
import java.util.Optional;

/** Walks through a tensor in blocks, as an executor does, but the last block first. */
public final class InBlocks {

  private final float[][] inputs;
  private final int length;
  private final Block block;

  /**
   * Creates the walk.
   *
   * @param length the number of elements of every block but the last
   * @param inputs the base, then the experts
   */
  private InBlocks(int length, float[]... inputs) {
    this.inputs = inputs;
    this.length = length;
    this.block = new Block(Kernels.get(), length, inputs.length - 1);
  }

  /** Returns what a sparsifier leaves of a delta, not yet multiplied by its scale. */
  public static float[] sparsify(Sparsifier sparsifier, float[] delta, int length) {
    InBlocks walk = new InBlocks(length, delta, delta);
    while (!sparsifier.ready()) {
      walk.visitAll(block -> sparsifier.scan(block.expert(0), block));
      sparsifier.finishScan();
    }
    float[] kept = new float[delta.length];
    walk.visitAll(
        block -> {
          sparsifier.apply(block.expert(0), block);
          System.arraycopy(block.expert(0), 0, kept, (int) block.start(), block.length());
        });
    return kept;
  }

  /** Returns a merged tensor. */
  public static float[] merge(TensorMerge merge, int length, float[] base, float[]... experts) {
    float[][] inputs = new float[experts.length + 1][];
    inputs[0] = base;
    System.arraycopy(experts, 0, inputs, 1, experts.length);
    InBlocks walk = new InBlocks(length, inputs);
    Optional<TensorMerge.Scan> scan;
    while ((scan = merge.nextScan()).isPresent()) {
      walk.visitAll(scan.get()::visit);
      scan.get().finish();
    }
    try (Engine engine = new Engine(1, Kernels.get())) {
      double[] told = new double[1];
      merge.settle(
          engine.workers(),
          share -> {
            assertTrue(share > told[0] && share <= 1, told[0] + " and then " + share);
            told[0] = share;
          });
    }
    float[] merged = new float[base.length];
    float[] out = new float[length];
    walk.visitAll(
        block -> {
          Arrays.fill(out, Float.NaN);
          merge.merge(block, out);
          System.arraycopy(out, 0, merged, (int) block.start(), block.length());
        });
    return merged;
  }

  private interface Visitor {
    void visit(Block block);
  }

  private void visitAll(Visitor visitor) {
    int elements = inputs[0].length;
    for (int index = Math.ceilDiv(elements, length) - 1; index >= 0; index--) {
      int start = index * length;
      int count = Math.min(length, elements - start);
      block.moveTo(index, start, count);
      fill(block.base(), inputs[0], start, count);
      for (int i = 1; i < inputs.length; i++) {
        fill(block.expert(i - 1), inputs[i], start, count);
      }
      visitor.visit(block);
    }
  }

  // What lies behind the block's elements must not matter.
  private static void fill(float[] target, float[] source, int start, int count) {
    System.arraycopy(source, start, target, 0, count);
    Arrays.fill(target, count, target.length, Float.NaN);
  }
}
