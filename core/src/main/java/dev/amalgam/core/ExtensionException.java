package dev.amalgam.core;

/** A jar adds something to Amalgam that cannot be used. */
public final class ExtensionException extends AmalgamException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates the exception.
   *
   * @param message one line: which, why, cure
   * @param cause what was caught, or null
   */
  public ExtensionException(String message, Throwable cause) {
    super(message, cause);
  }
}
