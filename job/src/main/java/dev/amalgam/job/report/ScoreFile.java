package dev.amalgam.job.report;

import static dev.amalgam.core.AmalgamException.quote;

import dev.amalgam.core.importance.Level;
import dev.amalgam.core.kernel.Kernels;
import dev.amalgam.core.weight.ReadBuffer;
import dev.amalgam.core.weight.Weights;
import dev.amalgam.io.importance.Sidecar;
import dev.amalgam.io.importance.SidecarMetadata;
import dev.amalgam.job.api.ReportException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A sidecar as a report reads it, from one thread: its partitions, each once. At the level of rows
 * a bias shares the partitions of its weight, so its name is left out and its entries count with
 * the weight's.
 */
final class ScoreFile implements AutoCloseable {

  /** How many values are read at once. */
  static final int CHUNK = 1 << 16;

  private static final String WEIGHT = ".weight";
  private static final String BIAS = ".bias";

  private final Path path;
  private final Sidecar sidecar;
  private final Weights importance;
  private final String label;
  private final Map<String, Long> counts = new LinkedHashMap<>();
  private final Map<String, Long> sizes = new LinkedHashMap<>();
  private final ReadBuffer buffer = new ReadBuffer(Kernels.get());

  private ScoreFile(Path path, Sidecar sidecar, String label) {
    this.path = path;
    this.sidecar = sidecar;
    this.importance = sidecar.importance();
    this.label = label;
    List<String> shared = new ArrayList<>();
    Set<String> all = new HashSet<>(sidecar.names());
    for (String name : sidecar.names()) {
      long count = sidecar.shape(name).elements();
      long size = sidecar.size(name);
      if (size < 1 || count < 1) {
        throw damaged("%s has %d partitions of %d parameters".formatted(quote(name), count, size));
      }
      counts.put(name, count);
      sizes.put(name, size);
      if (all.contains(weightOf(name)) && isShared(name, count)) {
        shared.add(name);
      }
    }
    for (String bias : shared) {
      sizes.merge(weightOf(bias), sizes.remove(bias), Long::sum);
      counts.remove(bias);
    }
    if (counts.isEmpty()) {
      throw damaged("it has no scores");
    }
    parameters();
  }

  private boolean isShared(String name, long count) {
    return metadata().level() == Level.ROW
        && name.endsWith(BIAS)
        && sidecar.shape(weightOf(name)).elements() == count;
  }

  private static String weightOf(String bias) {
    return bias.substring(0, Math.max(0, bias.length() - BIAS.length())) + WEIGHT;
  }

  private ReportException damaged(String what) {
    return new ReportException(
        "%s: %s; the file is damaged, so work it out again with 'amalgam importance'"
            .formatted(quote(path.toString()), what));
  }

  /**
   * Opens a sidecar.
   *
   * @param label what the report calls it
   */
  static ScoreFile open(Path path, String label) {
    Sidecar sidecar = Sidecar.open(path);
    try {
      return new ScoreFile(path, sidecar, label);
    } catch (RuntimeException e) {
      sidecar.close();
      throw e;
    }
  }

  /** Returns where it is. */
  Path path() {
    return path;
  }

  /** Returns what the report calls it. */
  String label() {
    return label;
  }

  /** Returns how the scores came about. */
  SidecarMetadata metadata() {
    return sidecar.metadata();
  }

  /** Returns the names of tensors or groups that have scores for their examples. */
  List<String> scoredNames() {
    return sidecar.names();
  }

  /** Returns the names that have partitions, in the order of the file. */
  Set<String> names() {
    return counts.keySet();
  }

  /** Returns how many partitions a name has. */
  long count(String name) {
    return counts.get(name);
  }

  /** Returns how many parameters each partition of a name has. */
  long size(String name) {
    return sizes.get(name);
  }

  /** Returns the number of parameters of all partitions. */
  long parameters() {
    long sum = 0;
    try {
      for (String name : counts.keySet()) {
        sum = Math.addExact(sum, Math.multiplyExact(count(name), size(name)));
      }
    } catch (ArithmeticException e) {
      throw damaged("its partitions have more than 2⁶³ parameters");
    }
    return sum;
  }

  /** Returns the number of partitions. */
  long partitions() {
    return counts.values().stream().mapToLong(Long::longValue).sum();
  }

  /** Returns the mean over examples of the magnitude of a name's score. */
  double magnitude(String name) {
    double sum = 0;
    float[] scores = sidecar.exampleScores(name);
    for (float score : scores) {
      sum += Math.abs(score);
    }
    if (!Double.isFinite(sum)) {
      throw damaged("a score of " + quote(name) + " is no finite number");
    }
    return sum / scores.length;
  }

  /**
   * Reads the importance of the next partitions of a name, at most {@link #CHUNK}.
   *
   * @return how many were read
   */
  int read(String name, long from, float[] target) {
    int length = (int) Math.min(CHUNK, count(name) - from);
    importance.find(name).orElseThrow().read(from, length, target, 0, buffer);
    for (int i = 0; i < length; i++) {
      if (!(target[i] >= 0 && target[i] < Float.POSITIVE_INFINITY)) {
        throw damaged(
            "the importance of %s has the value %s at %d"
                .formatted(quote(name), target[i], from + i));
      }
    }
    return length;
  }

  /** Returns the names whose partitions are those of all the others too. */
  static List<String> common(List<ScoreFile> files) {
    ScoreFile first = files.getFirst();
    List<Set<String>> others =
        files.stream().skip(1).map(f -> (Set<String>) new HashSet<>(f.names())).toList();
    List<String> common = new ArrayList<>();
    for (String name : first.names()) {
      boolean everywhere = others.stream().allMatch(names -> names.contains(name));
      if (everywhere
          && files.stream()
              .allMatch(
                  f -> f.count(name) == first.count(name) && f.size(name) == first.size(name))) {
        common.add(name);
      }
    }
    return common;
  }

  @Override
  public void close() {
    buffer.close();
    sidecar.close();
  }
}
