package dev.amalgam.core.importance;

import java.util.Map;

/**
 * Scores of single parameters.
 *
 * @param table where they are
 * @param losses the losses of the examples
 */
record ElementScores(ElementTable table, Losses losses) implements ImportanceScores {

  @Override
  public Partitions partitions() {
    return table.partitions();
  }

  @Override
  public long count(String name) {
    return table.shape(name).elements();
  }

  @Override
  public void read(String name, long from, int count, float[] target) {
    table.read(name, from, count, target);
  }

  @Override
  public Map<String, double[]> exampleScores() {
    return table.exampleScores();
  }
}
