package dev.amalgam.io.regex;

import dev.amalgam.io.regex.Node.Greed;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Turns a parsed expression into a {@link Program}. */
final class Compiler {

  private static final int LONGEST = 20_000;
  private static final int MOST_ALTERNATIVES = 2_000;
  private static final int MOST_TABLES = 2_000;

  private final List<CodePointTable> tables = new ArrayList<>();
  private final Map<CodePointSet, Integer> numbers = new HashMap<>();
  private int[] code = new int[64];
  private int size;
  private int slots;
  private int emitted;

  private Compiler() {}

  static Program compile(Node node) {
    Compiler compiler = new Compiler();
    compiler.emit(node);
    compiler.add(Program.END);
    CodePointSet first = Node.first(node);
    return new Program(
        Arrays.copyOf(compiler.code, compiler.size),
        compiler.tables.toArray(CodePointTable[]::new),
        compiler.slots,
        first == null ? null : new CodePointTable(first));
  }

  private void emit(Node node) {
    // Also where nothing is added: the repetitions of an empty part could go on for hours.
    if (++emitted > LONGEST) {
      throw tooLong();
    }
    switch (node) {
      case Node.One one -> add(Program.ONE, table(one.set()));
      case Node.Sequence sequence -> sequence.parts().forEach(this::emit);
      case Node.Choice choice -> emitChoice(choice.alternatives());
      case Node.Repeat repeat -> emitRepeat(repeat);
      case Node.Atomic atomic -> emitInner(atomic.part(), Program.ATOMIC, 0);
      case Node.Ahead ahead ->
          emitInner(ahead.part(), ahead.negative() ? Program.NOT_AHEAD : Program.AHEAD, 0);
      case Node.Behind behind ->
          emitInner(
              behind.part(),
              behind.negative() ? Program.NOT_BEHIND : Program.BEHIND,
              behind.length());
      case Node.Place place -> {
        boolean word =
            place.kind() == Node.Kind.WORD_EDGE || place.kind() == Node.Kind.NO_WORD_EDGE;
        add(
            Program.PLACE,
            place.kind().ordinal(),
            word
                ? table(Properties.lookup().apply("word").or(Properties.WORD_OUTSIDE_BRACKETS))
                : 0);
      }
    }
  }

  private void emitChoice(List<Node> alternatives) {
    if (alternatives.size() > MOST_ALTERNATIVES) {
      throw tooLong();
    }
    CodePointSet[] rest = restsOf(alternatives);
    List<Integer> jumps = new ArrayList<>();
    for (int i = 0; i < alternatives.size() - 1; i++) {
      int split = emitSplit();
      code[split + 3] = first(alternatives.get(i));
      code[split + 4] = optional(rest[i + 1]);
      code[split + 1] = size;
      emit(alternatives.get(i));
      jumps.add(add(Program.JUMP, 0));
      code[split + 2] = size;
    }
    emit(alternatives.getLast());
    jumps.forEach(jump -> code[jump + 1] = size);
  }

  /** Returns what can come first in each alternative or one behind it, null for anything. */
  private static CodePointSet[] restsOf(List<Node> alternatives) {
    CodePointSet[] rests = new CodePointSet[alternatives.size()];
    CodePointSet rest = CodePointSet.NONE;
    for (int i = rests.length - 1; i >= 0; i--) {
      CodePointSet first = Node.first(alternatives.get(i));
      rest = first == null || rest == null ? null : first.or(rest);
      rests[i] = rest;
    }
    return rests;
  }

  private int emitSplit() {
    return add(Program.SPLIT, 0, 0, -1, -1);
  }

  private void emitInner(Node part, int instruction, int length) {
    int at = add(instruction, 0, length);
    emit(part);
    add(Program.END);
    code[at + 1] = size;
  }

  private void emitRepeat(Node.Repeat repeat) {
    if (repeat.most() == 0) {
      return;
    }
    if (repeat.part() instanceof Node.One one) {
      int kind =
          switch (repeat.greed()) {
            case MOST_FIRST -> Program.RUN;
            case LEAST_FIRST -> Program.LAZY_RUN;
            case ONLY_MOST -> Program.WHOLE_RUN;
          };
      add(kind, table(one.set()), repeat.least(), repeat.most());
      return;
    }
    if (repeat.greed() == Greed.ONLY_MOST) {
      emit(
          new Node.Atomic(
              new Node.Repeat(repeat.part(), repeat.least(), repeat.most(), Greed.MOST_FIRST)));
      return;
    }
    for (int i = 0; i < repeat.least(); i++) {
      emit(repeat.part());
    }
    if (repeat.most() == Node.UNLIMITED) {
      emitLoop(repeat);
    } else {
      List<Integer> splits = new ArrayList<>();
      for (int i = repeat.least(); i < repeat.most(); i++) {
        splits.add(emitTry(repeat));
        emit(repeat.part());
      }
      splits.forEach(split -> leave(split, repeat));
    }
  }

  private int emitTry(Node.Repeat repeat) {
    int split = emitSplit();
    boolean greedy = repeat.greed() == Greed.MOST_FIRST;
    code[split + (greedy ? 1 : 2)] = size;
    code[split + (greedy ? 3 : 4)] = first(repeat.part());
    return split;
  }

  private void leave(int split, Node.Repeat repeat) {
    code[split + (repeat.greed() == Greed.MOST_FIRST ? 2 : 1)] = size;
  }

  private void emitLoop(Node.Repeat repeat) {
    // A round that matched nothing ends the loop, or it would never end.
    boolean canBeEmpty = Node.first(repeat.part()) == null;
    int slot = canBeEmpty ? slots++ : -1;
    int split = emitTry(repeat);
    if (canBeEmpty) {
      add(Program.ROUND, slot);
    }
    emit(repeat.part());
    int check = canBeEmpty ? add(Program.LEAVE_IF_EMPTY, slot, 0) : -1;
    add(Program.JUMP, split);
    leave(split, repeat);
    if (canBeEmpty) {
      code[check + 2] = size;
    }
  }

  private int first(Node node) {
    return optional(Node.first(node));
  }

  private int optional(CodePointSet first) {
    return first == null ? -1 : table(first);
  }

  private int table(CodePointSet set) {
    return numbers.computeIfAbsent(
        set,
        s -> {
          if (tables.size() == MOST_TABLES) {
            throw new RegexException("it has too many sets of characters");
          }
          tables.add(new CodePointTable(s));
          return tables.size() - 1;
        });
  }

  private static RegexException tooLong() {
    return new RegexException("it is too long once its repetitions are written out");
  }

  private int add(int... instruction) {
    if (size + instruction.length > LONGEST) {
      throw tooLong();
    }
    if (size + instruction.length > code.length) {
      code = Arrays.copyOf(code, 2 * code.length);
    }
    System.arraycopy(instruction, 0, code, size, instruction.length);
    size += instruction.length;
    return size - instruction.length;
  }
}
