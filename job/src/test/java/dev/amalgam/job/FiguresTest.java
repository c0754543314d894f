package dev.amalgam.job;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.amalgam.core.layer.Losses;
import dev.amalgam.core.layer.Targets;
import dev.amalgam.core.model.ModelConfig;
import dev.amalgam.io.dataset.ClassNames;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Figures worked out by hand. */
class FiguresTest {

  private static final ClassNames TAGS =
      ClassNames.of(
          new ModelConfig(
              "config.json", Map.of("id2label", Map.of("0", "PER", "1", "O", "2", "LOC"))),
          3);

  private static Map<String, Double> of(
      Targets.Kind kind, int[] labels, int[] predictions, float[][] right, float[][] outputs) {
    int count = Math.max(labels.length, right.length);
    Targets targets = new Targets(kind, new int[count], labels, right, new int[] {0, count});
    Figures figures = Figures.of(kind, TAGS).orElseThrow();
    figures.add(new Losses(targets, new float[count], predictions, outputs));
    return figures.values();
  }

  @Test
  void theF1OfTagsLeavesOutThoseOfNoInterest() {
    // Predicted are 3 names, right are 3, and they agree on 1.
    assertEquals(
        1 / 3.0,
        of(
                Targets.Kind.TAG,
                new int[] {0, 1, 2, 1, 2},
                new int[] {0, 0, 0, 1, 1},
                new float[5][],
                new float[0][])
            .get("f1"),
        1e-15);
  }

  @Test
  void theF1OfSeveralClassesCountsAllOfThem() {
    assertEquals(
        2 * 2 / (3.0 + 3),
        of(
                Targets.Kind.LABELS,
                new int[0],
                new int[2],
                new float[][] {{1, 0, 1}, {0, 0, 1}},
                new float[][] {{2, 1, -1}, {-1, -2, 3}})
            .get("f1"),
        1e-15);
  }

  @Test
  void numbersAreCorrelated() {
    Map<String, Double> values =
        of(
            Targets.Kind.NUMBERS,
            new int[0],
            new int[3],
            new float[][] {{1}, {2}, {3}},
            new float[][] {{1}, {4}, {9}});
    assertEquals(1, values.get("spearman"), 1e-15);
    assertEquals(8 / Math.sqrt(2 * (98 / 3.0)), values.get("pearson"), 1e-12);
  }

  @Test
  void answersOverlap() {
    Map<String, Double> values =
        of(
            Targets.Kind.SPAN,
            new int[] {2, 5, 3, 3, 1, 2, 4, 6},
            new int[] {4, 7, 3, 3, 5, 4, 7, 9},
            new float[8][],
            new float[0][]);
    assertEquals(0.25, values.get("exact_match"));
    assertEquals((0.5 + 1) / 4, values.get("f1"), 1e-15);
  }
}
