package dev.amalgam.io.regex;

import dev.amalgam.io.regex.Node.Greed;
import dev.amalgam.io.regex.Node.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Parses Oniguruma's syntax, in which {@code ^} and {@code $} mean the edges of lines. */
final class Parser {

  private static final int DEEPEST = 100;
  private static final int MOST_REPETITIONS = 100_000;

  private final Cursor in;
  private final Function<String, CodePointSet> properties = Properties.lookup();
  private final SetParser sets;
  private boolean anyCase;
  private int depth;

  private Parser(String pattern) {
    this.in = new Cursor(pattern);
    this.sets = new SetParser(in, properties);
  }

  /**
   * Returns what {@code pattern} says.
   *
   * @throws RegexException if it is malformed, or uses what is not supported
   */
  static Node parse(String pattern) {
    Parser parser = new Parser(pattern);
    if (parser.in.take("(?i)")) {
      parser.anyCase = true;
    }
    Node node = parser.choice();
    if (parser.in.more()) {
      throw parser.in.problem("a ')' has no '('");
    }
    return node;
  }

  private Node choice() {
    if (++depth > DEEPEST) {
      throw in.problem("groups are nested more than " + DEEPEST + " deep");
    }
    List<Node> alternatives = new ArrayList<>();
    do {
      alternatives.add(sequence());
    } while (in.take("|"));
    depth--;
    return alternatives.size() == 1 ? alternatives.getFirst() : new Node.Choice(alternatives);
  }

  private Node sequence() {
    List<Node> parts = new ArrayList<>();
    CaseFolds folds = new CaseFolds();
    while (in.more() && in.peek() != '|' && in.peek() != ')') {
      if (in.interval() != null) {
        throw in.problem("there is nothing to repeat");
      }
      int before = in.peek();
      Node part = part();
      if (anyCase && folds.joins(before, part)) {
        throw in.problem(
            "letters that some single character folds to cannot be matched in any case");
      }
      parts.add(repeated(part));
    }
    return parts.size() == 1 ? parts.getFirst() : new Node.Sequence(parts);
  }

  private Node part() {
    int c = in.next();
    return switch (c) {
      case '(' -> group();
      case '[' -> one(sets.bracketed(anyCase));
      case '.' -> one(CodePointSet.of('\n').complement());
      case '^' -> new Node.Place(Kind.LINE_START);
      case '$' -> new Node.Place(Kind.LINE_END);
      case '\\' -> escape();
      case '*', '+', '?' -> throw in.problem("there is nothing to repeat");
      default -> literal(c);
    };
  }

  private Node literal(int c) {
    if (!anyCase) {
      return one(CodePointSet.of(c));
    }
    if (c > 0x7F) {
      throw in.problem("only ASCII can be matched in any case");
    }
    return one(Properties.anyCase(CodePointSet.of(c)));
  }

  private static Node one(CodePointSet set) {
    return new Node.One(set);
  }

  private Node escape() {
    if (!in.more()) {
      throw in.problem("it ends in a backslash");
    }
    switch (in.peek()) {
      case 'b':
        in.next();
        return new Node.Place(Kind.WORD_EDGE);
      case 'B':
        in.next();
        return new Node.Place(Kind.NO_WORD_EDGE);
      case 'A':
        in.next();
        return new Node.Place(Kind.TEXT_START);
      case 'z':
        in.next();
        return new Node.Place(Kind.TEXT_END);
      case 'Z':
        in.next();
        return new Node.Place(Kind.TEXT_END_OR_LAST_NEWLINE);
      default:
        CodePointSet set = sets.shorthand(false);
        return set != null ? one(set) : literal(sets.escaped());
    }
  }

  private Node group() {
    boolean outer = anyCase;
    Node node;
    if (!in.take("?")) {
      node = choice();
    } else if (in.take(":")) {
      node = choice();
    } else if (in.take("i:")) {
      anyCase = true;
      node = choice();
    } else if (in.take("-i:")) {
      anyCase = false;
      node = choice();
    } else if (in.take(">")) {
      node = new Node.Atomic(choice());
    } else if (in.take("=")) {
      node = new Node.Ahead(choice(), false);
    } else if (in.take("!")) {
      node = new Node.Ahead(choice(), true);
    } else if (in.take("<=")) {
      node = behind(false);
    } else if (in.take("<!")) {
      node = behind(true);
    } else {
      throw in.problem(
          "this kind of group is not supported; supported are (…), (?:…), (?i:…), (?-i:…), (?>…),"
              + " (?=…), (?!…), (?<=…) and (?<!…)");
    }
    if (!in.take(")")) {
      throw in.problem("a '(' has no ')'");
    }
    anyCase = outer;
    return node;
  }

  private Node behind(boolean negative) {
    Node part = choice();
    int length = Node.length(part);
    if (length < 0) {
      throw in.problem("what must precede has no fixed length");
    }
    return new Node.Behind(part, length, negative);
  }

  private Node repeated(Node part) {
    Node node = part;
    while (in.more()) {
      int least;
      int most;
      Greed greed = null;
      if (in.take("?")) {
        least = 0;
        most = 1;
      } else if (in.take("*")) {
        least = 0;
        most = Node.UNLIMITED;
      } else if (in.take("+")) {
        least = 1;
        most = Node.UNLIMITED;
      } else {
        int[] bounds = in.interval();
        if (bounds == null) {
          return node;
        }
        least = bounds[0];
        most = bounds[1];
        // Behind {n}, a ? repeats anew, and so does a + behind any braces.
        greed = least < most && in.take("?") ? Greed.LEAST_FIRST : Greed.MOST_FIRST;
      }
      if (isCondition(node)) {
        throw in.problem("a condition cannot be repeated");
      }
      if (least > most || least > MOST_REPETITIONS) {
        throw in.problem("the numbers of repetitions are out of order or too large");
      }
      node = new Node.Repeat(node, least, most, greed == null ? greed() : greed);
    }
    return node;
  }

  private static boolean isCondition(Node node) {
    return switch (node) {
      case Node.Ahead _, Node.Behind _, Node.Place _ -> true;
      case Node.Choice choice -> choice.alternatives().stream().anyMatch(Parser::isCondition);
      default -> false;
    };
  }

  private Greed greed() {
    return in.take("?") ? Greed.LEAST_FIRST : in.take("+") ? Greed.ONLY_MOST : Greed.MOST_FIRST;
  }
}
