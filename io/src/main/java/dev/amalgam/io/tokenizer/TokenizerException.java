package dev.amalgam.io.tokenizer;

import dev.amalgam.core.AmalgamException;

/** A tokenizer that cannot be read, is malformed or not supported, or cannot take a text. */
public final class TokenizerException extends AmalgamException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates the exception.
   *
   * @param message one line: file, place in it, value, cure
   */
  public TokenizerException(String message) {
    super(message, null);
  }

  /**
   * Creates the exception.
   *
   * @param message one line: file, place in it, value, cure
   * @param cause what was caught
   */
  public TokenizerException(String message, Throwable cause) {
    super(message, cause);
  }
}
