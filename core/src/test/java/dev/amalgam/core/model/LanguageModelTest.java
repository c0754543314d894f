package dev.amalgam.core.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.amalgam.core.kernel.ActivationFunction;
import dev.amalgam.core.layer.Activation;
import dev.amalgam.core.layer.Parallel;
import dev.amalgam.core.layer.Residual;
import dev.amalgam.core.layer.Rotary;
import dev.amalgam.core.layer.Scale;
import dev.amalgam.core.layer.Sequence;
import dev.amalgam.core.weight.Weights;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;

/** Models of parts that no family of today has, forward and backward. */
class LanguageModelTest {

  private static final int HIDDEN = 8;
  private static final int VOCABULARY = 10;
  private static final int POSITIONS = 7;

  private static final LanguageModel.Sizes SIZES =
      new LanguageModel.Sizes(HIDDEN, VOCABULARY, POSITIONS);
  private static final NormForm NORM = NormForm.layerNormWithoutBias(1e-5);
  private static final AttentionForm ATTENTION =
      AttentionForm.of(new AttentionHeads(2, 1, 4), LinearForm.all("qkv"), LinearForm.of("out"));
  private static final MlpForm PLAIN =
      new MlpForm.Plain(
          LinearForm.of("up").withBias(true), LinearForm.of("down"), 12, ActivationFunction.GELU);

  private static Model build(int layers, IntFunction<? extends LayerForm> form, Weights weights) {
    return new LanguageModel(
            "New",
            "inner.",
            SIZES,
            EmbeddingForm.of("tokens").withPositions("positions").withScale(1.5),
            new LayerStack("h.", layers, form, List.of("mask")),
            PredictionForm.of("last", NORM, LinearForm.of("logits").withBias(true))
                .withAfter(new Scale(0.5f)))
        .build(
            new ModelSource(new ModelConfig("config.json", Map.of()), weights), Optional.empty());
  }

  private static RandomModel outerTensors() {
    return new RandomModel()
        .with("inner.tokens.weight", VOCABULARY, HIDDEN)
        .with("inner.positions.weight", POSITIONS, HIDDEN)
        .with("inner.last.weight", HIDDEN)
        .with("logits.weight", VOCABULARY, HIDDEN)
        .with("logits.bias", VOCABULARY);
  }

  private static RandomModel blockTensors(RandomModel model, int layer) {
    String name = "inner.h." + layer + ".";
    return model
        .with(name + "norm.weight", HIDDEN)
        .with(name + "qkv.weight", 16, HIDDEN)
        .with(name + "out.weight", HIDDEN, 8)
        .with(name + "up.weight", 12, HIDDEN)
        .with(name + "up.bias", 12)
        .with(name + "down.weight", HIDDEN, 12);
  }

  @Test
  void parallelBlocksRotateInTheLayersThatSaySo() {
    Rotary rotary = Rotary.of(4, 100);
    IntFunction<BlockForm> form =
        layer ->
            new BlockForm(
                new Arrangement.ParallelWithOneNorm("norm"),
                NORM,
                layer == 0 ? ATTENTION.withRotary(rotary) : ATTENTION,
                PLAIN);
    blockTensors(blockTensors(outerTensors(), 0), 1)
        .checkGradients(weights -> build(2, form, weights));
  }

  @Test
  void normsOfQueriesAndKeysMayHoldDifferencesFromOne() {
    AttentionForm attention =
        ATTENTION.withNorms(new AttentionForm.QueryKeyNorms("q", "k", NormForm.rmsAroundOne(1e-6)));
    IntFunction<BlockForm> form =
        layer ->
            new BlockForm(
                new Arrangement.ParallelWithTwoNorms("norm", "norm2"), NORM, attention, PLAIN);
    blockTensors(outerTensors(), 0)
        .with("inner.h.0.q.weight", 4)
        .with("inner.h.0.k.weight", 4)
        .with("inner.h.0.norm2.weight", HIDDEN)
        .checkGradients(weights -> build(1, form, weights));
  }

  @Test
  void aFamilyMayMakeItsLayersItself() {
    LayerForm own =
        (index, hidden, weights) ->
            Residual.around(
                Parallel.of(
                    LinearForm.of("left").make(hidden, hidden, weights),
                    Sequence.of(
                        LinearForm.of("right").make(hidden, hidden, weights),
                        new Activation(ActivationFunction.TANH))));
    outerTensors()
        .with("inner.h.0.left.weight", HIDDEN, HIDDEN)
        .with("inner.h.0.right.weight", HIDDEN, HIDDEN)
        .checkGradients(weights -> build(1, layer -> own, weights));
  }

  @Test
  void attentionHasThreeMapsOrOne() {
    assertThrows(
        IllegalArgumentException.class,
        () -> AttentionForm.of(ATTENTION.heads(), LinearForm.all("qk", "v"), LinearForm.of("out")));
  }

  @Test
  void tensorsThatAreNoParametersAreNamedByTheirEnds() {
    LayerForm nothing = (index, hidden, weights) -> Sequence.of();
    Weights weights = outerTensors().with("inner.h.0.mask", 3).weights();
    assertEquals(1, build(1, layer -> nothing, weights).layers().size());
  }
}
