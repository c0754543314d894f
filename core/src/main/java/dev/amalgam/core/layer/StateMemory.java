package dev.amalgam.core.layer;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * The arrays of a model's states, used again and again: what was taken since a mark is given back
 * together. A run makes and drops the same few arrays for every layer, each of many megabytes; left
 * to the garbage collector they would fill the heap before it looks at them. For one thread.
 */
public final class StateMemory {

  private final Deque<float[]> taken = new ArrayDeque<>();
  private final List<float[]> free = new ArrayList<>();

  /** Creates an empty memory, which grows as it is used. */
  StateMemory() {}

  /** Returns the place to which {@link #release} goes back. */
  public int mark() {
    return taken.size();
  }

  /** Returns the bytes of all states that were handed out since the mark. */
  public long bytesSince(int mark) {
    return taken.stream()
        .limit((long) taken.size() - mark)
        .mapToLong(array -> (long) Float.BYTES * array.length)
        .sum();
  }

  /** Takes back all states that were handed out since the mark. */
  public void release(int mark) {
    while (taken.size() > mark) {
      free.add(taken.pop());
    }
  }

  /**
   * Returns states of any content.
   *
   * @throws ArithmeticException if they exceed what an array can hold
   */
  public States states(int rows, int width) {
    float[] array = array(Math.multiplyExact(rows, width));
    taken.push(array);
    return States.of(array, rows, width);
  }

  /** Takes the smallest free array that is large enough. */
  private float[] array(int length) {
    int best = -1;
    int largest = -1;
    for (int i = 0; i < free.size(); i++) {
      int size = free.get(i).length;
      if (size >= length && (best < 0 || size < free.get(best).length)) {
        best = i;
      }
      if (largest < 0 || size > free.get(largest).length) {
        largest = i;
      }
    }
    if (best >= 0) {
      return free.remove(best);
    }
    if (largest >= 0) {
      // It makes room for a larger one, so that there are never more arrays than were once in use.
      free.remove(largest);
    }
    return new float[length];
  }
}
