package dev.amalgam.bench.study;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** A table of every single evaluation, written as they are made. */
final class CsvLog implements AutoCloseable {

  private final Writer writer;

  CsvLog(Path file) {
    try {
      this.writer = Files.newBufferedWriter(file);
      writer.write("family,experiment,variant,setting,drop,lambda,seed,task,split,loss,accuracy\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Adds the evaluation of a family's own model, {@code base} or {@code expert}. */
  void reference(String family, String model, String task, Split split, Score score) {
    write(family + ",reference," + model + ",,,,", task, split, score);
  }

  /** Adds the evaluation of a candidate. */
  void candidate(
      String family, Experiment experiment, Trial trial, String task, Split split, Score score) {
    Variant variant = trial.variant();
    write(
        "%s,%s,%s,%s,%s,%s,%d"
            .formatted(
                family,
                experiment,
                variant.name(),
                variant.setting(),
                trial.drop(),
                trial.lambda(),
                trial.seed()),
        task,
        split,
        score);
  }

  private void write(String start, String task, Split split, Score score) {
    try {
      writer.write(
          String.format(
              Locale.ROOT,
              "%s,%s,%s,%.6f,%.6f%n",
              start,
              task,
              split,
              score.loss(),
              score.accuracy()));
      // An interrupted study leaves what it has found.
      writer.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
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
