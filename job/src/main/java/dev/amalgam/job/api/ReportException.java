package dev.amalgam.job.api;

import dev.amalgam.core.AmalgamException;

/** What a report was asked to show does not go together, or cannot be shown. */
public final class ReportException extends AmalgamException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates the exception.
   *
   * @param message one line that names the culprit and the cure
   */
  public ReportException(String message) {
    super(message, null);
  }
}
