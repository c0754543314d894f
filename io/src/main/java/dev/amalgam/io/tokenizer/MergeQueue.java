package dev.amalgam.io.tokenizer;

import java.util.Arrays;

/** Merges to be made, in a binary heap: the lowest rank first, and of that the leftmost. */
final class MergeQueue {

  private long[] heap;
  private int size;

  MergeQueue(int capacity) {
    this.heap = new long[capacity];
  }

  boolean isEmpty() {
    return size == 0;
  }

  void push(int rank, int place) {
    if (size == heap.length) {
      heap = Arrays.copyOf(heap, 2 * size);
    }
    long entry = (long) rank << 32 | place;
    int at = size++;
    while (at > 0) {
      int parent = at - 1 >>> 1;
      if (heap[parent] <= entry) {
        break;
      }
      heap[at] = heap[parent];
      at = parent;
    }
    heap[at] = entry;
  }

  /** Removes and returns the first entry. */
  long pop() {
    long first = heap[0];
    long last = heap[--size];
    int at = 0;
    while (true) {
      int child = 2 * at + 1;
      if (child >= size) {
        break;
      }
      if (child + 1 < size && heap[child + 1] < heap[child]) {
        child++;
      }
      if (last <= heap[child]) {
        break;
      }
      heap[at] = heap[child];
      at = child;
    }
    heap[at] = last;
    return first;
  }

  static int rank(long entry) {
    return (int) (entry >>> 32);
  }

  static int place(long entry) {
    return (int) entry;
  }
}
