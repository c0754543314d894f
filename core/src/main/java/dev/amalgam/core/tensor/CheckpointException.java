package dev.amalgam.core.tensor;

import dev.amalgam.core.AmalgamException;

/**
 * A checkpoint that cannot be read, is malformed, or does not fit the others, or cannot be written.
 */
public final class CheckpointException extends AmalgamException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates the exception.
   *
   * @param message one line: file, tensor, value, cure
   */
  public CheckpointException(String message) {
    super(message, null);
  }

  /**
   * Creates the exception.
   *
   * @param message one line: file, tensor, value, cure
   * @param cause what was caught
   */
  public CheckpointException(String message, Throwable cause) {
    super(message, cause);
  }
}
