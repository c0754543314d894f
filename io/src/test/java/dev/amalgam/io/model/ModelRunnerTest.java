package dev.amalgam.io.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.amalgam.core.kernel.Kernels;
import dev.amalgam.core.layer.Batch;
import dev.amalgam.core.layer.Engine;
import dev.amalgam.core.layer.Example;
import dev.amalgam.core.layer.LossScale;
import dev.amalgam.core.layer.Losses;
import dev.amalgam.core.model.ModelFamilies;
import dev.amalgam.core.model.ModelRunner;
import dev.amalgam.core.model.ModelSource;
import dev.amalgam.core.weight.CheckpointWeights;
import dev.amalgam.core.weight.Weights;
import dev.amalgam.io.checkpoint.CheckpointFolder;
import dev.amalgam.io.config.ConfigFile;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ModelRunnerTest {

  private static final Path RESOURCES = Path.of("src/test/resources");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "hf/llama3-tied",
        "hf/qwen3",
        "hf/gpt2",
        "hf/bert-mlm",
        "hf/mistral",
        "hf-moe/phimoe-apart",
        "hf-moe/qwen2-moe-stacked",
        "hf-encoders/modernbert-mlm",
        "hf-tasks/bert-labels",
        "hf-tasks/bert-answers",
        "hf-dense/apertus",
        "hf-dense/arcee",
        "hf-dense/falcon-new-architecture",
        "hf-dense/granite",
        "hf-dense/hunyuan",
        "hf-dense/ministral3",
        "hf-dense/olmo",
        "hf-dense/olmo2",
        "hf-dense/opt",
        "hf-dense/phi3"
      })
  void everyBitIsTheSameWhateverTheThreadsTheKernelsAndTheRestOfTheBatch(String name) {
    Path folder = RESOURCES.resolve(name);
    List<Example> examples =
        Examples.of(Tensors.read(folder.resolve("expected.safetensors"))).examples();
    try (ModelFolder opened = ModelFolder.open(folder, Optional.empty())) {
      Run reference = run(opened, examples, 1, Kernels.get());
      assertEqualBits(reference, run(opened, examples, 3, Kernels.get()));
      assertEqualBits(reference, run(opened, examples, 2, Kernels.scalar()));
      for (int i = 0; i < examples.size(); i++) {
        Losses alone = run(opened, List.of(examples.get(i)), 2, Kernels.get()).losses();
        assertEquals(reference.losses().sum(i), alone.sum(0), name + ", example " + i);
      }
    }
  }

  private record Run(Losses losses, Map<String, double[]> gradients) {}

  private static Run run(ModelFolder opened, List<Example> examples, int threads, Kernels kernels) {
    try (Engine engine = new Engine(threads, kernels)) {
      CollectedGradients gradients = new CollectedGradients();
      Losses losses =
          new ModelRunner(opened.model(), engine, tokens -> {})
              .gradients(new Batch(examples), LossScale.MEAN_OF_EACH_EXAMPLE, 0, gradients);
      return new Run(losses, gradients.byName());
    }
  }

  private static void assertEqualBits(Run expected, Run actual) {
    assertArrayEquals(expected.losses().losses(), actual.losses().losses());
    assertArrayEquals(expected.losses().predictions(), actual.losses().predictions());
    assertEquals(expected.gradients().keySet(), actual.gradients().keySet());
    expected
        .gradients()
        .forEach((name, due) -> assertArrayEquals(due, actual.gradients().get(name), name));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "hf/llama",
        "hf/llama3-tied",
        "hf/qwen3",
        "hf/gpt2",
        "hf/bert-mlm",
        "hf/bert-classifier",
        "hf/roberta-classifier",
        "hf-more/roberta-mlm",
        "hf-moe/qwen3-moe-stacked",
        "hf-encoders/modernbert-biases",
        "hf-tasks/modernbert-mean",
        "hf-tasks/bert-answers",
        "hf-tasks/llama-labels",
        "hf-tasks/bert-numbers",
        "hf-dense/apertus",
        "hf-dense/arcee",
        "hf-dense/falcon-new-architecture",
        "hf-dense/granite",
        "hf-dense/hunyuan",
        "hf-dense/ministral3",
        "hf-dense/olmo",
        "hf-dense/phi3"
      })
  void gradientsAreTheFiniteDifferencesOfTheLoss(String name) {
    Path folder = RESOURCES.resolve(name);
    Batch batch = Examples.of(Tensors.read(folder.resolve("expected.safetensors")));
    try (CheckpointFolder checkpoint = CheckpointFolder.open(folder);
        Engine engine = new Engine(2, Kernels.get())) {
      Weights weights = new CheckpointWeights(checkpoint);
      CollectedGradients gradients = new CollectedGradients();
      runner(folder, weights, engine)
          .gradients(batch, LossScale.MEAN_OF_EACH_EXAMPLE, 0, gradients);
      gradients
          .byName()
          .forEach(
              (tensor, gradient) -> {
                double norm = Math.sqrt(squares(gradient));
                // Along the gradient itself, so far that rounding does not show in the difference.
                double step = 0.006;
                double above = sumOfMeans(folder, weights, engine, batch, tensor, gradient, step);
                double below = sumOfMeans(folder, weights, engine, batch, tensor, gradient, -step);
                double slope = (above - below) / (2 * step);
                assertEquals(norm, slope, 0.01 * norm + 1e-4, tensor);
              });
    }
  }

  private static double sumOfMeans(
      Path folder,
      Weights weights,
      Engine engine,
      Batch batch,
      String tensor,
      double[] direction,
      double step) {
    double scale = step / Math.sqrt(squares(direction) + Double.MIN_NORMAL);
    Weights moved =
        weights.mapped(
            (name, weight) ->
                name.equals(tensor) ? new MovedWeight(weight, direction, scale) : weight);
    Losses losses = runner(folder, moved, engine).losses(batch);
    double sum = 0;
    for (int example = 0; example < batch.examples().size(); example++) {
      sum += losses.mean(example);
    }
    return sum;
  }

  private static ModelRunner runner(Path folder, Weights weights, Engine engine) {
    ModelSource source =
        new ModelSource(ConfigFile.read(folder.resolve(ConfigFile.NAME)).values(), weights);
    return new ModelRunner(ModelFamilies.build(source, Optional.empty()), engine, tokens -> {});
  }

  private static double squares(double[] x) {
    double sum = 0;
    for (double value : x) {
      sum += value * value;
    }
    return sum;
  }
}
