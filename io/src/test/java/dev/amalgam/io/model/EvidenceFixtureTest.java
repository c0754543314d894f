package dev.amalgam.io.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.amalgam.core.evidence.FisherDiagonal;
import dev.amalgam.core.importance.Expert;
import dev.amalgam.core.kernel.Kernels;
import dev.amalgam.core.layer.Example;
import dev.amalgam.core.recipe.Setting;
import dev.amalgam.core.weight.ReadBuffer;
import dev.amalgam.core.weight.Weights;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The methods that gather statistics give what PyTorch gives. */
class EvidenceFixtureTest {

  private static final Path FIXTURE = Path.of("src/test/resources/evidence");

  private static Map<String, float[]> expected(String name) {
    return Tensors.read(FIXTURE.resolve(name + ".safetensors")).floats();
  }

  private static TestEvidence evidence(TinyExpert tiny) {
    List<Expert> experts = new ArrayList<>();
    for (int seed = 1; seed <= 2; seed++) {
      int own = seed;
      experts.add(tiny.expert(tiny.base(), weight -> new HashedDelta(weight, own)));
    }
    List<Example> examples = tiny.examples();
    int half = (examples.size() + 1) / 2;
    return new TestEvidence(
        experts, List.of(examples.subList(0, half), examples.subList(half, examples.size())), 2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama", "llama3-tied", "gpt2", "bert-classifier"})
  void fisherDiagonalsAreMeanSquaresOfAutogradsGradients(String model) {
    try (TinyExpert tiny = new TinyExpert(model);
        TestEvidence evidence = evidence(tiny)) {
      Weights actual = evidence.of(new FisherDiagonal(), 0);
      int compared = 0;
      for (var due : expected(model).entrySet()) {
        if (due.getKey().startsWith("fisher.")) {
          String tensor = due.getKey().substring("fisher.".length());
          // Softmax makes nothing of a bias of keys: what there is of a gradient is rounding.
          if (!tensor.endsWith("self.key.bias")) {
            assertClose(due.getValue(), read(actual, tensor, due.getValue().length), 5e-5, tensor);
          }
          compared++;
        }
      }
      assertEquals(actual.names().size(), compared);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama", "llama3-tied", "gpt2", "bert-classifier"})
  void fisherMergesAsPyTorchDoes(String model) {
    assertMerged("fisher", model, 2e-5);
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama", "llama3-tied", "gpt2", "bert-classifier"})
  void regmeanMergesAsPyTorchDoes(String model) {
    assertMerged("regmean", model, 5e-6);
  }

  private static void assertMerged(String method, String model, double bound) {
    try (TinyExpert tiny = new TinyExpert(model);
        TestEvidence evidence = evidence(tiny)) {
      Map<String, Setting.Scalar> settings = Map.of("lambda", new Setting.Number(0.8));
      PreparedMerge merge = new PreparedMerge(method, settings, List.of(1.0, 2.0), evidence);
      String prefix = "merged." + method + ".";
      int compared = 0;
      for (var due : expected(model).entrySet()) {
        if (due.getKey().startsWith(prefix)) {
          String tensor = due.getKey().substring(prefix.length());
          assertClose(due.getValue(), merge.tensor(tensor), bound, tensor);
          compared++;
        }
      }
      assertTrue(compared > 0);
    }
  }

  @Test
  void regressionWeightedByGainEqualsThatOfPyTorch() {
    Tensors fixture = Tensors.read(FIXTURE.resolve("tiny-llama.safetensors"));
    try (TinyFamily family = new TinyFamily();
        TestEvidence evidence = new TestEvidence(family.experts(), family.examples(), 2)) {
      float[] losses = fixture.floats().get("losses");
      for (int task = 0; task < family.experts().size(); task++) {
        assertEquals(losses[2 * task], evidence.loss(task).base(), 1e-5);
        assertEquals(losses[2 * task + 1], evidence.loss(task).expert(), 1e-5);
      }
      PreparedMerge merge =
          new PreparedMerge(
              "regmean",
              Map.of("weights", new Setting.Word("gain"), "alpha", new Setting.Number(1)),
              List.of(1.0, 1.0, 1.0, 1.0),
              evidence);
      Weights base = evidence.experts().getFirst().weights().base();
      int compared = 0;
      for (var due : fixture.floats().entrySet()) {
        if (due.getKey().startsWith("regression.")) {
          compared++;
          String tensor = due.getKey().substring("regression.".length());
          float[] merged = merge.tensor(tensor);
          float[] before = read(base, tensor, merged.length);
          float[] delta = new float[due.getValue().length];
          for (int i = 0; i < delta.length; i++) {
            delta[i] = merged[i] - before[i];
          }
          assertClose(due.getValue(), delta, 2e-5, tensor);
        }
      }
      assertTrue(compared > 0);
    }
  }

  private static float[] read(Weights weights, String tensor, int count) {
    float[] values = new float[count];
    try (ReadBuffer buffer = new ReadBuffer(Kernels.get())) {
      weights.find(tensor).orElseThrow().read(0, count, values, 0, buffer);
    }
    return values;
  }

  /** Asserts that no entry differs by more than a share of the largest. */
  private static void assertClose(float[] due, float[] actual, double bound, String name) {
    assertEquals(due.length, actual.length, name);
    double largest = 0;
    double worst = 0;
    for (int i = 0; i < due.length; i++) {
      largest = Math.max(largest, Math.abs(due[i]));
      worst = Math.max(worst, Math.abs(due[i] - actual[i]));
    }
    assertTrue(worst <= bound * largest, name + " differs by " + worst / largest);
  }
}
