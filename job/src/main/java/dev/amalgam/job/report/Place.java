package dev.amalgam.job.report;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * Where in a model a tensor or a group of tensors is, as its name tells.
 *
 * @param layer the number of its layer; {@link #BEFORE} or {@link #AFTER} for what is in none
 * @param column what that is called: {@code 3}, {@code embedding}, {@code final norm}, …
 * @param part the part of the layer
 */
record Place(int layer, String column, Part part) {

  static final int BEFORE = -1;
  static final int AFTER = Integer.MAX_VALUE;

  /** Places in the order of the model. */
  static final Comparator<Place> ORDER =
      Comparator.comparingInt(Place::layer).thenComparing(Place::column).thenComparing(Place::part);

  /** A part of a layer. */
  enum Part {
    ATTENTION,
    MLP,
    NORMS,
    OTHER,
    /** A layer, or what is in none, as a whole. */
    WHOLE;

    /** Returns its name. */
    String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private record PartRule(String word, Part part) {}

  private record ColumnRule(String word, int layer, String column) {}

  // The first word that a name contains decides.
  private static final List<PartRule> PARTS =
      List.of(
          new PartRule("norm", Part.NORMS),
          new PartRule("ln_", Part.NORMS),
          new PartRule("attn", Part.ATTENTION),
          new PartRule("attention", Part.ATTENTION),
          new PartRule("mlp", Part.MLP),
          new PartRule("ffn", Part.MLP),
          new PartRule("feed_forward", Part.MLP),
          new PartRule("intermediate", Part.MLP),
          new PartRule("output", Part.MLP));

  private static final List<ColumnRule> COLUMNS =
      List.of(
          new ColumnRule("embed", BEFORE, "embedding"),
          new ColumnRule("wte", BEFORE, "embedding"),
          new ColumnRule("wpe", BEFORE, "embedding"),
          new ColumnRule("head", AFTER, "head"),
          new ColumnRule("classifier", AFTER, "head"),
          new ColumnRule("pooler", AFTER, "head"),
          new ColumnRule("predictions", AFTER, "head"),
          new ColumnRule("score", AFTER, "head"),
          new ColumnRule("norm", AFTER, "final norm"),
          new ColumnRule("ln_f", AFTER, "final norm"));

  private static final int MOST_DIGITS = 6;

  /** Returns the place of a name. */
  static Place of(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    String[] words = lower.split("\\.");
    for (int i = 0; i < words.length; i++) {
      if (isNumber(words[i])) {
        int layer = Integer.parseInt(words[i]);
        Part part = i == words.length - 1 ? Part.WHOLE : part(lower);
        return new Place(layer, Integer.toString(layer), part);
      }
    }
    for (ColumnRule rule : COLUMNS) {
      if (lower.contains(rule.word())) {
        return new Place(rule.layer(), rule.column(), Part.WHOLE);
      }
    }
    return new Place(AFTER, lower.equals("model") ? "model" : "other", Part.WHOLE);
  }

  private static boolean isNumber(String word) {
    return !word.isEmpty()
        && word.length() <= MOST_DIGITS
        && word.chars().allMatch(c -> c >= '0' && c <= '9');
  }

  private static Part part(String lower) {
    return PARTS.stream()
        .filter(rule -> lower.contains(rule.word()))
        .map(PartRule::part)
        .findFirst()
        .orElse(Part.OTHER);
  }

  /** Returns whether it is in a numbered layer. */
  boolean isInLayer() {
    return layer != BEFORE && layer != AFTER;
  }

  /** Returns what it is called. */
  String words() {
    return isInLayer() ? "layer " + column + ", " + part.word() : column;
  }

  /** Returns the place of the layer, or whatever it is, as a whole. */
  Place whole() {
    return new Place(layer, column, Part.WHOLE);
  }
}
