package dev.amalgam.core.calibration;

import dev.amalgam.core.weight.ReadBuffer;
import java.util.List;

/** With what weight each expert's delta of one tensor is merged, and what of it is kept. */
public final class TensorCalibration {

  /**
   * What is kept of one expert's delta.
   *
   * @param expert the expert and its weights
   * @param selection which entries
   * @param factor by what they are multiplied besides
   */
  record Kept(WeighedExpert expert, Selection selection, float factor) {}

  private final String tensor;
  private final List<Kept> experts;
  private final boolean magnitude;

  /**
   * Creates the calibration of a tensor.
   *
   * @param magnitude whether the score of an entry is its effect times the magnitude of its delta
   */
  TensorCalibration(String tensor, List<Kept> experts, boolean magnitude) {
    this.tensor = tensor;
    this.experts = List.copyOf(experts);
    this.magnitude = magnitude;
  }

  /** Returns the number of consecutive entries that must be seen together. */
  public long unit() {
    return experts.stream().mapToLong(kept -> kept.selection().unit()).max().orElse(1);
  }

  /** Returns whether an expert's selection needs random draws. */
  public boolean needsDraws(int expert) {
    return experts.get(expert).selection().needsDraws();
  }

  /** Returns by what an expert's kept entries are multiplied besides. */
  public float factor(int expert) {
    return experts.get(expert).factor();
  }

  /**
   * Multiplies consecutive entries of an expert's delta by its weights.
   *
   * @param from the number of the first entry
   */
  public void weigh(int expert, float[] delta, long from, int count, ReadBuffer buffer) {
    experts.get(expert).expert().weigh(tensor, from, count, buffer, delta);
  }

  /**
   * Zeroes what is not kept of consecutive entries of an expert's delta, and rescales what is, but
   * for the {@link #factor}.
   *
   * @param weighed the delta, {@linkplain #weigh weighed}
   * @param draws 32 random bits for each entry, if they are needed
   * @param from the number of the first entry
   */
  public void select(
      int expert, float[] weighed, int[] draws, long from, int count, ReadBuffer buffer) {
    Kept kept = experts.get(expert);
    float[] scores = {};
    if (kept.selection().needsScores()) {
      scores = kept.expert().effects(tensor, from, count, buffer);
      kept.expert().weigh(tensor, from, count, buffer, scores);
      Scan.score(scores, weighed, count, magnitude);
    }
    kept.selection().apply(weighed, scores, draws, from, count);
  }
}
