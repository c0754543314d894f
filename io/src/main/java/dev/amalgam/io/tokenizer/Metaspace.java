package dev.amalgam.io.tokenizer;

import static dev.amalgam.core.AmalgamException.quote;

import java.util.List;

/**
 * Writes spaces as a character of their own, as SentencePiece does, and splits in front of each.
 *
 * @param replacement that character
 * @param prepend when a piece that does not begin with it gets one
 * @param split whether to split
 */
record Metaspace(String replacement, Prepend prepend, boolean split) implements PreTokenizer {

  /** When a piece gets a space in front. */
  enum Prepend {
    ALWAYS,
    FIRST,
    NEVER
  }

  static Metaspace read(Part part) {
    part.only("type", "replacement", "prepend_scheme", "split", "add_prefix_space", "str_rep");
    Part scheme = part.find("prepend_scheme");
    Prepend prepend =
        scheme == null
            ? Prepend.ALWAYS
            : switch (scheme.string()) {
              case "always" -> Prepend.ALWAYS;
              case "first" -> Prepend.FIRST;
              case "never" -> Prepend.NEVER;
              default ->
                  throw scheme.problem(
                      "must be always, first or never, not " + quote(scheme.string()));
            };
    // Files of older versions have this instead.
    Part prefix = part.find("add_prefix_space");
    if (prefix != null && !prefix.bool()) {
      if (scheme != null && prepend != Prepend.NEVER) {
        throw prefix.problem("is false, but prepend_scheme is not never");
      }
      prepend = Prepend.NEVER;
    }
    return new Metaspace(
        Character.toString(part.get("replacement").character()), prepend, part.bool("split", true));
  }

  @Override
  public void apply(Piece piece, List<Piece> out) {
    String text = piece.text().replace(" ", replacement);
    int head = piece.head();
    boolean wanted = prepend == Prepend.ALWAYS || prepend == Prepend.FIRST && piece.first();
    if (wanted && !text.startsWith(replacement)) {
      text = replacement + text;
      head += replacement.length();
    }
    Piece rewritten = piece.with(text, head);
    if (split) {
      SplitBehavior.MERGED_WITH_NEXT.split(
          rewritten, new Pattern.Literal(replacement).find(text), false, out);
    } else {
      out.add(rewritten);
    }
  }
}
