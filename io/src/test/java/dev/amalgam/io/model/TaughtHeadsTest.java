package dev.amalgam.io.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.amalgam.core.kernel.Kernels;
import dev.amalgam.core.layer.Batch;
import dev.amalgam.core.layer.Distillation;
import dev.amalgam.core.layer.Engine;
import dev.amalgam.core.layer.Head;
import dev.amalgam.core.layer.Pass;
import dev.amalgam.core.layer.States;
import dev.amalgam.core.layer.Targets;
import dev.amalgam.core.model.ModelRunner;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How far predictions of all kinds are from a teacher's, by their definitions. */
class TaughtHeadsTest {

  private static final Path RESOURCES = Path.of("src/test/resources/hf-tasks");
  private static final float STEP = 1e-2f;

  /** A teacher that sees other states than its pupil. */
  private static States goal(States last) {
    States goal = States.zeros(last.rows(), last.width());
    for (int i = 0; i < last.rows() * last.width(); i++) {
      goal.data()[i] = 0.7f * last.data()[i] + 0.1f;
    }
    return goal;
  }

  private static List<double[]> logits(Head head, States states, Batch batch, Engine engine) {
    List<double[]> logits = new ArrayList<>();
    head.logits(
        states,
        Targets.labelled(head.kind(), batch),
        Pass.of(batch, engine, false),
        (_, block) -> {
          for (int row = 0; row < block.rows(); row++) {
            double[] own = new double[block.width()];
            for (int i = 0; i < own.length; i++) {
              own[i] = block.data()[block.at(row) + i];
            }
            logits.add(own);
          }
        });
    return logits;
  }

  /** Returns the logits of which each row is one softmax: of answers, both ends of each text. */
  private static List<double[]> spans(List<double[]> logits, Batch batch) {
    List<double[]> spans = new ArrayList<>();
    for (int e = 0; e < batch.examples().size(); e++) {
      for (int end = 0; end < 2; end++) {
        double[] own = new double[batch.start(e + 1) - batch.start(e)];
        for (int token = 0; token < own.length; token++) {
          own[token] = logits.get(batch.start(e) + token)[end];
        }
        spans.add(own);
      }
    }
    return spans;
  }

  private static double[] softmax(double[] x) {
    double sum = 0;
    double[] p = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      p[i] = Math.exp(x[i]);
      sum += p[i];
    }
    for (int i = 0; i < x.length; i++) {
      p[i] /= sum;
    }
    return p;
  }

  private static double divergence(Targets.Kind kind, double[] own, double[] teacher) {
    double sum = 0;
    double[] p = softmax(teacher);
    double[] q = softmax(own);
    for (int i = 0; i < own.length; i++) {
      double pi = 1 / (1 + Math.exp(-teacher[i]));
      double qi = 1 / (1 + Math.exp(-own[i]));
      sum +=
          switch (kind) {
            case NUMBERS -> (own[i] - teacher[i]) * (own[i] - teacher[i]) / own.length;
            case LABELS ->
                (pi * Math.log(pi / qi) + (1 - pi) * Math.log((1 - pi) / (1 - qi))) / own.length;
            default -> p[i] * Math.log(p[i] / q[i]);
          };
    }
    return sum;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"bert-tags", "bert-answers", "llama-labels", "bert-numbers", "llama-classifier"})
  void theLossAndItsGradientAreThoseOfTheDefinition(String name) {
    Path folder = RESOURCES.resolve(name);
    Batch batch = Examples.of(Tensors.read(folder.resolve("expected.safetensors")));
    try (ModelFolder opened = ModelFolder.open(folder, Optional.empty());
        Engine engine = new Engine(2, Kernels.get())) {
      Head head = opened.model().head();
      ModelRunner runner = new ModelRunner(opened.model(), engine, tokens -> {});
      States last = States.zeros(batch.tokens(), opened.model().embedding().width());
      runner.features(batch, last::set);
      States goal = goal(last);
      Distillation wanted = new Distillation(head, goal, 0.5f, 0, 0);
      CollectedGradients none = new CollectedGradients();
      Pass pass = Pass.of(batch, engine, true);
      Distillation.Gradients actual = head.distill(last, wanted, pass, none);
      assertEquals(0.5 * sum(head, last, goal, batch, engine), actual.loss(), 1e-5);
      double squares = 0;
      States above = States.zeros(last.rows(), last.width());
      States below = States.zeros(last.rows(), last.width());
      for (int i = 0; i < last.rows() * last.width(); i++) {
        float slope = actual.gradient().data()[i];
        squares += (double) slope * slope;
        above.data()[i] = last.data()[i] + STEP * slope;
        below.data()[i] = last.data()[i] - STEP * slope;
      }
      assertTrue(squares > 1e-6);
      double difference =
          0.5
              * (sum(head, above, goal, batch, engine) - sum(head, below, goal, batch, engine))
              / (2 * STEP);
      assertEquals(squares, difference, 0.01 * squares);
    }
  }

  private static double sum(Head head, States own, States goal, Batch batch, Engine engine) {
    List<double[]> pupil = logits(head, own, batch, engine);
    List<double[]> teacher = logits(head, goal, batch, engine);
    if (head.kind() == Targets.Kind.SPAN) {
      pupil = spans(pupil, batch);
      teacher = spans(teacher, batch);
    }
    double sum = 0;
    for (int i = 0; i < pupil.size(); i++) {
      sum += divergence(head.kind(), pupil.get(i), teacher.get(i));
    }
    return sum;
  }
}
