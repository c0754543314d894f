package dev.amalgam.io.regex;

import java.util.function.Function;

/** Parses what stands for one code point: bracketed sets, shorthands, escaped characters. */
final class SetParser {

  private static final int DEEPEST = 20;

  private final Cursor in;
  private final Function<String, CodePointSet> properties;
  private int depth;

  SetParser(Cursor in, Function<String, CodePointSet> properties) {
    this.in = in;
    this.properties = properties;
  }

  /** Returns the set whose opening bracket has just been read. */
  CodePointSet bracketed(boolean anyCase) {
    if (++depth > DEEPEST) {
      throw in.problem("brackets are nested too deep");
    }
    boolean negative = in.take("^");
    if (in.more() && in.peek() == ']') {
      throw in.problem("a set is empty, or a ']' in it is not escaped");
    }
    CodePointSet set = CodePointSet.NONE;
    CodePointSet others = null;
    while (!in.take("]")) {
      if (in.take("&&")) {
        others = others == null ? set : others.and(set);
        set = CodePointSet.NONE;
      } else if (in.take("[:")) {
        set = set.or(posix());
      } else if (in.take("[")) {
        set = set.or(bracketed(anyCase));
      } else {
        set = set.or(member());
      }
    }
    depth--;
    if (others != null) {
      set = others.and(set);
    }
    if (anyCase) {
      set = anyCase(set);
    }
    return negative ? set.complement() : set;
  }

  private CodePointSet anyCase(CodePointSet set) {
    if (set.isWithin(CodePointSet.range(0, 0x7F))) {
      return Properties.anyCase(set);
    }
    if (!Properties.isCaseless(set)) {
      throw in.problem("only ASCII can be matched in any case");
    }
    return set;
  }

  private CodePointSet posix() {
    boolean negative = in.take("^");
    String name = in.upTo(':');
    if (!in.take("]")) {
      throw in.problem("a ':]' is missing");
    }
    CodePointSet set =
        switch (name) {
          case "alpha", "alnum", "digit", "space", "word", "ascii" -> properties.apply(name);
          default -> throw in.problem("the set [:" + name + ":] is not supported");
        };
    return negative ? set.complement() : set;
  }

  private CodePointSet member() {
    boolean escaped = in.take("\\");
    if (escaped) {
      CodePointSet shorthand = shorthand(true);
      if (shorthand != null) {
        if (in.take("-")) {
          if (!in.more() || in.peek() != ']') {
            throw in.problem("a range cannot start with a set");
          }
          return shorthand.or(CodePointSet.of('-'));
        }
        return shorthand;
      }
    }
    int first = escaped ? escaped() : in.next();
    if (!in.take("-")) {
      return CodePointSet.of(first);
    }
    if (in.more() && in.peek() == ']') {
      return CodePointSet.of(first).or(CodePointSet.of('-'));
    }
    if (in.more() && (in.peek() == '[' || first == '-')) {
      throw in.problem("a '-' in a set must be escaped");
    }
    if (in.take("\\")) {
      if (shorthand(true) != null) {
        throw in.problem("a range cannot end with a set");
      }
      return range(first, escaped());
    }
    return range(first, in.next());
  }

  private CodePointSet range(int first, int last) {
    if (last < first) {
      throw in.problem("a range ends before it starts");
    }
    return CodePointSet.range(first, last);
  }

  /**
   * Returns the set that an escape stands for, whose backslash has been read, or null.
   *
   * @param inBrackets whether it stands in brackets
   */
  CodePointSet shorthand(boolean inBrackets) {
    if (!in.more()) {
      throw in.problem("it ends in a backslash");
    }
    CodePointSet set =
        switch (in.peek()) {
          case 's', 'S' -> Properties.WHITE_SPACE;
          case 'd', 'D' -> properties.apply("nd");
          case 'w', 'W' -> word(inBrackets);
          case 'h', 'H' -> Properties.HEX_DIGIT;
          case 'p', 'P' -> CodePointSet.NONE;
          default -> null;
        };
    if (set == null) {
      return null;
    }
    int letter = in.next();
    boolean negative = Character.isUpperCase(letter);
    if (Character.toLowerCase(letter) == 'p') {
      if (!in.take("{")) {
        throw in.problem("a '{' must follow \\p");
      }
      negative ^= in.take("^");
      String name = in.upTo('}');
      set = name.equalsIgnoreCase("word") ? word(inBrackets) : properties.apply(name);
      if (set == null) {
        throw in.problem("the property \\p{" + name + "} is not supported");
      }
    }
    return negative ? set.complement() : set;
  }

  private CodePointSet word(boolean inBrackets) {
    CodePointSet word = properties.apply("word");
    return inBrackets ? word : word.or(Properties.WORD_OUTSIDE_BRACKETS);
  }

  /** Returns the code point that an escape stands for, whose backslash has been read. */
  int escaped() {
    int c = in.next();
    return switch (c) {
      case 'n' -> '\n';
      case 't' -> '\t';
      case 'r' -> '\r';
      case 'f' -> '\f';
      case 'v' -> 0x0B;
      case 'a' -> 0x07;
      case 'e' -> 0x1B;
      case 'u' -> hexadecimal(in.take(4));
      case 'x' -> {
        if (in.take("{")) {
          yield hexadecimal(in.upTo('}').strip());
        }
        int code = hexadecimal(in.take(2));
        if (code > 0x7F) {
          throw in.problem("a byte beyond ASCII is not supported; write \\x{…}");
        }
        yield code;
      }
      default -> {
        if (c < 0x80 && Character.isLetterOrDigit(c)) {
          throw in.problem("the escape \\" + (char) c + " is not supported");
        }
        yield c;
      }
    };
  }

  private int hexadecimal(String digits) {
    boolean valid =
        !digits.isEmpty()
            && digits.length() <= 6
            && digits.chars().allMatch(c -> Properties.HEX_DIGIT.has(c));
    int code = valid ? Integer.parseInt(digits, 16) : -1;
    if (!Character.isValidCodePoint(code) || code >= 0xD800 && code <= 0xDFFF) {
      throw in.problem("no character has the number '" + digits + "'");
    }
    return code;
  }
}
