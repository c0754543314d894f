package dev.amalgam.io.dataset;

import dev.amalgam.core.layer.Example;
import dev.amalgam.core.layer.Targets;
import dev.amalgam.core.tensor.Checkpoint;
import java.util.Optional;

/** Reads examples row by row from tensors. */
final class TokenTensorsReader implements ExampleReader {

  private final Checkpoint file;
  private final Task task;
  private final long rows;
  private final IntegerTensor ids;
  private final Optional<IntegerTensor> mask;
  private final Optional<IntegerTensor> types;
  private final Optional<IntegerTensor> labels;
  private final long[] values;
  private final long[] label = new long[1];
  private long row;

  TokenTensorsReader(
      Checkpoint file,
      Task task,
      long rows,
      int width,
      IntegerTensor ids,
      Optional<IntegerTensor> mask,
      Optional<IntegerTensor> types,
      Optional<IntegerTensor> labels) {
    this.file = file;
    this.task = task;
    this.rows = rows;
    this.ids = ids;
    this.mask = mask;
    this.types = types;
    this.labels = labels;
    this.values = new long[width];
  }

  @Override
  public Optional<Example> next() {
    if (row == rows) {
      return Optional.empty();
    }
    int[] tokens =
        read(ids, 0, task.vocabulary(), "is no token of a vocabulary of " + task.vocabulary());
    Optional<boolean[]> attended = mask.map(this::attended);
    Optional<int[]> segments =
        types.map(t -> read(t, 0, Integer.MAX_VALUE, "is no segment; count from 0"));
    if (task.kind() == Targets.Kind.LABELS) {
      float[] numbers = labels.map(this::several).orElse(new float[0]);
      int[] none = Example.unlabelled(tokens).labels();
      row++;
      return Optional.of(new Example(tokens, attended, segments, none, numbers));
    }
    int[] targets = labels.map(this::given).orElseGet(() -> assumed(tokens, attended));
    row++;
    return Optional.of(new Example(tokens, attended, segments, targets));
  }

  private boolean[] attended(IntegerTensor tensor) {
    int[] flags = read(tensor, 0, 2, "is neither 0 nor 1");
    boolean[] attended = new boolean[flags.length];
    for (int i = 0; i < flags.length; i++) {
      attended[i] = flags[i] == 1;
    }
    return attended;
  }

  private int[] given(IntegerTensor tensor) {
    int classes = task.classes().count();
    return switch (task.kind()) {
      case CLASS -> new int[] {theClass(tensor)};
      case TAG -> labels(tensor, values, classes, "a class; there are " + classes + ",");
      case SPAN ->
          labels(tensor, new long[2], values.length, "a position of " + values.length + " tokens");
      case NEXT_TOKEN, MASKED_TOKEN, LABELS, NUMBERS, FEATURES ->
          labels(
              tensor, values, task.vocabulary(), "a token of a vocabulary of " + task.vocabulary());
    };
  }

  /** Returns 1 for each class of a text, and 0 for the others. */
  private float[] several(IntegerTensor tensor) {
    long[] read = new long[task.classes().count()];
    tensor.read(row, read);
    float[] labels = new float[read.length];
    for (int i = 0; i < read.length; i++) {
      if (read[i] != 0 && read[i] != 1) {
        throw tensor.wrong(row, i, read[i], "is neither 0 nor 1");
      }
      labels[i] = read[i];
    }
    return labels;
  }

  /** Returns the labels of a row of a file without any. */
  private int[] assumed(int[] tokens, Optional<boolean[]> attended) {
    return switch (task.kind()) {
      case NEXT_TOKEN, FEATURES -> attendedTokens(tokens, attended);
      case MASKED_TOKEN, TAG, SPAN, LABELS, NUMBERS -> Example.unlabelled(tokens).labels();
      case CLASS -> new int[] {Example.IGNORED};
    };
  }

  private int[] labels(IntegerTensor tensor, long[] into, int end, String what) {
    tensor.read(row, into);
    int[] read = new int[into.length];
    for (int i = 0; i < read.length; i++) {
      if (into[i] != Example.IGNORED && (into[i] < 0 || into[i] >= end)) {
        throw tensor.wrong(
            row, i, into[i], "is neither " + what + " nor -100, which marks what is not predicted");
      }
      read[i] = (int) into[i];
    }
    return read;
  }

  private int theClass(IntegerTensor tensor) {
    tensor.read(row, label);
    if (label[0] == Example.IGNORED && !task.needsLabels()) {
      return Example.IGNORED;
    }
    if (label[0] < 0 || label[0] >= task.classes().count()) {
      throw tensor.wrong(row, 0, label[0], "is no class; there are " + task.classes().count());
    }
    return (int) label[0];
  }

  private int[] read(IntegerTensor tensor, int least, int end, String problem) {
    tensor.read(row, values);
    int[] read = new int[values.length];
    for (int i = 0; i < read.length; i++) {
      if (values[i] < least || values[i] >= end) {
        throw tensor.wrong(row, i, values[i], problem);
      }
      read[i] = (int) values[i];
    }
    return read;
  }

  private static int[] attendedTokens(int[] tokens, Optional<boolean[]> attended) {
    int[] targets = tokens.clone();
    attended.ifPresent(
        flags -> {
          for (int i = 0; i < targets.length; i++) {
            if (!flags[i]) {
              targets[i] = Example.IGNORED;
            }
          }
        });
    return targets;
  }

  @Override
  public long cut() {
    return 0;
  }

  @Override
  public void close() {
    file.close();
  }
}
