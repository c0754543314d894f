package dev.amalgam.core.vocabulary;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

/**
 * Where each row of a rearranged table comes from: a row of one of several models, the mean of such
 * rows, or nowhere, which makes it zero. Not for several threads before it is complete.
 */
public final class TokenRows {

  /** The model of a row that is zero. */
  static final int ZERO = -1;

  /** The model of a row that is a mean. */
  static final int MEAN = -2;

  private final int[] models;
  private final int[] rows;
  private final List<List<Place>> means = new ArrayList<>();

  /**
   * A row of a model.
   *
   * @param model the number of the model
   * @param row the number of the row
   */
  public record Place(int model, int row) {}

  /** Creates a table of which every row is zero. */
  public TokenRows(int size) {
    this.models = new int[size];
    this.rows = new int[size];
    Arrays.fill(models, ZERO);
  }

  /** Returns the number of rows. */
  public int size() {
    return models.length;
  }

  /** Makes a row the copy of another. */
  public void copy(int at, Place from) {
    models[at] = from.model();
    rows[at] = from.row();
  }

  /**
   * Makes a row the mean of others: their sum in float32, in the order given, divided by how many
   * they are.
   */
  public void mean(int at, List<Place> of) {
    models[at] = MEAN;
    rows[at] = means.size();
    means.add(of);
  }

  /** Returns whether a model's rows all stay where they are, and no row is added or taken away. */
  public boolean isUnchanged(int model, int size) {
    for (int i = 0; i < models.length; i++) {
      if (models[i] != model || rows[i] != i) {
        return false;
      }
    }
    return size == models.length;
  }

  /** Returns the models whose rows are used. */
  BitSet used() {
    BitSet used = new BitSet();
    for (int model : models) {
      if (model >= 0) {
        used.set(model);
      }
    }
    means.forEach(places -> places.forEach(place -> used.set(place.model())));
    return used;
  }

  /** Returns whether any row is a mean. */
  boolean hasMeans() {
    return !means.isEmpty();
  }

  /** Returns the number of a row's model, {@link #ZERO} or {@link #MEAN}. */
  int model(int at) {
    return models[at];
  }

  /** Returns the number of the row in its model. */
  int row(int at) {
    return rows[at];
  }

  /** Returns the rows that one is the mean of. */
  List<Place> mean(int at) {
    return means.get(rows[at]);
  }

  /**
   * Returns how many rows from {@code at} on, at most {@code most}, lie one behind the other in the
   * same model, or are zero.
   */
  int run(int at, int most) {
    int model = models[at];
    int length = 1;
    while (model != MEAN
        && length < most
        && models[at + length] == model
        && (model == ZERO || rows[at + length] == rows[at] + length)) {
      length++;
    }
    return length;
  }
}
