package dev.amalgam.io.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.amalgam.core.kernel.Kernels;
import dev.amalgam.core.layer.Batch;
import dev.amalgam.core.layer.Engine;
import dev.amalgam.core.layer.Example;
import dev.amalgam.core.layer.KeyValueCache;
import dev.amalgam.core.layer.LossScale;
import dev.amalgam.core.layer.Losses;
import dev.amalgam.core.model.ModelRunner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Logits, losses and gradients of small models, against those of Hugging Face transformers. */
class HuggingFaceFixtureTest {

  private static final Path RESOURCES = Path.of("src/test/resources");
  private static final double LOGIT_ERROR = 1e-4;
  private static final double LOSS_ERROR = 1e-5;
  private static final double GRADIENT_ERROR = 1e-4;
  // Some gradients of biases are zero but for rounding: a softmax does not feel a shift.
  private static final double ZERO_GRADIENT = 1e-7;
  // How many tokens of a generated text were given.
  private static final int PROMPT = 5;

  static Stream<String> fixtures() throws IOException {
    try (Stream<Path> files = Files.walk(RESOURCES, 3)) {
      return files
          .filter(file -> file.endsWith("expected.safetensors"))
          .filter(file -> RESOURCES.relativize(file).toString().startsWith("hf"))
          // Encoders without a head predict nothing.
          .filter(file -> Tensors.read(file).infos().containsKey("labels"))
          .map(file -> RESOURCES.relativize(file.getParent()).toString())
          .sorted()
          .toList()
          .stream();
    }
  }

  @ParameterizedTest
  @MethodSource("fixtures")
  void logitsLossesAndEveryGradientAreThoseOfTransformers(String name) {
    Path folder = RESOURCES.resolve(name);
    Tensors expected = Tensors.read(folder.resolve("expected.safetensors"));
    Batch batch = Examples.of(expected);
    try (ModelFolder opened = ModelFolder.open(folder, Optional.empty());
        Engine engine = new Engine(2, Kernels.get())) {
      ModelRunner runner = new ModelRunner(opened.model(), engine, tokens -> {});
      checkLogits(runner, batch, expected);
      CollectedGradients gradients = new CollectedGradients();
      Losses losses = runner.gradients(batch, LossScale.MEAN_OF_TARGETS, 0, gradients);
      checkLosses(losses, expected);
      checkGradients(gradients, expected);
      checkGenerated(runner, expected);
    }
  }

  private static void checkLogits(ModelRunner runner, Batch batch, Tensors expected) {
    float[] logits = expected.floats().get("logits");
    double[] worst = {0};
    int[] seen = {0};
    runner.losses(
        batch,
        (first, states) -> {
          for (int row = 0; row < states.rows(); row++) {
            for (int i = 0; i < states.width(); i++) {
              float actual = states.data()[states.at(row) + i];
              float due = logits[(first + row) * states.width() + i];
              worst[0] = Math.max(worst[0], Math.abs(actual - due));
              seen[0]++;
            }
          }
        });
    assertEquals(logits.length, seen[0]);
    assertTrue(worst[0] <= LOGIT_ERROR, "largest error of a logit: " + worst[0]);
  }

  private static void checkLosses(Losses losses, Tensors expected) {
    int examples = losses.targets().starts().length - 1;
    double sum = 0;
    for (int example = 0; example < examples; example++) {
      sum += losses.sum(example);
      assertEquals(
          expected.floats().get("example_loss")[example], losses.mean(example), LOSS_ERROR);
    }
    assertEquals(expected.floats().get("loss")[0], sum / losses.targets().count(), LOSS_ERROR);
  }

  /** Checks the most probable tokens behind the start of the first example, one after the other. */
  private static void checkGenerated(ModelRunner runner, Tensors expected) {
    int[] text = expected.integers().getOrDefault("generated", new int[PROMPT]);
    KeyValueCache cache = new KeyValueCache(runner.model().layers().size(), text.length);
    int read = 0;
    for (int made = PROMPT; made < text.length; made++) {
      int[] added = Arrays.copyOfRange(text, read, made);
      float[] logits = runner.next(new Batch(List.of(Example.ofText(added))), cache);
      read = made;
      int best = 0;
      for (int token = 1; token < logits.length; token++) {
        best = logits[token] > logits[best] ? token : best;
      }
      assertEquals(text[made], best, "token " + made);
    }
  }

  private static void checkGradients(CollectedGradients gradients, Tensors expected) {
    TreeSet<String> names = new TreeSet<>();
    for (Map.Entry<String, float[]> entry : expected.floats().entrySet()) {
      if (!entry.getKey().startsWith("grad.")) {
        continue;
      }
      String name = entry.getKey().substring("grad.".length());
      names.add(name);
      float[] due = entry.getValue();
      double[] actual = gradients.byName().getOrDefault(name, new double[due.length]);
      double largest =
          IntStream.range(0, due.length).mapToDouble(i -> Math.abs(due[i])).max().orElse(0);
      for (int i = 0; i < due.length; i++) {
        assertEquals(
            due[i], actual[i], GRADIENT_ERROR * largest + ZERO_GRADIENT, name + "[" + i + "]");
      }
    }
    assertEquals(names, new TreeSet<>(gradients.byName().keySet()));
  }
}
