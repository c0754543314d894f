package dev.amalgam.core.merge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class JudgedTest {

  private static Judged judged(double forgotten, double... missed) {
    return new Judged(null, missed, forgotten);
  }

  @Test
  void whatIsForgottenCountsAsMuchAsTheMeanShareThatIsMissed() {
    assertTrue(judged(0, 0.5, 0.3).isBetterThan(judged(0, 0.6, 0.3)));
    assertTrue(judged(0.1, 0.6, 0.4).isBetterThan(judged(0.3, 0.5, 0.3)));
    assertFalse(judged(0.1, 0.5, 0.3).isBetterThan(judged(0, 0.5, 0.5)));
  }

  @Test
  void noNumberIsWorseThanAny() {
    assertTrue(judged(0, 1e30).isBetterThan(judged(Double.NaN, 0.1)));
    assertTrue(judged(0, 1e30).isBetterThan(judged(0, Double.NaN)));
    assertFalse(judged(0, Double.NaN).isBetterThan(judged(0, Double.NaN)));
  }

  @Test
  void followsValuesAsLongAsTheyGetBetter() {
    List<Double> tried = new ArrayList<>();
    Judged best =
        Judged.follow(
            List.of(0.0, 1.0, 2.0, 3.0, 4.0),
            2,
            value -> {
              tried.add(value);
              return judged(Math.abs(value - 1), 0.5);
            });
    assertEquals(0, best.forgotten());
    assertEquals(List.of(2.0, 1.0, 3.0, 0.0), tried);
  }
}
