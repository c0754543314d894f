package dev.amalgam.bench.study;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A table of every single evaluation, written as they are made. A study that finds the table of one
 * that asked the same goes on where that stopped.
 */
final class CsvLog implements AutoCloseable {

  private static final String COLUMNS =
      "family,shuffle,experiment,variant,setting,drop,lambda,seed,task,split,loss,scaled_loss,accuracy";

  private final Writer writer;
  private final Map<String, Score> known = new HashMap<>();

  /**
   * Opens a table.
   *
   * @param conditions what figures depend on besides, in one line
   * @throws IllegalArgumentException if there is a table made under other conditions
   */
  CsvLog(Path file, String conditions) {
    try {
      if (Files.exists(file)) {
        read(Files.readAllLines(file), file, conditions);
        this.writer = Files.newBufferedWriter(file, StandardOpenOption.APPEND);
      } else {
        this.writer = Files.newBufferedWriter(file);
        writer.write("# " + conditions + "\n" + COLUMNS + "\n");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void read(List<String> lines, Path file, String conditions) {
    if (lines.size() < 2 || !lines.getFirst().equals("# " + conditions)) {
      throw new IllegalArgumentException(
          "%s was made for other conditions than '%s'; remove it".formatted(file, conditions));
    }
    for (String line : lines.subList(2, lines.size())) {
      int accuracy = line.lastIndexOf(',');
      int scaled = line.lastIndexOf(',', accuracy - 1);
      int loss = line.lastIndexOf(',', scaled - 1);
      known.put(
          line.substring(0, loss),
          new Score(
              Double.parseDouble(line.substring(loss + 1, scaled)),
              Double.parseDouble(line.substring(scaled + 1, accuracy)),
              Double.parseDouble(line.substring(accuracy + 1))));
    }
  }

  /** Works out an evaluation. */
  interface Evaluation {
    Score score();
  }

  /** Returns the evaluation of a family's own model, {@code base} or {@code expert}. */
  Score reference(
      OpenFamily family, String model, String task, Split split, Evaluation evaluation) {
    return of(start(family) + ",reference," + model + ",,,,", task, split, evaluation);
  }

  /** Returns the evaluation of a candidate. */
  Score candidate(
      OpenFamily family,
      Experiment experiment,
      Trial trial,
      String task,
      Split split,
      Evaluation evaluation) {
    Variant variant = trial.variant();
    return of(
        "%s,%s,%s,%s,%s,%s,%d"
            .formatted(
                start(family),
                experiment,
                variant.name(),
                variant.setting(),
                trial.drop(),
                trial.lambda(),
                trial.seed()),
        task,
        split,
        evaluation);
  }

  private static String start(OpenFamily family) {
    return family.family().name() + "," + family.shuffle();
  }

  private Score of(String start, String task, Split split, Evaluation evaluation) {
    String key = start + "," + task + "," + split;
    Score score = Optional.ofNullable(known.get(key)).orElseGet(evaluation::score);
    if (known.put(key, score) == null) {
      try {
        writer.write(
            String.format(
                Locale.ROOT,
                "%s,%.6f,%.6f,%.6f%n",
                key,
                score.loss(),
                score.scaledLoss(),
                score.accuracy()));
        // An interrupted study leaves what it has found.
        writer.flush();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return score;
  }

  @Override
  public void close() {
    try {
      writer.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
