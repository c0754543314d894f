package dev.amalgam.io.tokenizer;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** A step of splitting text into the pieces that a model tokenizes one by one. */
interface PreTokenizer {

  /** Adds what becomes of one piece, which is no token, to {@code out}. */
  void apply(Piece piece, List<Piece> out);

  /** Returns what becomes of {@code pieces}; tokens stay as they are. */
  default List<Piece> applyAll(List<Piece> pieces) {
    List<Piece> out = new ArrayList<>(pieces.size());
    for (Piece piece : pieces) {
      if (piece.isToken()) {
        out.add(piece);
      } else {
        apply(piece, out);
      }
    }
    return out;
  }

  /** Splits where a pattern matches. */
  record Split(Pattern pattern, SplitBehavior behavior, boolean invert) implements PreTokenizer {
    @Override
    public void apply(Piece piece, List<Piece> out) {
      behavior.split(piece, pattern.find(piece.text()), invert, out);
    }
  }

  /** Writes pieces otherwise, and splits nothing. */
  record Rewrite(UnaryOperator<String> how) implements PreTokenizer {
    @Override
    public void apply(Piece piece, List<Piece> out) {
      out.add(
          piece.with(
              how.apply(piece.text()),
              how.apply(piece.text().substring(0, piece.head())).length()));
    }
  }
}
