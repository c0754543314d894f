package dev.amalgam.io.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.amalgam.core.kernel.Kernels;
import dev.amalgam.core.layer.Batch;
import dev.amalgam.core.layer.Engine;
import dev.amalgam.core.layer.Example;
import dev.amalgam.core.layer.ModelException;
import dev.amalgam.core.layer.Pooling;
import dev.amalgam.core.layer.States;
import dev.amalgam.core.layer.Targets;
import dev.amalgam.core.model.ModelRunner;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Encoders without a head, against transformers and sentence-transformers. */
class EmbedderFixtureTest {

  private static final Path FIXTURES = Path.of("src/test/resources");
  private static final float ERROR = 1e-5f;

  private static Batch batch(Tensors expected) {
    List<Example> examples = new ArrayList<>();
    for (int i = 0; i < expected.infos().get("input_ids").shape().dimension(0); i++) {
      int[] ids = expected.row("input_ids", i);
      boolean[] attended = new boolean[ids.length];
      for (int at = 0; at < ids.length; at++) {
        attended[at] = expected.row("attention_mask", i)[at] == 1;
      }
      examples.add(new Example(ids, Optional.of(attended), Optional.empty(), ids));
    }
    return new Batch(examples);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "embedders/bert-cls-normalized",
        "embedders/bert-switches",
        "embedders/roberta-mean",
        "embedders/xlm-roberta-many",
        "hf-encoders/camembert",
        "hf-encoders/distilbert",
        "hf-encoders/electra",
        "hf-encoders/modernbert",
        "hf-encoders/nomic-published"
      })
  void statesAndEmbeddingsAreThoseOfSentenceTransformers(String name) {
    Path folder = FIXTURES.resolve(name);
    Tensors expected = Tensors.read(folder.resolve("expected.safetensors"));
    Batch batch = batch(expected);
    Pooling pooling = SentenceModules.of(folder).pooling();
    float[][] embeddings = new float[batch.examples().size()][];
    try (ModelFolder opened = ModelFolder.open(folder, Optional.empty());
        Engine engine = new Engine(2, Kernels.get())) {
      assertEquals(Targets.Kind.FEATURES, opened.model().head().kind());
      new ModelRunner(opened.model(), engine, tokens -> {})
          .features(
              batch,
              states -> {
                assertArrayEquals(expected.floats().get("states"), values(states), ERROR);
                System.arraycopy(
                    pooling.embeddings(states, batch), 0, embeddings, 0, embeddings.length);
              });
    }
    float[] due = expected.floats().get("embeddings");
    for (int i = 0; i < embeddings.length; i++) {
      int width = due.length / embeddings.length;
      float[] own = Arrays.copyOfRange(due, i * width, (i + 1) * width);
      assertArrayEquals(own, embeddings[i], ERROR);
    }
  }

  private static float[] values(States states) {
    return Arrays.copyOf(states.data(), states.rows() * states.width());
  }

  @Test
  void whatNeedsLogitsIsRefused() {
    Path folder = FIXTURES.resolve("embedders/roberta-mean");
    Batch batch = batch(Tensors.read(folder.resolve("expected.safetensors")));
    try (ModelFolder opened = ModelFolder.open(folder, Optional.empty());
        Engine engine = new Engine(1, Kernels.get())) {
      ModelRunner runner = new ModelRunner(opened.model(), engine, tokens -> {});
      assertEquals(
          "this model predicts nothing, since it is an encoder without a task head",
          assertThrows(ModelException.class, () -> runner.losses(batch)).getMessage());
    }
  }

  @Test
  void aTextWithoutATokenHasNoEmbedding() {
    Batch batch =
        new Batch(
            List.of(
                new Example(
                    new int[] {1, 2},
                    Optional.of(new boolean[2]),
                    Optional.empty(),
                    new int[] {1, 2})));
    States states = States.zeros(2, 3);
    assertThrows(ModelException.class, () -> Pooling.MEAN.embeddings(states, batch));
  }

  @Test
  void theCosineOfZeroIsZero() {
    assertEquals(0, Pooling.cosine(new float[] {0, 0}, new float[] {3, 4}));
    assertEquals(0.96, Pooling.cosine(new float[] {4, 3}, new float[] {3, 4}), 1e-15);
  }
}
