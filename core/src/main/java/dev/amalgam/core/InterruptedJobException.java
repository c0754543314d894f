package dev.amalgam.core;

/**
 * The end of a job whose thread was interrupted. Nothing half-written is left, the thread is still
 * marked as interrupted, and the job can be run again.
 */
public final class InterruptedJobException extends AmalgamException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates the exception.
   *
   * @param message one line that says what was going on
   * @param cause what was caught, or null
   */
  public InterruptedJobException(String message, Throwable cause) {
    super(message, cause);
  }
}
