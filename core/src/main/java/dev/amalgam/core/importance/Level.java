package dev.amalgam.core.importance;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** How finely a delta is partitioned, the coarsest level first. */
public enum Level {
  /** The whole model is one partition. */
  MODEL,
  /** Each transformer layer, and the embedding, the final norm and the head. */
  LAYER,
  /** In each layer attention, MLP and norms; else as {@link #LAYER}. */
  MODULE,
  /** Each tensor. */
  TENSOR,
  /**
   * What writes one hidden unit: a row of a weight, or the column of one that is stored with its
   * inputs first, together with the entry of its bias; each row of an embedding; each entry of
   * another vector.
   */
  ROW,
  /** What reads one hidden unit: a column of a weight; each entry of a vector. */
  COLUMN,
  /** Each single parameter. */
  ELEMENT;

  /** Returns the level's name in recipes and files. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Returns the names of all levels. */
  public static List<String> words() {
    return Arrays.stream(values()).map(Level::word).toList();
  }

  /** Returns the level of this name, if there is one. */
  public static Optional<Level> of(String word) {
    return Arrays.stream(values()).filter(level -> level.word().equals(word)).findFirst();
  }

  /** Returns whether a partition may hold several tensors. */
  public boolean isGroup() {
    return this == MODEL || this == LAYER || this == MODULE;
  }
}
