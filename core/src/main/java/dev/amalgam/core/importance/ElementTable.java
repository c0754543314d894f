package dev.amalgam.core.importance;

import dev.amalgam.core.layer.Engine;
import dev.amalgam.core.tensor.Shape;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.ValueLayout;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * The scores of single parameters of one expert, as float32 in memory that may be a mapped file:
 * sums over the examples so far, and for tensors whose gradient comes in several parts the sums of
 * the parts for the example at hand.
 */
final class ElementTable {

  private static final int CHUNK = 1 << 16;
  private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT;

  private final Partitions partitions;
  private final Aggregate aggregate;
  private final int examples;
  private final Map<String, MemorySegment> sums = new LinkedHashMap<>();
  private final Map<String, MemorySegment> parts = new HashMap<>();
  private final Map<String, double[]> exampleScores = new LinkedHashMap<>();
  private int done;

  /**
   * Allocates a table of zeros.
   *
   * @param inParts the tensors whose gradient comes in several parts
   * @param memory gives zeros
   */
  ElementTable(
      Partitions partitions,
      Aggregate aggregate,
      int examples,
      Set<String> inParts,
      SegmentAllocator memory) {
    this.partitions = partitions;
    this.aggregate = aggregate;
    this.examples = examples;
    for (String tensor : partitions.tensors()) {
      long bytes = Float.BYTES * partitions.parameter(tensor).weight().shape().elements();
      sums.put(tensor, memory.allocate(bytes, Float.BYTES));
      exampleScores.put(tensor, new double[examples]);
      // A sum of signed terms needs no parts.
      if (inParts.contains(tensor) && aggregate == Aggregate.MAGNITUDE) {
        parts.put(tensor, memory.allocate(bytes, Float.BYTES));
      }
    }
  }

  Partitions partitions() {
    return partitions;
  }

  Shape shape(String tensor) {
    return partitions.parameter(tensor).weight().shape();
  }

  /**
   * Adds scores {@code scores[0 .. count)} of consecutive elements for the example at hand. Calls
   * for different elements may come from several threads at once.
   */
  void add(String tensor, long from, float[] scores, int count, double factor) {
    MemorySegment part = parts.get(tensor);
    if (part == null) {
      accumulate(sums.get(tensor), from, scores, count, aggregate, factor);
    } else {
      accumulate(part, from, scores, count, Aggregate.MEAN, 1);
    }
  }

  private static void accumulate(
      MemorySegment into,
      long from,
      float[] scores,
      int count,
      Aggregate aggregate,
      double factor) {
    float[] sum = new float[count];
    MemorySegment.copy(into, FLOAT, Float.BYTES * from, sum, 0, count);
    for (int i = 0; i < count; i++) {
      sum[i] += (float) aggregate.term(scores[i] * factor);
    }
    MemorySegment.copy(sum, 0, into, FLOAT, Float.BYTES * from, count);
  }

  /** Adds to the score of all elements of a tensor for the example at hand. */
  void addToTensor(String tensor, double score) {
    exampleScores.get(tensor)[done] += score;
  }

  /** Ends an example, whose scores are multiplied by {@code factor}. */
  void fold(double factor, Engine engine) {
    parts.forEach(
        (tensor, part) -> {
          MemorySegment sum = sums.get(tensor);
          long elements = part.byteSize() / Float.BYTES;
          engine
              .workers()
              .run(
                  Math.toIntExact(Math.ceilDiv(elements, CHUNK)),
                  (_, piece) -> {
                    long from = (long) piece * CHUNK;
                    float[] scores = new float[(int) Math.min(CHUNK, elements - from)];
                    MemorySegment.copy(part, FLOAT, Float.BYTES * from, scores, 0, scores.length);
                    accumulate(sum, from, scores, scores.length, aggregate, factor);
                    part.asSlice(Float.BYTES * from, (long) Float.BYTES * scores.length)
                        .fill((byte) 0);
                  });
        });
    exampleScores.values().forEach(scores -> scores[done] *= factor);
    done++;
  }

  /** Reads the importance over all examples of consecutive elements. */
  void read(String tensor, long from, int count, float[] target) {
    MemorySegment.copy(sums.get(tensor), FLOAT, Float.BYTES * from, target, 0, count);
    for (int i = 0; i < count; i++) {
      target[i] = (float) aggregate.importance(target[i], examples);
    }
  }

  Map<String, double[]> exampleScores() {
    return exampleScores;
  }
}
