package dev.amalgam.io.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.amalgam.core.evidence.FisherDiagonal;
import dev.amalgam.core.evidence.InputGram;
import dev.amalgam.core.evidence.Statistic;
import dev.amalgam.core.evidence.Sums;
import dev.amalgam.core.importance.Expert;
import dev.amalgam.core.kernel.Kernels;
import dev.amalgam.core.layer.Batch;
import dev.amalgam.core.layer.Engine;
import dev.amalgam.core.layer.Example;
import dev.amalgam.core.layer.ForwardVisitor;
import dev.amalgam.core.layer.InputVisitor;
import dev.amalgam.core.layer.Linear;
import dev.amalgam.core.layer.States;
import dev.amalgam.core.model.Model;
import dev.amalgam.core.model.ModelRunner;
import dev.amalgam.core.tensor.Shape;
import dev.amalgam.core.weight.ReadBuffer;
import dev.amalgam.core.weight.Weight;
import dev.amalgam.core.weight.Weights;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What holds of statistics whatever the model. */
class StatisticsTest {

  private static TreeMap<String, float[]> values(Weights tables) {
    TreeMap<String, float[]> values = new TreeMap<>();
    try (ReadBuffer buffer = new ReadBuffer(Kernels.get())) {
      for (String name : tables.names()) {
        Weight table = tables.find(name).orElseThrow();
        float[] all = new float[(int) table.shape().elements()];
        table.read(0, all.length, all, 0, buffer);
        values.put(name, all);
      }
    }
    return values;
  }

  private static TreeMap<String, float[]> gathered(
      Statistic statistic, Expert expert, List<Example> examples, int threads, int together) {
    try (TestEvidence evidence = new TestEvidence(List.of(expert), List.of(examples), threads)) {
      return values(evidence.of(statistic, 0, together));
    }
  }

  private static void assertSame(TreeMap<String, float[]> due, TreeMap<String, float[]> actual) {
    assertEquals(due.keySet(), actual.keySet());
    due.forEach((name, values) -> assertArrayEquals(values, actual.get(name), name));
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama3-tied", "qwen3", "gpt2", "bert-classifier"})
  void neitherBatchesNorThreadsChangeABit(String name) {
    try (TinyExpert tiny = new TinyExpert(name)) {
      Expert expert = tiny.expert(0.05);
      for (Statistic statistic : List.of(new InputGram(), new FisherDiagonal())) {
        TreeMap<String, float[]> single = gathered(statistic, expert, tiny.examples(), 1, 1);
        assertSame(single, gathered(statistic, expert, tiny.examples(), 3, 2));
        assertSame(single, gathered(statistic, expert, tiny.examples(), 2, 99));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama3-tied", "gpt2"})
  void paddingDoesNotCount(String name) {
    try (TinyExpert tiny = new TinyExpert(name)) {
      int[] text = {5, 9, 2, 40, 17, 9};
      int[] padded = Arrays.copyOf(text, 10);
      boolean[] attended = new boolean[padded.length];
      Arrays.fill(attended, 0, text.length, true);
      int[] labels = padded.clone();
      Arrays.fill(labels, text.length, labels.length, Example.IGNORED);
      Example withPadding = new Example(padded, Optional.of(attended), Optional.empty(), labels);
      Expert expert = tiny.expert(0.05);
      TreeMap<String, float[]> due =
          gathered(new InputGram(), expert, List.of(Example.ofText(text)), 1, 1);
      TreeMap<String, float[]> actual =
          gathered(new InputGram(), expert, List.of(withPadding), 1, 1);
      due.forEach((table, values) -> assertArrayEquals(values, actual.get(table), 1e-5f, table));
    }
  }

  @Test
  void mapsThatReadTheSameStatesShareATable() {
    try (TinyExpert tiny = new TinyExpert("llama")) {
      var tables = new InputGram().tables(tiny.expert(0).at(1));
      assertTrue(tables.containsKey("model.layers.0.self_attn.q_proj.weight"));
      assertFalse(tables.containsKey("model.layers.0.self_attn.k_proj.weight"));
      assertTrue(tables.containsKey("model.layers.0.mlp.gate_proj.weight"));
      assertFalse(tables.containsKey("model.layers.0.mlp.up_proj.weight"));
      assertTrue(tables.containsKey("lm_head.weight"));
    }
  }

  @Test
  void aTiedEmbeddingHasSharesOfTokensAlone() {
    try (TinyExpert tiny = new TinyExpert("llama3-tied")) {
      Model model = tiny.expert(0).at(1);
      long vocabulary = model.head().decoder().outputs();
      assertEquals(
          Shape.of(vocabulary), new InputGram().tables(model).get("model.embed_tokens.weight"));
      float[] shares =
          gathered(
                  new InputGram(),
                  tiny.expert(0),
                  List.of(Example.ofText(new int[] {3, 8, 3, 3})),
                  1,
                  1)
              .get("model.embed_tokens.weight");
      assertEquals(0.75f, shares[3]);
      assertEquals(0.25f, shares[8]);
    }
  }

  @Test
  void theFisherOfSeveralExamplesTogetherIsRefused() {
    try (TinyExpert tiny = new TinyExpert("llama");
        Engine engine = new Engine(1, Kernels.get());
        Arena arena = Arena.ofConfined()) {
      FisherDiagonal statistic = new FisherDiagonal();
      Model model = tiny.expert(0).at(1);
      Sums sums = new Sums(statistic.tables(model), arena);
      ModelRunner runner = new ModelRunner(model, engine, _ -> {});
      Batch batch = new Batch(tiny.examples());
      assertThrows(IllegalArgumentException.class, () -> statistic.gather(runner, batch, 0, sums));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama3-tied", "qwen3", "gpt2", "bert-classifier", "bert-mlm"})
  void aRunShowsWhatTheModelSaysWithoutOne(String name) {
    try (TinyExpert tiny = new TinyExpert(name);
        Engine engine = new Engine(2, Kernels.get())) {
      Model model = tiny.expert(0).at(1);
      List<String> told = new ArrayList<>();
      model.inputs(
          new InputVisitor() {
            @Override
            public void maps(List<Linear> maps) {
              maps.forEach(map -> told.add(map.weight().name()));
            }

            @Override
            public void scale(Weight weight) {
              told.add(weight.name());
            }

            @Override
            public void lookup(Weight weight) {
              told.add(weight.name());
            }
          });
      List<String> shown = new ArrayList<>();
      Batch batch = new Batch(tiny.examples());
      new ModelRunner(model, engine, _ -> {})
          .show(
              batch,
              new ForwardVisitor() {
                @Override
                public void maps(List<Linear> maps, States x, int[] tokens) {
                  assertEquals(x.rows(), tokens.length);
                  maps.forEach(map -> assertEquals(map.inputs(), x.width()));
                  maps.forEach(map -> shown.add(map.weight().name()));
                }

                @Override
                public void scale(Weight weight, States normalized, int[] tokens) {
                  assertEquals(normalized.rows(), tokens.length);
                  assertEquals(weight.shape().elements(), normalized.width());
                  shown.add(weight.name());
                }

                @Override
                public void lookup(Weight weight, int[] indexes, int[] tokens) {
                  assertEquals(batch.tokens(), indexes.length);
                  shown.add(weight.name());
                }
              });
      assertEquals(told, shown);
    }
  }
}
