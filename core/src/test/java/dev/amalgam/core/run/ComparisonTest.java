package dev.amalgam.core.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.amalgam.core.kernel.Kernels;
import dev.amalgam.core.tensor.DType;
import dev.amalgam.core.tensor.MemoryCheckpoint;
import dev.amalgam.core.tensor.Shape;
import java.util.List;
import org.junit.jupiter.api.Test;

class ComparisonTest {

  private static final int LONG = 100_003;

  @Test
  void differencesAreThoseOfTheNumbers() {
    var first = model(1).with("half", DType.F16, Shape.of(7, 9), Runs.gaussian(63, 3));
    var second = model(2).with("half", DType.F64, Shape.of(7, 9), Runs.gaussian(63, 4));
    Comparison comparison = compare(first, second, 2);
    assertEquals(List.of("long", "half"), names(comparison));
    var total = new Naive();
    for (TensorDifference difference : comparison.tensors()) {
      String tensor = difference.tensor().name();
      var naive = new Naive();
      naive.add(first.elements(tensor), second.elements(tensor));
      naive.assertEqual(difference);
      total.add(first.elements(tensor), second.elements(tensor));
    }
    total.assertEqual(comparison.total());
    assertEquals(LONG + 63, comparison.total().tensor().shape().elements());
  }

  @Test
  void theNumbersDoNotDependOnTheThreads() {
    Comparison expected = compare(model(1), model(2), 1);
    for (int threads : new int[] {2, 3, 7}) {
      assertEquals(expected, compare(model(1), model(2), threads));
    }
  }

  @Test
  void aCheckpointDoesNotDifferFromItself() {
    TensorDifference difference = compare(model(1), model(1), 2).tensors().getFirst();
    assertEquals(0, difference.norm());
    assertEquals(0, difference.relativeNorm());
    assertEquals(1, difference.cosine(), 1e-12);
    assertTrue(difference.cosine() <= 1);
    assertEquals(0, difference.changed());
    assertEquals(0, difference.changedFraction());
  }

  @Test
  void knownVectorsGiveKnownNumbers() {
    TensorDifference difference = only(pair("a", 3, 0), pair("b", 3, 4));
    assertEquals(4, difference.norm());
    assertEquals(4 / 3.0, difference.relativeNorm());
    assertEquals(0.6, difference.cosine(), 1e-15);
    assertEquals(1, difference.changed());
    assertEquals(0.5, difference.changedFraction());
  }

  @Test
  void zerosHaveNoDirection() {
    TensorDifference fromZero = only(pair("a", 0, 0), pair("b", 3, 4));
    assertEquals(Double.POSITIVE_INFINITY, fromZero.relativeNorm());
    assertEquals(Double.NaN, fromZero.cosine());
    TensorDifference both = only(pair("a", 0, 0), pair("b", 0, 0));
    assertEquals(0, both.relativeNorm());
    assertEquals(Double.NaN, both.cosine());
    TensorDifference opposite = only(pair("a", 1, 2), pair("b", -2, -4));
    assertEquals(-1, opposite.cosine(), 1e-15);
  }

  @Test
  void emptyTensorsDoNotDiffer() {
    var a = new MemoryCheckpoint("a").with("x", DType.F32, Shape.of(0, 3), new float[0]);
    TensorDifference difference = only(a, a);
    assertEquals(0, difference.norm());
    assertEquals(0, difference.changedFraction());
  }

  @Test
  void whatOnlyOneHasOrCannotBeComparedIsNamed() {
    var a =
        pair("a", 1, 2)
            .with("only.a", DType.F32, Shape.of(1), 1)
            .with("shape", DType.F32, Shape.of(2, 3), new float[6])
            .with("same.ids", DType.I8, Shape.of(2), new byte[] {1, 2})
            .with("ids", DType.I8, Shape.of(2), new byte[] {1, 2})
            .with("type", DType.I8, Shape.of(2), new byte[] {1, 2});
    var b =
        new MemoryCheckpoint("b")
            .with("type", DType.U8, Shape.of(2), new byte[] {1, 2})
            .with("only.b", DType.F32, Shape.of(1), 1)
            .with("shape", DType.F32, Shape.of(3, 2), new float[6])
            .with("same.ids", DType.I8, Shape.of(2), new byte[] {1, 2})
            .with("ids", DType.I8, Shape.of(2), new byte[] {1, 3})
            .with("x", DType.F32, Shape.of(2), 1, 2);
    Comparison comparison = compare(a, b, 2);
    assertEquals(List.of("only.a"), comparison.onlyInFirst());
    assertEquals(List.of("only.b"), comparison.onlyInSecond());
    assertEquals(List.of("shape", "ids", "type"), comparison.incomparable());
    assertEquals(List.of("same.ids", "x"), names(comparison).stream().sorted().toList());
  }

  private static Comparison compare(MemoryCheckpoint a, MemoryCheckpoint b, int threads) {
    return Comparison.of(a, b, threads, Kernels.get(), ProgressListener.NONE);
  }

  private static TensorDifference only(MemoryCheckpoint a, MemoryCheckpoint b) {
    List<TensorDifference> tensors = compare(a, b, 1).tensors();
    assertEquals(1, tensors.size());
    return tensors.getFirst();
  }

  private static List<String> names(Comparison comparison) {
    return comparison.tensors().stream().map(d -> d.tensor().name()).toList();
  }

  private static MemoryCheckpoint pair(String name, float x, float y) {
    return new MemoryCheckpoint(name).with("x", DType.F32, Shape.of(2), x, y);
  }

  // Every third element is the same in all models.
  private static MemoryCheckpoint model(long seed) {
    float[] x = Runs.gaussian(LONG, seed);
    float[] shared = Runs.gaussian(LONG, 99);
    for (int i = 0; i < LONG; i += 3) {
      x[i] = shared[i];
    }
    return new MemoryCheckpoint("model").with("long", DType.F32, Shape.of(LONG), x);
  }

  private static final class Naive {
    private double firstSquares;
    private double secondSquares;
    private double product;
    private double distance;
    private long changed;
    private long elements;

    void add(float[] a, float[] b) {
      for (int i = 0; i < a.length; i++) {
        firstSquares += (double) a[i] * a[i];
        secondSquares += (double) b[i] * b[i];
        product += (double) a[i] * b[i];
        distance += ((double) a[i] - b[i]) * ((double) a[i] - b[i]);
        changed += a[i] != b[i] ? 1 : 0;
        elements++;
      }
    }

    void assertEqual(TensorDifference actual) {
      assertClose(Math.sqrt(distance), actual.norm());
      assertClose(Math.sqrt(distance / firstSquares), actual.relativeNorm());
      assertClose(product / Math.sqrt(firstSquares * secondSquares), actual.cosine());
      assertEquals(changed, actual.changed());
      assertEquals(changed / (double) elements, actual.changedFraction());
    }

    private static void assertClose(double expected, double actual) {
      assertEquals(expected, actual, 1e-10 * Math.max(1, Math.abs(expected)));
    }
  }
}
