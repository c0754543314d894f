package dev.amalgam.core.repair;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Texts come in an order that depends on the seed. */
class TextOrderTest {

  private static List<List<Integer>> taken(long seed, int task, int texts, int count, int times) {
    TextOrder order = new TextOrder(seed, task, texts);
    return IntStream.range(0, times).mapToObj(_ -> order.next(count)).toList();
  }

  @Test
  void eachTextComesOnceBeforeAnyComesAgain() {
    List<Integer> all = new ArrayList<>();
    taken(3, 0, 12, 4, 3).forEach(all::addAll);
    assertEquals(IntStream.range(0, 12).boxed().toList(), all.stream().sorted().toList());
  }

  @Test
  void noTextComesTwiceInAStep() {
    for (List<Integer> step : taken(7, 1, 10, 4, 50)) {
      assertEquals(4, step.stream().distinct().count());
      assertEquals(step.stream().sorted().toList(), step);
    }
  }

  @Test
  void ofFewTextsAllComeEachTime() {
    assertEquals(List.of(List.of(0, 1, 2), List.of(0, 1, 2)), taken(1, 0, 3, 8, 2));
  }

  @Test
  void theOrderIsThatOfSeedAndTask() {
    assertEquals(taken(5, 2, 20, 6, 9), taken(5, 2, 20, 6, 9));
    assertNotEquals(taken(5, 2, 20, 6, 9), taken(6, 2, 20, 6, 9));
    assertNotEquals(taken(5, 2, 20, 6, 9), taken(5, 3, 20, 6, 9));
  }
}
