package dev.amalgam.io.regex;

import java.util.Arrays;

/**
 * Runs a {@link Program} on one text. What is still to be tried is kept on a stack of its own, so
 * that no text, however long, can exhaust that of the thread.
 */
final class Run {

  private static final long STEPS_AT_LEAST = 1_000_000;
  private static final long STEPS_PER_CHARACTER = 100;
  private static final int MOST_INTS = Integer.MAX_VALUE - 8 & -4;
  private static final int FRAMES_AT_LEAST = 100_000;
  private static final int FRAMES_PER_CHARACTER = 16;

  // Kinds of frames: four numbers each.
  private static final int GO_ON = 0;
  private static final int SHORTEN = 1;
  private static final int LENGTHEN = 2;
  private static final int RESTORE = 3;

  private final int[] code;
  private final CodePointTable[] tables;
  private final CodePointTable first;
  private final char[] text;
  private final int[] slots;
  private int[] stack = new int[64];
  private int top;
  private final long mostFrames;
  private long steps;

  Run(Program program, char[] text) {
    this.code = program.code();
    this.tables = program.tables();
    this.first = program.first();
    this.slots = new int[program.slots()];
    this.text = text;
    this.steps = STEPS_AT_LEAST + STEPS_PER_CHARACTER * text.length;
    this.mostFrames =
        Math.min(FRAMES_AT_LEAST + (long) FRAMES_PER_CHARACTER * text.length, MOST_INTS / 4);
  }

  /** Returns where the first match that starts at {@code from} or later starts, or -1. */
  int search(int from) {
    for (int at = from; at <= text.length; at = next(at)) {
      if (first != null && (at == text.length || !first.has(codePoint(at)))) {
        continue;
      }
      end = match(0, at);
      top = 0;
      if (end >= 0) {
        return at;
      }
    }
    return -1;
  }

  private int end;

  /** Returns where the match that was found last ends. */
  int end() {
    return end;
  }

  /** Returns the place one code point on. */
  int next(int at) {
    return at < text.length ? after(at) : at + 1;
  }

  private int match(int start, int from) {
    final int base = top;
    int pc = start;
    int at = from;
    while (true) {
      boolean matched = true;
      spend(1);
      switch (code[pc]) {
        case Program.END:
          return at;
        case Program.ONE:
          if (at < text.length && tables[code[pc + 1]].has(codePoint(at))) {
            at = after(at);
            pc += 2;
          } else {
            matched = false;
          }
          break;
        case Program.RUN:
        case Program.WHOLE_RUN:
          int low = run(pc, at, code[pc + 2]);
          if (low < 0) {
            matched = false;
            break;
          }
          int high = run(pc, low, code[pc + 3] - code[pc + 2], true);
          if (high > low && code[pc] == Program.RUN) {
            push(SHORTEN, pc, low, high);
          }
          at = high;
          pc += 4;
          break;
        case Program.LAZY_RUN:
          int least = run(pc, at, code[pc + 2]);
          if (least < 0) {
            matched = false;
            break;
          }
          at = least;
          if (code[pc + 3] > code[pc + 2]) {
            push(LENGTHEN, pc, at, code[pc + 3] - code[pc + 2]);
          }
          pc += 4;
          break;
        case Program.SPLIT:
          boolean one = canStart(code[pc + 3], at);
          boolean other = canStart(code[pc + 4], at);
          if (one && other) {
            push(GO_ON, code[pc + 2], at, 0);
          }
          if (one) {
            pc = code[pc + 1];
          } else if (other) {
            pc = code[pc + 2];
          } else {
            matched = false;
          }
          break;
        case Program.JUMP:
          pc = code[pc + 1];
          break;
        case Program.ATOMIC:
        case Program.AHEAD:
        case Program.NOT_AHEAD:
        case Program.BEHIND:
        case Program.NOT_BEHIND:
          int after = inner(pc, at);
          if (after < 0) {
            matched = false;
          } else {
            at = after;
            pc = code[pc + 1];
          }
          break;
        case Program.PLACE:
          matched = isPlace(code[pc + 1], code[pc + 2], at);
          pc += 3;
          break;
        case Program.ROUND:
          push(RESTORE, 0, code[pc + 1], slots[code[pc + 1]]);
          slots[code[pc + 1]] = at;
          pc += 2;
          break;
        case Program.LEAVE_IF_EMPTY:
          pc = slots[code[pc + 1]] == at ? code[pc + 2] : pc + 3;
          break;
        default:
          throw new IllegalStateException("instruction " + code[pc]);
      }
      if (!matched) {
        if (!retreat(base)) {
          return -1;
        }
        pc = nextPc;
        at = nextAt;
      }
    }
  }

