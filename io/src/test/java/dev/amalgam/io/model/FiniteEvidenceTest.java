package dev.amalgam.io.model;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.amalgam.core.evidence.GainMissed;
import dev.amalgam.core.evidence.TaskLoss;
import dev.amalgam.core.importance.Expert;
import dev.amalgam.core.kernel.Kernels;
import dev.amalgam.core.layer.Batch;
import dev.amalgam.core.layer.Engine;
import dev.amalgam.core.layer.ModelException;
import dev.amalgam.core.tensor.Shape;
import dev.amalgam.core.weight.ReadBuffer;
import dev.amalgam.core.weight.Weight;
import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Losses of experts whose numbers run over, or are none. */
class FiniteEvidenceTest {

  /** A weight whose entries are all one number. */
  private record Constant(Weight weight, float value) implements Weight {
    @Override
    public String name() {
      return weight.name();
    }

    @Override
    public Shape shape() {
      return weight.shape();
    }

    @Override
    public void read(long from, int count, float[] target, int at, ReadBuffer buffer) {
      Arrays.fill(target, at, at + count, value);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "llama, model.norm.weight, Infinity, tensor 'model.norm.weight' holds Infinity: repair",
    "llama, lm_head.weight, NaN, tensor 'lm_head.weight' holds NaN: repair the model",
    "llama, model.norm.weight, 3e38, 'its tensors are finite, so a number on the way is too large'",
    "bert-classifier, classifier.bias, NaN, tensor 'classifier.bias' holds NaN: repair the model"
  })
  void lossesThatAreNoNumbersAreRefused(String model, String tensor, float value, String said) {
    try (TinyExpert tiny = new TinyExpert(model);
        Engine engine = new Engine(2, Kernels.get())) {
      Expert expert =
          tiny.expert(
              tiny.base(),
              weight -> weight.name().equals(tensor) ? new Constant(weight, value) : weight);
      List<Batch> batches = List.of(new Batch(tiny.examples()));
      String message =
          assertThrows(
                  ModelException.class,
                  () -> TaskLoss.of(expert, batches, engine, Arena.ofAuto(), _ -> {}))
              .getMessage();
      assertTrue(message.contains(": on the examples of its task the loss is "), message);
      assertTrue(message.contains(said), message);
      message =
          assertThrows(
                  ModelException.class,
                  () ->
                      new GainMissed(
                          List.of(expert), List.of(batches), engine, Arena.ofAuto(), _ -> {}))
              .getMessage();
      assertTrue(message.contains(said), message);
    }
  }
}
