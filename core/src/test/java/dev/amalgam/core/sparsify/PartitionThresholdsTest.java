package dev.amalgam.core.sparsify;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.amalgam.core.importance.Partitioning;
import dev.amalgam.core.merge.InBlocks;
import dev.amalgam.core.merge.Tasks;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every cut is compared with one cut out of the sorted scores. */
class PartitionThresholdsTest {

  private static final float[] NO_FACTORS = {};
  private static final Partitioning ONE = new Partitioning("", 1, 1);
  private static final int CHUNK = 16;

  @Test
  void ofEqualScoresThoseOfTheFirstEntriesAreKeptZerosToo() {
    float[] delta = {1, 2, 3, 4, 5, 6, 7, 8, 9};
    float[] scores = {0, 0, 5, 0, -0f, 0, 0, 0, 0};
    PartitionThresholds thresholds = thresholds(ONE, 3, new long[] {4}, scores);
    Sparsifier cut = thresholds.sparsifier(0, NO_FACTORS, ScoresOf.array(scores));
    assertArrayEquals(new float[] {1, 2, 3, 4, 0, 0, 0, 0, 0}, InBlocks.sparsify(cut, delta, 3));
  }

  /** A sparsifier of magnitudes may leave that open: a zero that is kept is a zero. */
  @Test
  void aCutOfTheDeltaItselfIsThatOfItsMagnitudes() {
    float[] coarse = Tasks.gaussian(3000, 7);
    for (int i = 0; i < coarse.length; i++) {
      coarse[i] = Math.round(coarse[i] * 100) / 100f;
    }
    for (int keep : new int[] {1, 800, 2200, 2999}) {
      Sparsifier cut =
          thresholds(ONE, CHUNK, new long[] {keep}, coarse)
              .sparsifier(0, NO_FACTORS, Scores.OF_DELTA);
      assertArrayEquals(
          Tasks.unsignedZeros(
              InBlocks.sparsify(MagnitudeBand.of(coarse.length, 0, keep), coarse, 100)),
          Tasks.unsignedZeros(InBlocks.sparsify(cut, coarse, 2 * CHUNK)));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 5, 7})
  void everyPartitionKeepsItsOwnThroughSeveralTensors(int count) {
    Random random = new Random(count);
    Partitioning partitions = new Partitioning("", count, 2);
    float[][] scores = new float[3][];
    for (int t = 0; t < scores.length; t++) {
      scores[t] = new float[2 * count * (9 + 11 * t)];
      for (int i = 0; i < scores[t].length; i++) {
        scores[t][i] = random.nextInt(3) * 1e-3f;
      }
    }
    long entries = Arrays.stream(scores).mapToInt(x -> x.length).sum() / count;
    long[] keep = new long[count];
    Arrays.setAll(keep, p -> p * entries / Math.max(1, count - 1));
    keep[0] = count == 1 ? entries / 2 : 0;
    PartitionThresholds thresholds = thresholds(partitions, CHUNK, keep, scores);
    float[] factors = new float[count];
    for (int p = 0; p < count; p++) {
      factors[p] = p + 2;
    }
    float[][] due = sorted(partitions, keep, factors, scores);
    for (int t = 0; t < scores.length; t++) {
      float[] ones = new float[scores[t].length];
      Arrays.fill(ones, 1);
      Sparsifier cut = thresholds.sparsifier(t, factors, ScoresOf.array(scores[t]));
      assertEquals(CHUNK, cut.unit());
      assertArrayEquals(due[t], InBlocks.sparsify(cut, ones, CHUNK));
      assertArrayEquals(due[t], InBlocks.sparsify(cut, ones, 3 * CHUNK));
    }
  }

  @Test
  void scoresThatDifferInTheirLastBitAreToldApart() {
    float[] scores = new float[100];
    for (int i = 0; i < scores.length; i++) {
      scores[i] = Float.intBitsToFloat(Float.floatToRawIntBits(0.7f) + i * 37 % 100);
    }
    for (int keep = 0; keep <= scores.length; keep++) {
      Sparsifier cut =
          thresholds(ONE, CHUNK, new long[] {keep}, scores)
              .sparsifier(0, NO_FACTORS, Scores.OF_DELTA);
      float[] kept = InBlocks.sparsify(cut, scores, CHUNK);
      float[] due = sorted(ONE, new long[] {keep}, new float[] {1}, new float[][] {scores})[0];
      for (int i = 0; i < due.length; i++) {
        assertEquals(due[i] * scores[i], kept[i]);
      }
    }
  }

  @Test
  void blocksThatStartInsideAChunkAreRefused() {
    Sparsifier cut =
        thresholds(ONE, CHUNK, new long[] {9}, new float[64])
            .sparsifier(0, NO_FACTORS, Scores.OF_DELTA);
    assertThrows(
        IllegalArgumentException.class, () -> InBlocks.sparsify(cut, new float[64], CHUNK - 1));
  }

  @Test
  void thereIsNoCutBeforeThresholdsAreFound() {
    PartitionThresholds thresholds =
        new PartitionThresholds(ONE, List.of(4L), new long[] {1}, CHUNK);
    assertThrows(
        IllegalStateException.class, () -> thresholds.sparsifier(0, NO_FACTORS, Scores.OF_DELTA));
  }

  private static PartitionThresholds thresholds(
      Partitioning partitions, int chunk, long[] keep, float[]... scores) {
    List<Long> elements = Arrays.stream(scores).map(x -> (long) x.length).toList();
    PartitionThresholds thresholds = new PartitionThresholds(partitions, elements, keep, chunk);
    while (!thresholds.found()) {
      for (int t = scores.length - 1; t >= 0; t--) {
        for (int from = 0; from < scores[t].length; from += chunk) {
          int length = Math.min(chunk, scores[t].length - from);
          thresholds.visit(t, from, Arrays.copyOfRange(scores[t], from, from + length), length);
        }
      }
      thresholds.finish();
    }
    return thresholds;
  }

  private record Entry(int tensor, int index, float score) {}

  /** Returns the factor of each entry that is kept, and 0 for the others. */
  private static float[][] sorted(
      Partitioning partitions, long[] keep, float[] factors, float[][] scores) {
    float[][] kept = new float[scores.length][];
    for (int t = 0; t < scores.length; t++) {
      kept[t] = new float[scores[t].length];
    }
    for (int p = 0; p < keep.length; p++) {
      int partition = p;
      IntStream.range(0, scores.length)
          .boxed()
          .flatMap(
              t ->
                  IntStream.range(0, scores[t].length)
                      .filter(i -> partitions.of(i) == partition)
                      .mapToObj(i -> new Entry(t, i, scores[t][i])))
          .sorted(Comparator.comparingDouble(entry -> -Math.abs(entry.score())))
          .limit(keep[p])
          .forEach(entry -> kept[entry.tensor()][entry.index()] = factors[partition]);
    }
    return kept;
  }
}
