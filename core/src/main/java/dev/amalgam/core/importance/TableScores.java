package dev.amalgam.core.importance;

import java.util.LinkedHashMap;
import java.util.Map;

/** Scores up to the level of rows and columns, in arrays. */
final class TableScores implements ImportanceScores {

  private final ScoreTable table;
  private final Losses losses;
  private final Map<String, float[]> importance = new LinkedHashMap<>();

  TableScores(ScoreTable table, Losses losses) {
    this.table = table;
    this.losses = losses;
    table.partitions().counts().keySet().forEach(k -> importance.put(k, table.importance(k)));
  }

  @Override
  public Partitions partitions() {
    return table.partitions();
  }

  private float[] of(String name) {
    return importance.get(partitions().of(name).map(Partitioning::key).orElse(name));
  }

  @Override
  public long count(String name) {
    return of(name).length;
  }

  @Override
  public void read(String name, long from, int count, float[] target) {
    System.arraycopy(of(name), Math.toIntExact(from), target, 0, count);
  }

  @Override
  public Map<String, double[]> exampleScores() {
    return table.exampleScores();
  }

  @Override
  public Losses losses() {
    return losses;
  }
}
