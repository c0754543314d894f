package dev.amalgam.core.recipe;

import dev.amalgam.core.AmalgamException;

/** A recipe that cannot be read, or asks for what does not exist or does not fit its models. */
public final class RecipeException extends AmalgamException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates the exception.
   *
   * @param message one line: place, value, cure
   */
  public RecipeException(String message) {
    super(message, null);
  }

  /**
   * Creates the exception.
   *
   * @param message one line: place, value, cure
   * @param cause what was caught
   */
  public RecipeException(String message, Throwable cause) {
    super(message, cause);
  }
}
