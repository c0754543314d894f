package dev.amalgam.job.evidence;

import static dev.amalgam.core.AmalgamException.quote;

import dev.amalgam.core.layer.Example;
import dev.amalgam.core.layer.Targets;
import dev.amalgam.io.dataset.Dataset;
import dev.amalgam.io.dataset.DatasetException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.SplittableRandom;

/** The examples of a file on which importance is worked out. */
public final class FirstExamples {

  private FirstExamples() {}

  /**
   * Returns some of a file's examples, in the file's order.
   *
   * @param most how many, or all if there are fewer
   * @param seed of a random choice; without one, the first are taken
   */
  public static List<Example> of(Dataset dataset, int most, OptionalLong seed) {
    if (seed.isEmpty()) {
      return dataset.first(most);
    }
    List<Example> all = dataset.first(Math.toIntExact(dataset.size().examples()));
    // Each is taken with the probability that leaves every choice equally likely (Knuth's S).
    SplittableRandom random = new SplittableRandom(seed.getAsLong());
    List<Example> chosen = new ArrayList<>();
    for (int i = 0; i < all.size(); i++) {
      if (random.nextInt(all.size() - i) < most - chosen.size()) {
        chosen.add(all.get(i));
      }
    }
    return chosen;
  }

  /**
   * Checks that something can be predicted in each example, and that all of them say what is right
   * or none does.
   *
   * @param kind what the model predicts
   * @param needsLabels whether they must say what is right
   */
  public static void check(
      Dataset dataset, List<Example> examples, Targets.Kind kind, boolean needsLabels) {
    if (kind == Targets.Kind.FEATURES) {
      return;
    }
    boolean labelled = kind.hasLabel(examples.getFirst());
    for (int i = 0; i < examples.size(); i++) {
      Example example = examples.get(i);
      boolean own = kind.hasLabel(example);
      if (needsLabels ? !own : !kind.hasPlace(example)) {
        throw problem(
            dataset, "nothing is predicted in example %d, so it has no loss; remove it", i + 1);
      }
      if (own != labelled) {
        throw problem(
            dataset,
            labelled
                ? "example %d does not say what is right, and those before it do; give it a label"
                    + " or a completion, or take those of the others away"
                : "example %d says what is right, and those before it do not; give each of them a"
                    + " label or a completion, or take this one's away",
            i + 1);
      }
    }
  }

  private static DatasetException problem(Dataset dataset, String problem, int example) {
    return new DatasetException(
        quote(dataset.file().toString()) + ": " + problem.formatted(example));
  }
}
