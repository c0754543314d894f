package dev.amalgam.core.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class LayerPositionsTest {

  @Test
  void layersLieAtEqualDistancesFromZeroToOne() {
    var positions =
        LayerPositions.of(
            List.of("model.layers.2.w", "model.layers.0.w", "model.layers.1.w", "model.norm.w"));
    assertEquals(0, positions.of("model.layers.0.w"));
    assertEquals(0.5, positions.of("model.layers.1.w"));
    assertEquals(1, positions.of("model.layers.2.w"));
  }

  @Test
  void whatStandsOutsideLayersLiesAtTheBeginning() {
    var positions = LayerPositions.of(List.of("embed.weight", "h.0.w", "h.1.w", "head.weight"));
    assertEquals(0, positions.of("embed.weight"));
    assertEquals(0, positions.of("head.weight"));
    assertEquals(0, positions.of("never.seen.1.w"));
  }

  @Test
  void theOnlyLayerIsTheFirst() {
    assertEquals(0, LayerPositions.of(List.of("h.0.w")).of("h.0.w"));
  }

  @Test
  void everyStackCountsItsOwnLayers() {
    var positions =
        LayerPositions.of(
            List.of(
                "vision.blocks.0.w",
                "vision.blocks.1.w",
                "text.blocks.0.w",
                "text.blocks.1.w",
                "text.blocks.2.w",
                "0.w",
                "1.w",
                "2.w",
                "3.w",
                "4.w"));
    assertEquals(1, positions.of("vision.blocks.1.w"));
    assertEquals(0.5, positions.of("text.blocks.1.w"));
    assertEquals(0.25, positions.of("1.w"));
  }

  @Test
  void numbersWithAGapAreNoLayers() {
    var positions = LayerPositions.of(List.of("a.0.w", "a.2.w", "b.1.w", "b.2.w"));
    assertEquals(0, positions.of("a.2.w"));
    assertEquals(0, positions.of("b.2.w"));
  }

  @Test
  void expertsInsideALayerShareItsPlace() {
    var positions =
        LayerPositions.of(
            List.of(
                "model.layers.0.moe.experts.0.w",
                "model.layers.0.moe.experts.1.w",
                "model.layers.1.moe.experts.0.w",
                "model.layers.1.moe.experts.1.w",
                "model.layers.2.mlp.w"));
    assertEquals(0, positions.of("model.layers.0.moe.experts.1.w"));
    assertEquals(0.5, positions.of("model.layers.1.moe.experts.0.w"));
    assertEquals(0.5, positions.of("model.layers.1.moe.experts.1.w"));
  }

  @Test
  void onlyWholePartsOfANameAreNumbers() {
    var positions = LayerPositions.of(List.of("conv0.1x.w", "conv1.2x.w", "a.b0.w", "a.b1.w"));
    assertEquals(0, positions.of("conv1.2x.w"));
    assertEquals(0, positions.of("a.b1.w"));
    assertEquals(0, LayerPositions.of(List.of("h.0", "h.1")).of("h.1"), "no part of a layer");
  }

  @Test
  void numbersAreComparedAsNumbers() {
    var names = new java.util.ArrayList<String>();
    for (int i = 0; i <= 20; i++) {
      names.add("h." + i + ".w");
    }
    var positions = LayerPositions.of(names);
    assertEquals(0.1, positions.of("h.2.w"));
    assertEquals(0.5, positions.of("h.10.w"));
  }

  @Test
  void hostileNamesAreNoTrouble() {
    String deep = "a.".repeat(200_000);
    String huge = "h." + "9".repeat(100_000) + ".w";
    var positions = LayerPositions.of(List.of(deep + "0.w", deep + "1.w", deep, huge, "..0.", "."));
    assertEquals(1, positions.of(deep + "1.w"));
    assertEquals(0, positions.of(deep));
    assertEquals(0, positions.of(huge));
  }
}
