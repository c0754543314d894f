package dev.amalgam.core.model;

import static dev.amalgam.core.AmalgamException.quote;

import dev.amalgam.core.layer.Head;
import dev.amalgam.core.layer.ModelException;
import java.util.List;

/** The class names under which configs say what head a model has. */
public final class Architectures {

  private Architectures() {}

  /**
   * Returns the architecture that a config names.
   *
   * @param known those that can be run
   * @param standard the one meant if the config names none
   * @throws ModelException if it is not known
   */
  public static String check(ModelConfig config, List<String> known, String standard) {
    String named = config.architecture().orElse(standard);
    if (!known.contains(named)) {
      throw new ModelException(
          "%s: architecture %s cannot be run; known for this model_type: %s"
              .formatted(config.place(), quote(named), String.join(", ", known)));
    }
    return named;
  }

  /**
   * Returns the head of an encoder that has none.
   *
   * @param wanted whether the model was asked for its head
   * @throws ModelException if it was
   */
  static Head noHead(boolean wanted, ModelConfig config) {
    if (wanted) {
      throw new ModelException(
          "%s describes an encoder without a task head, which predicts nothing; take the head of a fine-tuned model with --head"
              .formatted(config.place()));
    }
    return Head.none();
  }
}
