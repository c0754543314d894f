package dev.amalgam.io.regex;

/**
 * A regular expression in Oniguruma's syntax (doc/RE of that library), compiled. Thread-safe.
 *
 * <p>Searching takes memory in proportion to the text and never recurses over it. Work is bounded
 * by 100 steps a character and a million more, every character that is looked at a step, beyond
 * which a search fails rather than goes on for hours.
 */
public final class Regex {

  private static final int LONGEST = 20_000;

  private final String pattern;
  private final Program program;

  private Regex(String pattern, Program program) {
    this.pattern = pattern;
    this.program = program;
  }

  /**
   * Returns the expression that {@code pattern} writes.
   *
   * @throws RegexException if it is malformed, or uses what is not supported
   */
  public static Regex compile(String pattern) {
    if (pattern.length() > LONGEST) {
      throw new RegexException("it is longer than " + LONGEST + " characters");
    }
    return new Regex(pattern, Compiler.compile(Parser.parse(pattern)));
  }

  /** Returns the text that was compiled. */
  public String pattern() {
    return pattern;
  }

  /**
   * Returns a search for all matches in {@code text}, from left to right, none overlapping. An
   * empty match right behind another match does not count.
   *
   * @param text Unicode without half surrogate pairs
   */
  public Search search(CharSequence text) {
    return new Search(new Run(program, text.toString().toCharArray()), text.length());
  }

  /** The matches in one text, one after the other. Not thread-safe. */
  public static final class Search {

    private final Run run;
    private final int length;
    private int from;
    private int start = -1;
    private int end = -1;

    private Search(Run run, int length) {
      this.run = run;
      this.length = length;
    }

    /**
     * Goes to the next match, and returns whether there is one.
     *
     * @throws RegexException if the search takes too many steps
     */
    public boolean next() {
      while (from <= length) {
        int found = run.search(from);
        if (found < 0) {
          break;
        }
        boolean emptyBehindLast = run.end() == found && found == end;
        if (!emptyBehindLast) {
          start = found;
          end = run.end();
          from = end;
          return true;
        }
        from = run.next(found);
      }
      from = length + 1;
      return false;
    }

    /** Returns where the match starts. */
    public int start() {
      return start;
    }

    /** Returns where the match ends. */
    public int end() {
      return end;
    }
  }
}
