package dev.amalgam.core.calibration;

import static dev.amalgam.core.AmalgamException.quote;

import dev.amalgam.core.block.Block;
import dev.amalgam.core.importance.Level;
import dev.amalgam.core.importance.Partitions;
import dev.amalgam.core.tensor.CheckpointException;
import dev.amalgam.core.weight.FineTuned;
import dev.amalgam.core.weight.ReadBuffer;
import dev.amalgam.core.weight.Weight;
import dev.amalgam.core.weight.Weights;
import java.util.List;
import java.util.Map;

/**
 * An expert, its partitions, and its scores.
 *
 * @param model the expert and its base
 * @param partitions the delta's, at the level of the calibration
 * @param scores the importance of each partition by name; for {@code scoreLevel} {@link
 *     Level#ELEMENT} that of each entry by tensor
 * @param scoreLevel the level of the scores: that of the partitions, or {@link Level#ELEMENT}
 * @param density the share of each tensor that is kept
 */
public record ScoredExpert(
    FineTuned model,
    Partitions partitions,
    Weights scores,
    Level scoreLevel,
    Map<String, Double> density) {

  /**
   * Checks that levels go together.
   *
   * @throws IllegalArgumentException if the scores are of another level than the partitions
   */
  public ScoredExpert {
    density = Map.copyOf(density);
    if (scoreLevel != Level.ELEMENT && scoreLevel != partitions.level()) {
      throw new IllegalArgumentException(
          "scores of level %s for partitions of level %s"
              .formatted(scoreLevel, partitions.level()));
    }
  }

  /** Returns the tensors that are calibrated, in the order of their names. */
  List<String> tensors() {
    return partitions.tensors().stream().sorted().toList();
  }

  long elements(String tensor) {
    return partitions.shape(tensor).orElseThrow().elements();
  }

  /** Reads the scores of partitions of a name. */
  float[] scores(String name, int count, ReadBuffer buffer) {
    float[] values = new float[count];
    score(name).read(0, count, values, 0, buffer);
    check(name, values);
    return values;
  }

  /** Reads the effects of the entries that a block has of a tensor. */
  float[] effects(String tensor, Block block) {
    float[] effects = new float[block.length()];
    score(tensor).read(block.start(), effects.length, effects, 0, block.reading());
    check(tensor, effects);
    return effects;
  }

  private Weight score(String name) {
    return scores
        .find(name)
        .orElseThrow(
            () ->
                new CheckpointException(
                    "%s has no scores of %s".formatted(quote(scores.name()), quote(name))));
  }

  private void check(String name, float[] values) {
    for (float value : values) {
      if (!(value >= 0 && value < Float.POSITIVE_INFINITY)) {
        throw new CheckpointException(
            "%s: a score of %s is %s, and importance is finite and not negative; work it out again with 'amalgam importance'"
                .formatted(quote(scores.name()), quote(name), value));
      }
    }
  }
}
