package dev.amalgam.core.merge;

import dev.amalgam.core.AmalgamException;
import dev.amalgam.core.block.Block;
import dev.amalgam.core.importance.Expert;
import dev.amalgam.core.repair.Start;
import dev.amalgam.core.weight.Weight;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * {@link Apl} with a merged model that was repaired: tensors are read from it.
 *
 * @param start where the repair began
 * @param result the model; task arithmetic itself if that is better than what the repair made
 * @param sum task arithmetic at its best factor
 * @param history how it was repaired
 */
record RepairedApl(Start start, Judged result, Judged sum, RepairHistory history)
    implements PreparedMethod {

  @Override
  public TensorMerge merge(MergeTask task) {
    Weight weight =
        result
            .merged()
            .weights()
            .find(task.tensor())
            .or(() -> result.merged().start().find(task.tensor()))
            .orElseThrow(() -> new IllegalStateException(task.tensor() + " is in no model"));
    return (Block block, float[] out) ->
        weight.read(block.start(), block.length(), out, 0, block.reading());
  }

  @Override
  public Optional<RepairHistory> repair() {
    return Optional.of(history);
  }

  /** Returns what was chosen, and what it is worth to each expert. */
  @Override
  public List<String> choices() {
    List<String> lines = new ArrayList<>();
    if (result == sum) {
      lines.add("task arithmetic, which keeps more than the repaired model");
    } else {
      lines.add("start " + start.name().toLowerCase(Locale.ROOT));
      lines.add("lambda " + Math.round(result.merged().lambda() * 1e4) / 1e4);
    }
    lines.add(
        String.format(
            Locale.ROOT,
            "keeps %.3f of the experts' gains on the examples that judge; task arithmetic %.3f",
            1 - result.mean(),
            1 - sum.mean()));
    List<Expert> experts = result.merged().experts();
    for (int e = 0; e < experts.size(); e++) {
      lines.add(
          String.format(
              Locale.ROOT,
              "keeps %.3f of the gain of %s; task arithmetic %.3f",
              1 - result.missed()[e],
              AmalgamException.quote(experts.get(e).shortName()),
              1 - sum.missed()[e]));
    }
    return lines;
  }
}
