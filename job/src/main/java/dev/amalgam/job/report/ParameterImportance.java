package dev.amalgam.job.report;

import static dev.amalgam.core.AmalgamException.quote;

import dev.amalgam.core.importance.Level;
import dev.amalgam.core.importance.Partitioning;
import dev.amalgam.core.importance.Partitions;
import dev.amalgam.job.api.ReportException;
import java.util.Arrays;
import java.util.Optional;

/** The share that each single parameter has of an expert's importance, read by range. */
final class ParameterImportance {

  private final ScoreFile file;
  private final Partitions partitions;
  private final double total;
  private final float[] chunk = new float[ScoreFile.CHUNK];
  private String held = "";
  private float[] values = {};

  /**
   * Starts before the first read.
   *
   * @param partitions those of the expert's delta at the level of the scores
   * @param total the importance of all partitions
   */
  ParameterImportance(ScoreFile file, Partitions partitions, double total) {
    this.file = file;
    this.partitions = partitions;
    this.total = total;
  }

  /** Reads the shares of parameters of a tensor; 0 where it has no scores. */
  void read(String tensor, long from, int length, double[] target) {
    Optional<Partitioning> found = partitions.of(tensor);
    if (found.isEmpty() || total <= 0) {
      Arrays.fill(target, 0, length, 0);
      return;
    }
    Partitioning partitioning = found.get();
    String name = partitioning.key();
    if (!file.names().contains(name) || file.count(name) != partitioning.count()) {
      throw new ReportException(
          "%s has other partitions of %s than the models; work the scores out again with 'amalgam importance'"
              .formatted(quote(file.path().toString()), quote(name)));
    }
    double scale = 1 / (total * file.size(name));
    if (partitions.level() == Level.ELEMENT) {
      for (int done = 0; done < length; ) {
        int read = Math.min(file.read(name, from + done, chunk), length - done);
        for (int i = 0; i < read; i++) {
          target[done + i] = chunk[i] * scale;
        }
        done += read;
      }
      return;
    }
    hold(name);
    for (int i = 0; i < length; i++) {
      target[i] = values[(int) partitioning.of(from + i)] * scale;
    }
  }

  private void hold(String name) {
    if (!held.equals(name)) {
      int count = Math.toIntExact(file.count(name));
      values = new float[count];
      for (int from = 0; from < count; ) {
        int length = file.read(name, from, chunk);
        System.arraycopy(chunk, 0, values, from, length);
        from += length;
      }
      held = name;
    }
  }
}
