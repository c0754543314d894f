package dev.amalgam.core.merge;

import dev.amalgam.core.block.Block;
import dev.amalgam.core.block.BlockSums;
import dev.amalgam.core.kernel.Reduction;

/**
 * The inner products of all pairs of a tensor's experts, each tensor taken as one vector. Sums are
 * float64, block by block in order.
 */
final class InnerProducts {

  private final int experts;
  // Of pair (i, j), j ≤ i, at i(i + 1)/2 + j.
  private final BlockSums[] sums;

  InnerProducts(int experts) {
    this.experts = experts;
    this.sums = new BlockSums[experts * (experts + 1) / 2];
    for (int i = 0; i < sums.length; i++) {
      sums[i] = new BlockSums();
    }
  }

  /** Takes in the experts of a block. */
  void add(Block block) {
    double[][] products = of(block, experts, 0, block.length());
    for (int i = 0, pair = 0; i < experts; i++) {
      for (int j = 0; j <= i; j++) {
        sums[pair++].set(block, products[i][j]);
      }
    }
  }

  /** Returns the product of experts i and j at {@code [i][j]}, after the last block. */
  double[][] totals() {
    double[][] products = new double[experts][experts];
    for (int i = 0, pair = 0; i < experts; i++) {
      for (int j = 0; j <= i; j++) {
        products[i][j] = products[j][i] = sums[pair++].total();
      }
    }
    return products;
  }

  /** Returns the inner products over a part of a block. */
  static double[][] of(Block block, int experts, int from, int count) {
    Reduction reduction = block.scratch().reduction();
    double[][] products = new double[experts][experts];
    for (int i = 0; i < experts; i++) {
      for (int j = 0; j <= i; j++) {
        double product = reduction.dot(block.expert(i), block.expert(j), from, count);
        products[i][j] = products[j][i] = product;
      }
    }
    return products;
  }
}
