package dev.amalgam.core.layer;

import dev.amalgam.core.AmalgamException;

/** A model that cannot be run, or not on the examples given. */
public final class ModelException extends AmalgamException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates the exception.
   *
   * @param message one line: file, tensor or place, value, cure
   */
  public ModelException(String message) {
    super(message, null);
  }
}
