package dev.amalgam.core.block;

import dev.amalgam.core.kernel.Kernels;
import dev.amalgam.core.weight.ReadBuffer;
import java.util.Arrays;

/**
 * A run of consecutive elements of one tensor, decoded to float32, and the scratch memory of the
 * worker that holds it. A block belongs to one thread; its arrays are used again for the next
 * block.
 */
public final class Block implements AutoCloseable {

  private final Kernels kernels;
  private final Scratch scratch;
  private final float[] base;
  private final float[][] experts;
  private int index;
  private long start;
  private int length;

  /**
   * Creates a block for a worker.
   *
   * @param kernels the loops to use
   * @param capacity the most elements that the block will hold
   * @param experts the most experts that a tensor has
   */
  public Block(Kernels kernels, int capacity, int experts) {
    this.kernels = kernels;
    this.scratch = new Scratch(capacity);
    this.base = new float[capacity];
    this.experts = new float[experts][capacity];
  }

  /**
   * Moves to another run of elements; the caller then fills the inputs.
   *
   * @param index the block's number in its tensor
   * @param start its first element
   * @param length its number of elements
   */
  public void moveTo(int index, long start, int length) {
    this.index = index;
    this.start = start;
    this.length = length;
  }

  /** Returns the block's number in its tensor, from 0. */
  public int index() {
    return index;
  }

  /** Returns the place of the block's first element in the tensor. */
  public long start() {
    return start;
  }

  /** Returns the number of elements. */
  public int length() {
    return length;
  }

  /** Returns the base's elements; zeros where the merge has no base. */
  public float[] base() {
    return base;
  }

  /** Returns the elements of expert {@code i}, in recipe order. */
  public float[] expert(int i) {
    return experts[i];
  }

  /** Returns the worker's scratch memory; its contents are arbitrary. */
  public Scratch scratch() {
    return scratch;
  }

  /** Returns the loops to use. */
  public Kernels kernels() {
    return kernels;
  }

  /** Returns what the worker that holds the block reads weights through. */
  public ReadBuffer reading() {
    return scratch.reading(kernels);
  }

  /** Returns the deltas, or whatever they have become, of the first {@code count} experts. */
  float[][] experts(int count) {
    return Arrays.copyOf(experts, count);
  }

  @Override
  public void close() {
    scratch.close();
  }
}
