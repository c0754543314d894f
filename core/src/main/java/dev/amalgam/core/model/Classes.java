package dev.amalgam.core.model;

/** Reads the classes of a sequence classifier from its config. */
final class Classes {

  private static final String SINGLE_LABEL = "single_label_classification";
  private static final int DEFAULT_COUNT = 2;

  private Classes() {}

  /** Returns how many classes there are. */
  static int count(ModelConfig config) {
    if (!config.text("problem_type").orElse(SINGLE_LABEL).equals(SINGLE_LABEL)) {
      throw config.unsupported("problem_type", SINGLE_LABEL);
    }
    int count =
        config
            .section("id2label")
            .map(labels -> labels.keys().size())
            .orElseGet(() -> config.count("num_labels", DEFAULT_COUNT));
    if (count == 1) {
      // With one label transformers computes a regression.
      throw config.unsupported("id2label", "two classes or more");
    }
    return count;
  }
}
