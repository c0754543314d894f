package dev.amalgam.job.report;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.amalgam.core.run.ProgressListener;
import dev.amalgam.job.api.ReportSettings;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NumbersTest {

  private static final double EXACT = 1e-12;

  @TempDir Path folder;

  private ReportInputs.Numbers numbers(HandMade... sidecars) {
    List<Path> files = new java.util.ArrayList<>();
    for (HandMade sidecar : sidecars) {
      files.add(sidecar.write(folder.resolve("s" + files.size() + ".safetensors")));
    }
    try (ReportInputs inputs = ReportInputs.open(files)) {
      return inputs.numbers(ReportSettings.DEFAULT, ProgressListener.NONE);
    }
  }

  @Test
  void importanceAddsMagnitudesByLayerAndPart() {
    SortedMap<Place, Double> importance =
        numbers(
                new HandMade("tensor", "a")
                    .add("model.layers.1.self_attn.q_proj.weight", 4, 1)
                    .add("model.layers.1.self_attn.k_proj.weight", 4, 2)
                    .add("model.layers.0.mlp.up_proj.weight", 4, 5)
                    .add("model.embed_tokens.weight", 4, 7))
            .summaries()
            .getFirst()
            .importance();
    assertEquals(
        List.of(Place.of("embed"), Place.of("layers.0.mlp"), Place.of("layers.1.attention")),
        List.copyOf(importance.keySet()));
    assertEquals(List.of(7.0, 5.0, 3.0), List.copyOf(importance.values()));
  }

  @Test
  void theCurveTakesTheDensestPartitionsFirst() {
    // Importance for each parameter: 0.25, 2 and 0.5.
    BudgetCurve curve =
        numbers(new HandMade("row", "a").add("h.0.mlp.w", 4, 1, 8).add("h.1.mlp.w", 2, 1))
            .summaries()
            .getFirst()
            .curve();
    assertArrayEquals(new double[] {0, 0.4, 0.6, 1}, curve.budgets(), EXACT);
    assertArrayEquals(new double[] {0, 0.8, 0.9, 1}, curve.kept(), EXACT);
    assertEquals(0.4, curve.at(0.2), EXACT);
    assertEquals(0.85, curve.at(0.5), EXACT);
    assertEquals(1, curve.at(1), EXACT);
  }

  @Test
  void whereNothingIsImportantTheCurveIsStraightAndRatesAreUniform() {
    SidecarSummary summary =
        numbers(new HandMade("row", "a").add("w", 3, 0, 0, 0, 0)).summaries().getFirst();
    assertEquals(0.3, summary.curve().at(0.3), EXACT);
    assertEquals(0.5, summary.drops().getFirst().mean(), EXACT);
  }

  @Test
  void minusZeroIsNoImportance() {
    SidecarSummary summary =
        numbers(new HandMade("row", "a").add("w", 3, -0f, 0, 1)).summaries().getFirst();
    assertEquals(1, summary.curve().at(1 / 3.0), EXACT);
  }

  @Test
  void dropRatesHoldTheBudgetAtEveryDensity() {
    List<Distribution> drops =
        numbers(new HandMade("row", "a").add("v", 5, 1, 2, 3, 40).add("w", 2, 1, 0))
            .summaries()
            .getFirst()
            .drops();
    assertEquals(0.5, drops.get(0).mean(), 1e-9);
    assertEquals(0.8, drops.get(1).mean(), 1e-9);
    assertEquals(0.9, drops.get(2).mean(), 1e-9);
  }

  @Test
  void aBiasSharesTheRowsOfItsWeight() {
    SidecarSummary summary =
        numbers(
                new HandMade("row", "a")
                    .add("h.0.mlp.c.weight", 9, 1, 3)
                    .add("h.0.mlp.c.bias", 1, 1, 3))
            .summaries()
            .getFirst();
    assertEquals(2, summary.partitions());
    assertEquals(20, summary.parameters());
    assertArrayEquals(new double[] {0, 0.75, 1}, summary.curve().kept(), EXACT);
  }

  @Test
  void sidecarsThatRankAlikeAgree() {
    var numbers =
        numbers(
            new HandMade("row", "a").add("v", 1, 1, 2).add("w", 1, 3, 4),
            new HandMade("row", "a")
                .with("estimator", "ablation")
                .add("w", 1, 30, 90)
                .add("v", 1, 5, 7),
            new HandMade("row", "a").add("w", 1, 2, 1).add("v", 1, 4, 3).add("u", 1, 1));
    assertEquals(3, numbers.agreements().size());
    assertEquals(new Agreement("s0", "s1", "row", 4, 1), numbers.agreements().get(0));
    assertEquals(new Agreement("s0", "s2", "row", 4, -1), numbers.agreements().get(1));
    assertEquals(-1, numbers.agreements().get(2).correlation(), EXACT);
  }

  @Test
  void otherLevelsAgreeByTensorsOrByTheCoarserGroups() {
    var numbers =
        numbers(
            new HandMade("row", "a")
                .add("h.0.mlp.w", 1, 1, 2)
                .add("h.1.mlp.w", 1, 4, 4)
                .add("h.1.attn.w", 1, 9),
            new HandMade("tensor", "a")
                .add("h.0.mlp.w", 2, 5)
                .add("h.1.mlp.w", 2, 7)
                .add("h.1.attn.w", 1, 6),
            new HandMade("layer", "a").add("layers.0", 2, 9).add("layers.1", 3, 8));
    // Ranks 1 2 3 against 1 3 2: 1 − 6·2/(3·8).
    assertEquals(new Agreement("s0", "s1", "tensor", 3, 0.5), numbers.agreements().get(0));
    assertEquals(new Agreement("s0", "s2", "layer", 2, -1), numbers.agreements().get(1));
    assertEquals(new Agreement("s1", "s2", "layer", 2, -1), numbers.agreements().get(2));
  }

  @Test
  void ranksOfEqualsAreShared() {
    // Ranks 1, 2.5, 2.5, 4 against 1, 2, 3, 4: Pearson of the ranks is 4.5/√(4.5·5).
    assertEquals(
        4.5 / Math.sqrt(22.5),
        Agreement.spearman(new double[] {1, 2, 2, 3}, new double[] {1, 2, 3, 4}),
        EXACT);
    assertTrue(Double.isNaN(Agreement.spearman(new double[] {1}, new double[] {1})));
    assertTrue(Double.isNaN(Agreement.spearman(new double[] {1, 1}, new double[] {1, 2})));
  }

  @Test
  void collisionsCountTheTopTenthExactlyEvenAmongEquals() {
    float[] first = new float[20];
    float[] second = new float[20];
    float[] equal = new float[20];
    first[3] = 5;
    first[7] = 4;
    second[7] = 9;
    second[8] = 8;
    var comparison =
        numbers(
                new HandMade("row", "a").add("w", 1, first),
                new HandMade("row", "b").add("w", 1, second),
                new HandMade("row", "c").add("w", 1, equal),
                new HandMade("tensor", "c").add("w", 20, 1))
            .comparisons()
            .getFirst();
    assertEquals(List.of("s0", "s1", "s2"), comparison.experts());
    assertArrayEquals(new double[] {1, 0.5, 0}, comparison.collisions()[0]);
    assertArrayEquals(new double[] {0.5, 1, 0}, comparison.collisions()[1]);
    assertArrayEquals(new double[] {0, 0, 1}, comparison.collisions()[2]);
  }

  @Test
  void weightsFollowTheSharesOfImportance() {
    var comparison =
        numbers(
                new HandMade("tensor", "a").add("v", 1, 3).add("w", 1, 1),
                new HandMade("tensor", "b").add("v", 1, 10).add("w", 1, 30))
            .comparisons()
            .getFirst();
    // Shares 0.75 and 0.25, S = 1.5 and 0.5, τ2 = 0.5; more of what is heavy is kept.
    double heavy = 2 / (1 + Math.exp(-2));
    Distribution weights = comparison.weights().getFirst().getFirst();
    assertEquals(heavy, weights.quantile(0.99), 0.002);
    assertEquals(2 - heavy, weights.quantile(0.01), 0.002);
    assertTrue(weights.mean() > 1);
  }
}
