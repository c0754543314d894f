package dev.amalgam.core.repair;

import dev.amalgam.core.block.CounterDraws;
import dev.amalgam.core.kernel.Kernels;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;

/**
 * In which order the texts of a task are looked at: all of them, shuffled, then all of them
 * shuffled anew. It depends on the seed, the number of the task and the number of texts alone.
 */
final class TextOrder {

  private final CounterDraws draws;
  private final int texts;
  private final List<Integer> left = new ArrayList<>();
  private long drawn;

  TextOrder(long seed, int task, int texts) {
    this.draws = new CounterDraws(Kernels.get().delta(), seed, "order of texts", task);
    this.texts = texts;
  }

  /** Returns the numbers of the next texts, ascending; of fewer texts than asked for, all. */
  List<Integer> next(int count) {
    List<Integer> chosen = new ArrayList<>();
    while (chosen.size() < Math.min(count, texts)) {
      if (left.isEmpty()) {
        shuffle();
      }
      int text = left.removeLast();
      if (!chosen.contains(text)) {
        chosen.add(text);
      }
    }
    Collections.sort(chosen);
    return chosen;
  }

  // Fisher and Yates.
  private void shuffle() {
    left.addAll(IntStream.range(0, texts).boxed().toList());
    int[] draw = new int[texts];
    draws.fill(drawn, draw, texts);
    drawn += texts;
    for (int i = texts - 1; i > 0; i--) {
      int other = (int) (Integer.toUnsignedLong(draw[i]) * (i + 1) >>> Integer.SIZE);
      Collections.swap(left, i, other);
    }
  }
}
