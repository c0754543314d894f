package dev.amalgam.io.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.amalgam.core.evidence.ParameterInput;
import dev.amalgam.core.importance.Expert;
import dev.amalgam.core.kernel.Kernels;
import dev.amalgam.core.layer.Example;
import dev.amalgam.core.recipe.RecipeException;
import dev.amalgam.core.recipe.Setting;
import dev.amalgam.core.weight.ReadBuffer;
import dev.amalgam.core.weight.Weights;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What holds of fisher and regmean whatever the examples say. */
class EvidenceMethodsTest {

  private static final List<Double> EQUAL = List.of(1.0, 1.0);

  private static TestEvidence evidence(TinyExpert tiny, int firstSeed, int secondSeed) {
    return evidence(tiny, firstSeed, secondSeed, 2);
  }

  private static TestEvidence evidence(TinyExpert tiny, int first, int second, int threads) {
    List<Expert> experts = new ArrayList<>();
    for (int seed : List.of(first, second)) {
      experts.add(tiny.expert(tiny.base(), weight -> new HashedDelta(weight, seed)));
    }
    List<Example> examples = tiny.examples();
    return new TestEvidence(
        experts, List.of(examples.subList(0, 1), examples.subList(1, examples.size())), threads);
  }

  private static Map<String, Setting.Scalar> number(String name, double value) {
    return Map.of(name, new Setting.Number(value));
  }

  private static float[] read(Weights weights, String tensor) {
    var weight = weights.find(tensor).orElseThrow();
    float[] values = new float[(int) weight.shape().elements()];
    try (ReadBuffer buffer = new ReadBuffer(Kernels.get())) {
      weight.read(0, values.length, values, 0, buffer);
    }
    return values;
  }

  @ParameterizedTest
  @CsvSource({
    "fisher, llama3-tied",
    "fisher, bert-classifier",
    "regmean, llama3-tied",
    "regmean, gpt2",
    "regmean, bert-classifier"
  })
  void equalExpertsMergeToThemselves(String method, String model) {
    try (TinyExpert tiny = new TinyExpert(model);
        TestEvidence evidence = evidence(tiny, 1, 1)) {
      PreparedMerge merge = new PreparedMerge(method, Map.of(), EQUAL, evidence);
      for (String tensor : merge.tensors()) {
        float[] expert = read(evidence.experts().getFirst().weights().expert(), tensor);
        assertArrayEquals(expert, merge.tensor(tensor), 1e-6f, tensor);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"fisher, floor, llama", "regmean, ridge, llama", "regmean, ridge, gpt2"})
  void theirPriorIsThePlainMean(String method, String parameter, String model) {
    try (TinyExpert tiny = new TinyExpert(model);
        TestEvidence evidence = evidence(tiny, 1, 2)) {
      PreparedMerge merge = new PreparedMerge(method, number(parameter, 1e9), EQUAL, evidence);
      var inputs = ParameterInput.of(evidence.experts().getFirst().at(1));
      for (String tensor : merge.tensors()) {
        boolean regressed =
            switch (inputs.get(tensor)) {
              case ParameterInput.Matrix _, ParameterInput.Bias _ -> true;
              case null, default -> false;
            };
        if (regressed || method.equals("fisher")) {
          float[] first = read(evidence.experts().get(0).weights().expert(), tensor);
          float[] second = read(evidence.experts().get(1).weights().expert(), tensor);
          float[] mean = new float[first.length];
          for (int i = 0; i < mean.length; i++) {
            mean[i] = (first[i] + second[i]) / 2;
          }
          assertArrayEquals(mean, merge.tensor(tensor), 1e-6f, tensor);
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"fisher, llama3-tied", "regmean, llama3-tied", "regmean, gpt2"})
  void neitherThreadsNorBlocksChangeABit(String method, String model) {
    try (TinyExpert tiny = new TinyExpert(model);
        TestEvidence one = evidence(tiny, 1, 2, 1);
        TestEvidence three = evidence(tiny, 1, 2, 3)) {
      PreparedMerge merge = new PreparedMerge(method, Map.of(), EQUAL, one);
      PreparedMerge other = new PreparedMerge(method, Map.of(), EQUAL, three);
      for (String tensor : merge.tensors()) {
        assertArrayEquals(merge.tensor(tensor, 1), other.tensor(tensor, 7), tensor);
      }
    }
  }

  @Test
  void tooFewTokensWithoutARidgeAreAnErrorThatNamesTensorAndCure() {
    try (TinyExpert tiny = new TinyExpert("llama");
        TestEvidence evidence = evidence(tiny, 1, 2)) {
      Map<String, Setting.Scalar> settings =
          Map.of("ridge", new Setting.Number(0), "alpha", new Setting.Number(1));
      PreparedMerge merge = new PreparedMerge("regmean", settings, EQUAL, evidence);
      String tensor = "model.layers.0.mlp.down_proj.weight";
      String message = assertThrows(RecipeException.class, () -> merge.tensor(tensor)).getMessage();
      assertTrue(message.contains(tensor), message);
      assertTrue(message.contains("ridge"), message);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"fisher", "regmean"})
  void lambdaZeroIsTheBase(String method) {
    try (TinyExpert tiny = new TinyExpert("gpt2");
        TestEvidence evidence = evidence(tiny, 1, 2)) {
      PreparedMerge merge = new PreparedMerge(method, number("lambda", 0), EQUAL, evidence);
      for (String tensor : merge.tensors()) {
        float[] base = read(tiny.base(), tensor);
        float[] merged = merge.tensor(tensor);
        for (int i = 0; i < base.length; i++) {
          assertEquals(base[i], merged[i], 0f, tensor);
        }
      }
    }
  }
}
