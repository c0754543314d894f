package dev.amalgam.io.regex;

/** A regular expression that is malformed or not supported, or a text it takes too long on. */
public final class RegexException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates the exception.
   *
   * @param message what is wrong, without the expression itself
   */
  public RegexException(String message) {
    super(message);
  }
}
