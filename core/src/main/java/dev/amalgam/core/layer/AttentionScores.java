package dev.amalgam.core.layer;

import dev.amalgam.core.kernel.SoftmaxKernels;
import dev.amalgam.core.matrix.Scratch;
import java.util.Arrays;
import java.util.Optional;

/**
 * The attention probabilities of one block of queries, of one head, over the keys that any of them
 * attends to: row r, key j at {@code [r·keys + j]}. A query that may attend to no key, which only
 * padding on the left makes, has probability 0 everywhere.
 */
final class AttentionScores {

  /** Queries in a block: the scores of one head and block are all that is ever held of them. */
  static final int BLOCK = 64;

  private final AttentionShape shape;
  private final int firstPosition;
  private final int firstQuery;
  private final int queries;
  private final int allKeys;
  private final int firstKey;
  private final int keys;
  private final Optional<boolean[]> attended;

  /**
   * Describes a block.
   *
   * @param firstPosition the position of the sequence's query 0
   * @param firstQuery the block's first query
   * @param queries the number of queries in the block
   * @param allKeys the number of keys of the sequence
   * @param attended for each key whether it may be attended to; empty if all may
   */
  AttentionScores(
      AttentionShape shape,
      int firstPosition,
      int firstQuery,
      int queries,
      int allKeys,
      Optional<boolean[]> attended) {
    this.shape = shape;
    this.firstPosition = firstPosition;
    this.firstQuery = firstQuery;
    this.queries = queries;
    this.allKeys = allKeys;
    this.firstKey = shape.firstKey(firstPosition + firstQuery);
    this.keys = shape.endKey(firstPosition + firstQuery + queries - 1, allKeys) - firstKey;
    this.attended = attended;
  }

  int firstKey() {
    return firstKey;
  }

  int keys() {
    return keys;
  }

  /** Returns the number of floats that the block takes. */
  int size() {
    return Math.multiplyExact(queries, keys);
  }

  /**
   * Writes the probabilities.
   *
   * @param q the queries of the head in this block
   * @param k all keys of the head
   */
  void probabilities(States q, States k, float[] p, Scratch scratch) {
    products(q, k, p, scratch);
    SoftmaxKernels softmax = scratch.kernels().softmax();
    for (int row = 0; row < queries; row++) {
      int start = row * keys;
      int from = start + from(row);
      int to = start + to(row);
      if (attended.isPresent() && !mask(p, start, from, to)) {
        Arrays.fill(p, from, to, 0);
      } else {
        softmax.softmax(p, from, to);
      }
    }
  }

  /** Writes the scaled and bent products of queries and keys; 0 for keys out of reach. */
  private void products(States q, States k, float[] products, Scratch scratch) {
    scratch.multiply(q.matrix(), blockKeys(k).matrix().transposed(), products, 0, keys, false);
    for (int row = 0; row < queries; row++) {
      int start = row * keys;
      int from = start + from(row);
      int to = start + to(row);
      Arrays.fill(products, start, from, 0);
      Arrays.fill(products, to, start + keys, 0);
      for (int i = from; i < to; i++) {
        products[i] *= shape.scale();
      }
      shape
          .softCap()
          .ifPresent(cap -> cap.apply(products, from, to, scratch.kernels().activation()));
    }
  }

  /**
   * Takes the gradient of the probabilities back to the products of queries and keys.
   *
   * @param p the probabilities, which are overwritten
   */
  void backward(States q, States k, float[] p, float[] dp, Scratch scratch) {
    SoftmaxKernels softmax = scratch.kernels().softmax();
    for (int row = 0; row < queries; row++) {
      int start = row * keys;
      int from = start + from(row);
      int to = start + to(row);
      Arrays.fill(dp, start, from, 0);
      Arrays.fill(dp, to, start + keys, 0);
      softmax.backward(p, from, dp, from, to, shape.scale());
    }
    shape
        .softCap()
        .ifPresent(
            cap -> {
              products(q, k, p, scratch);
              cap.backward(p, dp, 0, size());
            });
  }

  /** Returns the part of all keys, or values, that the block attends to. */
  States blockKeys(States k) {
    return k.rows(firstKey, firstKey + keys);
  }

  private int from(int row) {
    return shape.firstKey(firstPosition + firstQuery + row) - firstKey;
  }

  private int to(int row) {
    return shape.endKey(firstPosition + firstQuery + row, allKeys) - firstKey;
  }

  private boolean mask(float[] p, int start, int from, int to) {
    boolean[] allowed = attended.orElseThrow();
    boolean any = false;
    for (int i = from; i < to; i++) {
      if (allowed[firstKey + i - start]) {
        any = true;
      } else {
        p[i] = Float.NEGATIVE_INFINITY;
      }
    }
    return any;
  }
}
