package dev.amalgam.core.layer;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * Rotary position embedding (Su et al., arXiv 2104.09864) as in the transformers library: pair i of
 * a head is rotated at position p by the angle {@code p·frequency[i]}. As there, frequencies and
 * angles are float32; cosine and sine are worked out in float64 and rounded.
 *
 * <p>Where frequencies depend on the length of a sequence, it is each example's own, with its
 * tokens in the cache; transformers takes the longest of a batch.
 */
public final class Rotary {

  /** Which values of a head are a pair. */
  public enum Pairs {
    /** Value i of the first half of what is rotated, and value i of the second: Llama. */
    HALVES,
    /** Values 2i and 2i + 1: GPT-J, GLM, Cohere. */
    NEIGHBOURS
  }

  private final int headSize;
  private final RotaryBase base;
  private final RotaryScaling scaling;
  private final Pairs pairs;
  // By the kind of length.
  private volatile Map<Integer, Table> tables = Map.of();

  /** Cosines and sines of all pairs at positions {@code first} to {@code end − 1}. */
  private record Table(int first, int end, float[] cosines, float[] sines) {}

  /**
   * Creates the rotation.
   *
   * @param headSize the number of values in a head
   * @param base the frequencies of those that are rotated, the first of each head
   * @param scaling how they are changed for longer texts
   * @param pairs which values are rotated together
   */
  public Rotary(int headSize, RotaryBase base, RotaryScaling scaling, Pairs pairs) {
    if (base.size() > headSize) {
      throw new IllegalArgumentException(
          "heads of %d values have no %d to rotate".formatted(headSize, base.size()));
    }
    this.headSize = headSize;
    this.base = base;
    this.scaling = scaling;
    this.pairs = pairs;
  }

  /**
   * Returns the rotation of whole heads, without scaling, in {@linkplain Pairs#HALVES halves}.
   *
   * @param headSize the number of values in a head, even
   * @param theta the base
   */
  public static Rotary of(int headSize, double theta) {
    return new Rotary(
        headSize, new RotaryBase(headSize, theta), new RotaryScaling.None(), Pairs.HALVES);
  }

  /** Returns the same with {@linkplain Pairs#NEIGHBOURS neighbours} as pairs. */
  public Rotary interleaved() {
    return new Rotary(headSize, base, scaling, Pairs.NEIGHBOURS);
  }

  /** Returns the number of values in a head. */
  int headSize() {
    return headSize;
  }

  /**
   * Rotates every head of every token of a pass, in place.
   *
   * @param x rows of heads, one a token of the batch
   * @param backwards whether to rotate by the negative angle, which takes gradients back
   */
  void rotate(States x, boolean backwards, Pass pass) {
    Table[] tables = tables(pass);
    int[] positions = pass.positions();
    pass.overRows(
        x.rows(),
        x.width(),
        (scratch, from, to) -> {
          for (int row = from; row < to; row++) {
            int angle = (positions[row] - tables[row].first()) * base.pairs();
            for (int head = 0; head < x.width(); head += headSize) {
              rotate(x.data(), x.at(row) + head, tables[row], angle, backwards);
            }
          }
        });
  }

  private void rotate(float[] x, int at, Table table, int angle, boolean backwards) {
    int step = pairs == Pairs.HALVES ? 1 : 2;
    int apart = pairs == Pairs.HALVES ? base.pairs() : 1;
    for (int i = 0; i < base.pairs(); i++) {
      float cosine = table.cosines()[angle + i];
      float sine = backwards ? -table.sines()[angle + i] : table.sines()[angle + i];
      int one = at + step * i;
      float first = x[one];
      float second = x[one + apart];
      x[one] = first * cosine - second * sine;
      x[one + apart] = second * cosine + first * sine;
    }
  }

  /** Returns the table for each row; threads that come at the same time may make one twice. */
  private Table[] tables(Pass pass) {
    int first = pass.firstPosition();
    Map<Integer, Integer> ends = new HashMap<>();
    for (Example example : pass.batch().examples()) {
      int end = first + example.length();
      ends.merge(scaling.kind(end), end, Math::max);
    }
    Map<Integer, Table> known = tables;
    Map<Integer, Table> kept = new HashMap<>();
    if (known.containsKey(0)) {
      kept.put(0, known.get(0));
    }
    ends.forEach((kind, end) -> kept.put(kind, covering(known.get(kind), kind, first, end)));
    tables = Map.copyOf(kept);
    Table[] tables = new Table[pass.batch().tokens()];
    for (int e = 0; e < pass.batch().examples().size(); e++) {
      Table own = kept.get(scaling.kind(first + pass.batch().examples().get(e).length()));
      Arrays.fill(tables, pass.batch().start(e), pass.batch().start(e + 1), own);
    }
    return tables;
  }

  private Table covering(Table known, int kind, int first, int end) {
    if (known != null && known.first() <= first && end <= known.end()) {
      return known;
    }
    if (kind != 0) {
      return table(first, end, end);
    }
    // Room for more, so that a text that grows token by token does not make a table for each.
    return table(0, known == null ? end : Math.max(end, 2 * known.end()), 0);
  }

  /** Returns the table of some positions, with the frequencies of sequences of this length. */
  private Table table(int first, int end, int length) {
    float[] frequencies = scaling.frequencies(base, length);
    float[] cosines = new float[Math.multiplyExact(end - first, base.pairs())];
    float[] sines = new float[cosines.length];
    for (int position = first, at = 0; position < end; position++) {
      for (int i = 0; i < frequencies.length; i++, at++) {
        float angle = position * frequencies[i];
        cosines[at] = (float) StrictMath.cos(angle) * scaling.attentionFactor();
        sines[at] = (float) StrictMath.sin(angle) * scaling.attentionFactor();
      }
    }
    return new Table(first, end, cosines, sines);
  }
}
