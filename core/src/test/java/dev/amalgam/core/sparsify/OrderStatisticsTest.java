package dev.amalgam.core.sparsify;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.amalgam.core.merge.Tasks;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OrderStatisticsTest {

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 10, 1001})
  void everyRankIsThatOfTheSortedValues(int count) {
    float[] x = Tasks.gaussian(count, 5);
    for (int i = 0; i < count; i++) {
      x[i] = Math.abs(x[i]);
    }
    float[] sorted = x.clone();
    Arrays.sort(sorted);
    long[] ranks = {0, count / 4, count / 2, 3L * count / 4, count - 1};
    OrderStatistics found = find(x, ranks);
    for (int k = 0; k < ranks.length; k++) {
      assertEquals(sorted[(int) ranks[k]], found.value(k));
    }
  }

  @Test
  void valuesThatShareTheirUpperBitsAreToldApart() {
    float next = Math.nextUp(1f);
    OrderStatistics found = find(new float[] {next, 1, 1, next, 1}, 0, 2, 3, 4);
    assertEquals(1, found.value(0));
    assertEquals(1, found.value(1));
    assertEquals(next, found.value(2));
    assertEquals(next, found.value(3));
  }

  @Test
  void zerosInfinitiesAndNaNHaveTheirPlaces() {
    float[] x = {Float.NaN, 0, Float.POSITIVE_INFINITY, -0f, Float.MIN_VALUE};
    OrderStatistics found = find(x, 0, 1, 2, 3, 4);
    assertEquals(0, found.value(1));
    assertEquals(Float.MIN_VALUE, found.value(2));
    assertEquals(Float.POSITIVE_INFINITY, found.value(3));
    assertEquals(Float.NaN, found.value(4));
  }

  private static OrderStatistics find(float[] x, long... ranks) {
    OrderStatistics statistics = new OrderStatistics(ranks);
    while (!statistics.found()) {
      for (float value : x) {
        statistics.visit(new float[] {value, Float.NaN}, 1);
      }
      statistics.finish();
    }
    return statistics;
  }
}
