package dev.amalgam.io.dataset;

import dev.amalgam.core.AmalgamException;

/** Examples that cannot be read, or that do not suit the model. */
public final class DatasetException extends AmalgamException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates the exception.
   *
   * @param message one line: file, line or tensor and place in it, value, cure
   */
  public DatasetException(String message) {
    super(message, null);
  }

  /**
   * Creates the exception.
   *
   * @param message one line: file, line or tensor and place in it, value, cure
   * @param cause what was caught
   */
  public DatasetException(String message, Throwable cause) {
    super(message, cause);
  }
}
