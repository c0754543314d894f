package dev.amalgam.core.model;

import dev.amalgam.core.layer.Targets;

/**
 * What a sequence classifier tells of a text, by its config.
 *
 * @param kind one class, several, or numbers
 * @param count how many classes, or numbers, there are
 */
record Classes(Targets.Kind kind, int count) {

  private static final int DEFAULT_COUNT = 2;
  private static final String PROBLEM = "problem_type";

  /**
   * Returns what {@code problem_type} says; without it a model of one label gives a number, as in
   * transformers, and one of several tells one of them.
   *
   * @throws dev.amalgam.core.layer.ModelException if it is not known, or there is one class to tell
   */
  static Classes ofText(ModelConfig config) {
    int count = count(config);
    String standard = count == 1 ? "regression" : "single_label_classification";
    return new Classes(
        switch (config.text(PROBLEM).orElse(standard)) {
          case "regression" -> Targets.Kind.NUMBERS;
          case "multi_label_classification" -> Targets.Kind.LABELS;
          case "single_label_classification" -> {
            if (count == 1) {
              throw config.unsupported("id2label", "two classes or more");
            }
            yield Targets.Kind.CLASS;
          }
          default ->
              throw config.unsupported(
                  PROBLEM, "single_label_classification, multi_label_classification, regression");
        },
        count);
  }

  /** Returns how many labels {@code id2label}, or {@code num_labels}, tells of; 2 without. */
  static int count(ModelConfig config) {
    return config
        .section("id2label")
        .map(labels -> labels.keys().size())
        .orElseGet(() -> config.count("num_labels", DEFAULT_COUNT));
  }
}