  private int nextPc;
  private int nextAt;

  /** Takes up what was put off last, and returns whether there was anything. */
  private boolean retreat(int base) {
    while (top > base) {
      top -= 4;
      int pc = stack[top + 1];
      switch (stack[top]) {
        case GO_ON -> {
          nextPc = pc;
          nextAt = stack[top + 2];
          return true;
        }
        case SHORTEN -> {
          int low = stack[top + 2];
          int high = before(stack[top + 3]);
          if (high > low) {
            stack[top + 3] = high;
            top += 4;
          }
          nextPc = pc + 4;
          nextAt = high;
          return true;
        }
        case LENGTHEN -> {
          int at = stack[top + 2];
          if (at < text.length && tables[code[pc + 1]].has(codePoint(at))) {
            int more = stack[top + 3] - (stack[top + 3] == Node.UNLIMITED ? 0 : 1);
            nextAt = after(at);
            if (more > 0) {
              push(LENGTHEN, pc, nextAt, more);
            }
            nextPc = pc + 4;
            return true;
          }
        }
        default -> slots[stack[top + 2]] = stack[top + 3];
      }
    }
    return false;
  }

  /** Returns where the match goes on after a part that is matched apart, or -1 if it fails. */
  private int inner(int pc, int at) {
    int start = at;
    boolean behind = code[pc] == Program.BEHIND || code[pc] == Program.NOT_BEHIND;
    boolean negative = code[pc] == Program.NOT_AHEAD || code[pc] == Program.NOT_BEHIND;
    if (behind) {
      spend(code[pc + 2]);
    }
    for (int i = 0; behind && i < code[pc + 2]; i++) {
      if (start == 0) {
        return negative ? at : -1;
      }
      start = before(start);
    }
    int base = top;
    int end = match(pc + 3, start);
    top = base;
    if (code[pc] == Program.ATOMIC) {
      return end;
    }
    return end >= 0 != negative ? at : -1;
  }

  private boolean canStart(int table, int at) {
    return table < 0 || at < text.length && tables[table].has(codePoint(at));
  }

  /** Returns where exactly {@code count} code points of the set end, or -1 if there are fewer. */
  private int run(int pc, int from, int count) {
    return run(pc, from, count, false);
  }

  // What is passed over counts, whether or not it is enough.
  private int run(int pc, int from, int most, boolean fewerWillDo) {
    CodePointTable table = tables[code[pc + 1]];
    int at = from;
    int left = most;
    while (left > 0 && at < text.length) {
      char c = text[at];
      boolean pair = Character.isHighSurrogate(c);
      if (!table.has(pair ? codePoint(at) : c)) {
        break;
      }
      at += pair ? 2 : 1;
      left--;
    }
    spend(at - from);
    return left == 0 || fewerWillDo ? at : -1;
  }

  private boolean isPlace(int kind, int word, int at) {
    return switch (Node.Kind.values()[kind]) {
      case LINE_START -> at == 0 || text[at - 1] == '\n' && at < text.length;
      case LINE_END -> at == text.length || text[at] == '\n';
      case TEXT_START -> at == 0;
      case TEXT_END -> at == text.length;
      case TEXT_END_OR_LAST_NEWLINE ->
          at == text.length || at == text.length - 1 && text[at] == '\n';
      case WORD_EDGE -> isWordEdge(tables[word], at);
      case NO_WORD_EDGE -> !isWordEdge(tables[word], at);
    };
  }

  private boolean isWordEdge(CodePointTable word, int at) {
    boolean before = at > 0 && word.has(codePoint(before(at)));
    boolean after = at < text.length && word.has(codePoint(at));
    return before != after;
  }

  // The text has no half surrogate pairs.
  private int codePoint(int at) {
    char c = text[at];
    return Character.isHighSurrogate(c) ? Character.toCodePoint(c, text[at + 1]) : c;
  }

  private int after(int at) {
    return at + (Character.isHighSurrogate(text[at]) ? 2 : 1);
  }

  private int before(int at) {
    return at - (Character.isLowSurrogate(text[at - 1]) ? 2 : 1);
  }

  private void push(int kind, int pc, int a, int b) {
    if (top + 4 > stack.length) {
      if (top / 4 >= mostFrames) {
        throw new RegexException("it leaves too much to be tried on this text");
      }
      stack = Arrays.copyOf(stack, (int) Math.min(2L * stack.length, MOST_INTS));
    }
    stack[top] = kind;
    stack[top + 1] = pc;
    stack[top + 2] = a;
    stack[top + 3] = b;
    top += 4;
  }

  private void spend(int count) {
    steps -= count;
    if (steps < 0) {
      throw new RegexException("it takes too many steps on this text");
    }
  }
}
