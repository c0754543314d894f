package dev.amalgam.bench.fuzz;

import java.io.IOException;
import java.util.List;

/** Makes an input that fails small, so that a test can hold it. */
final class Shrinker {

  private static final int MOST_TRIALS = 400;

  private final Trial trial;
  private final Outcome.Failed failure;
  private int trials;

  private Shrinker(Trial trial, Outcome.Failed failure) {
    this.trial = trial;
    this.failure = failure;
  }

  /**
   * Returns an input with fewer or shorter damaged files that fails in the same way: files are made
   * whole again one by one, then pieces of halving length are left out.
   */
  static FuzzInput shrink(FuzzInput input, Outcome.Failed failure, Trial trial)
      throws IOException, InterruptedException {
    return new Shrinker(trial, failure).shrink(input);
  }

  private FuzzInput shrink(FuzzInput input) throws IOException, InterruptedException {
    FuzzInput least = input;
    for (String file : List.copyOf(input.damaged().keySet())) {
      FuzzInput without = least.with(file, null);
      least = fails(without) ? without : least;
    }
    for (String file : List.copyOf(least.damaged().keySet())) {
      int length = least.damaged().get(file).length;
      for (int piece = length / 2; piece > 0; piece /= 2) {
        least = withoutPieces(least, file, piece);
      }
    }
    return least;
  }

  private FuzzInput withoutPieces(FuzzInput input, String file, int piece)
      throws IOException, InterruptedException {
    FuzzInput least = input;
    int at = 0;
    while (at + piece <= least.damaged().get(file).length) {
      byte[] bytes = least.damaged().get(file);
      FuzzInput shorter = least.with(file, ByteMutator.replaced(bytes, at, piece, new byte[0]));
      if (fails(shorter)) {
        least = shorter;
      } else {
        at += piece;
      }
    }
    return least;
  }

  private boolean fails(FuzzInput input) throws IOException, InterruptedException {
    return trials++ < MOST_TRIALS
        && trial.of(input) instanceof Outcome.Failed other
        && other.what().equals(failure.what());
  }
}
