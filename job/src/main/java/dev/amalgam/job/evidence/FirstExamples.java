package dev.amalgam.job.evidence;

import static dev.amalgam.core.AmalgamException.quote;

import dev.amalgam.core.layer.Example;
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
   * Checks that something is predicted in each example.
   *
   * @param next whether labels belong to the position before
   */
  public static void check(Dataset dataset, List<Example> examples, boolean next) {
    for (int i = 0; i < examples.size(); i++) {
      int[] labels = examples.get(i).labels();
      boolean any = false;
      for (int at = next ? 1 : 0; at < labels.length; at++) {
        any |= labels[at] != Example.IGNORED;
      }
      if (!any) {
        throw new DatasetException(
            "%s: nothing is predicted in example %d, so it has no loss; remove it"
                .formatted(quote(dataset.file().toString()), i + 1));
      }
    }
  }
}
