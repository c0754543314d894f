package dev.amalgam.core.layer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.amalgam.core.kernel.Kernels;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Attention and its gradient, against the definition in float64. */
class AttentionTest {

  private static final int ALL = Integer.MAX_VALUE;
  private static final Optional<SoftCap> NO_CAP = Optional.empty();
  private static final Optional<SoftCap> CAP = Optional.of(new SoftCap(2));

  /** An attention and the lengths of the sequences it is tried on. */
  record Case(AttentionShape shape, int... lengths) {}

  static Stream<Case> cases() {
    return Stream.of(
        new Case(new AttentionShape(1, 1, 4, 0.5f, true, ALL, NO_CAP), 1),
        new Case(new AttentionShape(4, 2, 6, 0.4f, true, ALL, NO_CAP), 5, 1, 70),
        new Case(new AttentionShape(4, 1, 8, 0.35f, true, 3, NO_CAP), 9, 130),
        new Case(new AttentionShape(2, 2, 5, 0.45f, true, 64, NO_CAP), 129, 64, 65),
        new Case(new AttentionShape(2, 1, 6, 1.5f, true, 40, CAP), 90, 3),
        new Case(new AttentionShape(3, 3, 4, 0.5f, false, ALL, NO_CAP), 66, 2),
        new Case(new AttentionShape(4, 2, 4, 0.5f, false, 7, NO_CAP), 140, 3, 9));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void resultAndGradientsAreThoseOfTheDefinition(Case attention) {
    check(attention, false);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void maskedKeysAreNotAttendedTo(Case attention) {
    check(attention, true);
  }

  private static void check(Case attention, boolean masked) {
    AttentionShape shape = attention.shape();
    Random random = new Random(5);
    Batch batch = batch(attention.lengths(), masked, random);
    States q = random(batch.tokens(), shape.queryWidth(), random);
    States k = random(batch.tokens(), shape.keyWidth(), random);
    States v = random(batch.tokens(), shape.keyWidth(), random);
    States dy = random(batch.tokens(), shape.queryWidth(), random);
    States dq = States.zeros(q.rows(), q.width());
    States dk = States.zeros(k.rows(), k.width());
    States dv = States.zeros(v.rows(), v.width());
    try (Engine engine = new Engine(2, Kernels.get())) {
      Pass pass = Pass.of(batch, engine, true);
      Attention layer = new Attention(shape);
      States y = layer.forward(q, k, v, pass);
      layer.backward(q, k, v, dy, dq, dk, dv, pass);
      Definition due = new Definition(shape, batch, q, k, v, dy);
      assertClose(due.y, y, "result");
      assertClose(due.dq, dq, "gradient of the queries");
      assertClose(due.dk, dk, "gradient of the keys");
      assertClose(due.dv, dv, "gradient of the values");
    }
  }

  @Test
  void tokensBehindChangeNoBitOfEarlierResultsOfCausalAttention() {
    AttentionShape shape = new AttentionShape(2, 1, 8, 0.35f, true, 50, NO_CAP);
    Random random = new Random(6);
    int length = 100;
    States q = random(length, shape.queryWidth(), random);
    States k = random(length, shape.keyWidth(), random);
    States v = random(length, shape.keyWidth(), random);
    try (Engine engine = new Engine(1, Kernels.get())) {
      Attention layer = new Attention(shape);
      float[] whole =
          layer
              .forward(q, k, v, Pass.of(batch(new int[] {length}, false, random), engine, false))
              .data();
      int shorter = 71;
      Pass pass = Pass.of(batch(new int[] {shorter}, false, random), engine, false);
      float[] part =
          layer.forward(q.rows(0, shorter), k.rows(0, shorter), v.rows(0, shorter), pass).data();
      assertArrayEquals(java.util.Arrays.copyOf(whole, part.length), part);
    }
  }

  private static Batch batch(int[] lengths, boolean masked, Random random) {
    List<Example> examples = new ArrayList<>();
    for (int length : lengths) {
      boolean[] mask = new boolean[length];
      for (int i = 0; i < length; i++) {
        mask[i] = random.nextInt(3) > 0;
      }
      examples.add(
          new Example(
              new int[length],
              masked ? Optional.of(mask) : Optional.empty(),
              Optional.empty(),
              new int[length]));
    }
    return new Batch(examples);
  }

  private static States random(int rows, int width, Random random) {
    States states = States.zeros(rows, width);
    for (int i = 0; i < rows * width; i++) {
      states.data()[i] = (float) random.nextGaussian();
    }
    return states;
  }

  private static void assertClose(double[] due, States actual, String what) {
    for (int i = 0; i < due.length; i++) {
      assertEquals(due[i], actual.data()[i], 2e-5, what + " [" + i + "]");
    }
  }

  /** Attention by its definition, query by query. */
  private static final class Definition {
    private final AttentionShape shape;
    private final double[] y;
    private final double[] dq;
    private final double[] dk;
    private final double[] dv;

    Definition(AttentionShape shape, Batch batch, States q, States k, States v, States dy) {
      this.shape = shape;
      y = new double[q.data().length];
      dq = new double[q.data().length];
      dk = new double[k.data().length];
      dv = new double[v.data().length];
      for (int e = 0; e < batch.examples().size(); e++) {
        Optional<boolean[]> mask = batch.examples().get(e).attentionMask();
        for (int row = batch.start(e); row < batch.start(e + 1); row++) {
          for (int head = 0; head < shape.heads(); head++) {
            query(batch.start(e), batch.start(e + 1), row, head, mask, q, k, v, dy);
          }
        }
      }
    }

    private void query(
        int start,
        int end,
        int row,
        int head,
        Optional<boolean[]> mask,
        States q,
        States k,
        States v,
        States dy) {
      int size = shape.headSize();
      int atQ = row * shape.queryWidth() + head * size;
      int group = shape.heads() / shape.keyHeads();
      int columnK = head / group * size;
      double[] p = new double[end - start];
      double[] slopes = new double[p.length];
      double sum = 0;
      for (int key = start; key < end; key++) {
        boolean inReach = Math.abs(row - key) < shape.window() && (!shape.causal() || key <= row);
        int j = key - start;
        if (inReach && mask.map(m -> m[j]).orElse(true)) {
          double product = 0;
          for (int i = 0; i < size; i++) {
            product += (double) q.data()[atQ + i] * k.data()[key * shape.keyWidth() + columnK + i];
          }
          double scaled = product * shape.scale();
          slopes[j] =
              shape.softCap().map(cap -> 1 - Math.pow(Math.tanh(scaled / cap.cap()), 2)).orElse(1.);
          p[j] =
              Math.exp(
                  shape
                      .softCap()
                      .map(cap -> cap.cap() * Math.tanh(scaled / cap.cap()))
                      .orElse(scaled));
          sum += p[j];
        }
      }
      if (sum == 0) {
        return;
      }
      double mean = 0;
      double[] dp = new double[p.length];
      for (int j = 0; j < p.length; j++) {
        p[j] /= sum;
        for (int i = 0; i < size; i++) {
          int atV = (start + j) * shape.keyWidth() + columnK + i;
          y[atQ + i] += p[j] * v.data()[atV];
          dv[atV] += p[j] * dy.data()[atQ + i];
          dp[j] += (double) dy.data()[atQ + i] * v.data()[atV];
        }
        mean += p[j] * dp[j];
      }
      for (int j = 0; j < p.length; j++) {
        double ds = p[j] * (dp[j] - mean) * slopes[j] * shape.scale();
        for (int i = 0; i < size; i++) {
          int atK = (start + j) * shape.keyWidth() + columnK + i;
          dq[atQ + i] += ds * k.data()[atK];
          dk[atK] += ds * q.data()[atQ + i];
        }
      }
    }
  }
}
