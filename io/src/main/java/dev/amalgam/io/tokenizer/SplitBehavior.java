package dev.amalgam.io.tokenizer;

import java.util.List;

/** What becomes of the places at which a text is split. */
enum SplitBehavior {
  REMOVED("Removed"),
  ISOLATED("Isolated"),
  MERGED_WITH_PREVIOUS("MergedWithPrevious"),
  MERGED_WITH_NEXT("MergedWithNext"),
  CONTIGUOUS("Contiguous");

  private final String name;

  SplitBehavior(String name) {
    this.name = name;
  }

  static SplitBehavior read(Part part) {
    for (SplitBehavior behavior : values()) {
      if (behavior.name.equals(part.string())) {
        return behavior;
      }
    }
    throw part.problem(
        "must be Removed, Isolated, MergedWithPrevious, MergedWithNext or Contiguous, not "
            + dev.amalgam.core.AmalgamException.quote(part.string()));
  }

  /**
   * Adds the pieces of {@code piece} to {@code out}.
   *
   * @param invert whether it is what lies between the places that counts as them
   */
  void split(Piece piece, Matches matches, boolean invert, List<Piece> out) {
    int length = piece.text().length();
    Stretches stretches = new Stretches(this, piece, out);
    int at = 0;
    for (int i = 0; i < matches.size(); i++) {
      if (at < matches.start(i)) {
        stretches.add(at, matches.start(i), invert);
      }
      stretches.add(matches.start(i), matches.end(i), !invert);
      at = matches.end(i);
    }
    if (at < length) {
      stretches.add(at, length, invert);
    }
    stretches.finish();
  }

  /** Joins the stretches of a text as they come, places and what lies between them. */
  private static final class Stretches {
    private final SplitBehavior behavior;
    private final Piece piece;
    private final List<Piece> out;
    private int start = -1;
    private int end;
    private boolean previousIsPlace;

    Stretches(SplitBehavior behavior, Piece piece, List<Piece> out) {
      this.behavior = behavior;
      this.piece = piece;
      this.out = out;
    }

    void add(int from, int to, boolean isPlace) {
      boolean joins =
          switch (behavior) {
            case REMOVED, ISOLATED -> false;
            case CONTIGUOUS -> isPlace == previousIsPlace;
            case MERGED_WITH_PREVIOUS -> isPlace && !previousIsPlace;
            // A place takes the stretch behind it, unless that is a place too.
            case MERGED_WITH_NEXT -> !isPlace && previousIsPlace;
          };
      if (start >= 0 && joins) {
        end = to;
      } else {
        finish();
        start = behavior == REMOVED && isPlace ? -1 : from;
        end = to;
      }
      previousIsPlace = isPlace;
    }

    void finish() {
      if (start >= 0 && start < end) {
        out.add(piece.slice(start, end));
      }
      start = -1;
    }
  }
}
