package dev.amalgam.core.model;

/** Reads the classes of a sequence classifier from its config. */
public final class Classes {

  private static final int DEFAULT_COUNT = 2;

  private Classes() {}

  /**
   * Returns how many classes there are, at least 2.
   *
   * @throws dev.amalgam.core.layer.ModelException if the config asks for something else than one
   *     class a text
   */
  public static int count(ModelConfig config) {
    config.mustBe("problem_type", "single_label_classification");
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
