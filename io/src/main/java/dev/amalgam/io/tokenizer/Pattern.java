package dev.amalgam.io.tokenizer;

import dev.amalgam.io.regex.Regex;
import dev.amalgam.io.regex.RegexException;
import java.util.function.IntPredicate;
import java.util.function.IntUnaryOperator;

/** What is looked for in a text. */
sealed interface Pattern {

  /** Returns all places in {@code text}, which do not overlap, from left to right. */
  Matches find(String text);

  /** Returns the pattern of a component: {@code {"String": …}} or {@code {"Regex": …}}. */
  static Pattern read(Part part) {
    part.only("String", "Regex");
    Part literal = part.find("String");
    Part regex = part.find("Regex");
    if (literal != null && regex == null) {
      return literal.string().isEmpty() ? expression(literal) : new Literal(literal.string());
    }
    if (regex != null && literal == null) {
      return expression(regex);
    }
    throw part.problem("must have either \"String\" or \"Regex\"");
  }

  private static Pattern expression(Part part) {
    try {
      return new Expression(Regex.compile(part.string()), part);
    } catch (RegexException e) {
      throw part.problem(e);
    }
  }

  /** A string that is looked for as it is. */
  record Literal(String wanted) implements Pattern {
    @Override
    public Matches find(String text) {
      Matches matches = new Matches();
      for (int at = text.indexOf(wanted); at >= 0; at = text.indexOf(wanted, at)) {
        matches.add(at, at + wanted.length());
        at += wanted.length();
      }
      return matches;
    }
  }

  /** A regular expression. */
  record Expression(Regex regex, Part part) implements Pattern {
    @Override
    public Matches find(String text) {
      Matches matches = new Matches();
      if (text.isEmpty()) {
        return matches;
      }
      try {
        Regex.Search search = regex.search(text);
        while (search.next()) {
          matches.add(search.start(), search.end());
        }
      } catch (RegexException e) {
        throw part.problem(e);
      }
      return matches;
    }
  }

  /** Each code point of a kind by itself. */
  record Kind(IntPredicate wanted) implements Pattern {
    @Override
    public Matches find(String text) {
      Matches matches = new Matches();
      for (int at = 0; at < text.length(); ) {
        int c = text.codePointAt(at);
        int end = at + Character.charCount(c);
        if (wanted.test(c)) {
          matches.add(at, end);
        }
        at = end;
      }
      return matches;
    }
  }

  /** Runs of code points of the same kind, of which 0 is not wanted. */
  record Runs(IntUnaryOperator kind) implements Pattern {
    @Override
    public Matches find(String text) {
      Matches matches = new Matches();
      int start = 0;
      int running = 0;
      for (int at = 0; at < text.length(); ) {
        int c = text.codePointAt(at);
        int here = kind.applyAsInt(c);
        if (here != running) {
          if (running != 0) {
            matches.add(start, at);
          }
          start = at;
          running = here;
        }
        at += Character.charCount(c);
      }
      if (running != 0) {
        matches.add(start, text.length());
      }
      return matches;
    }
  }
}
