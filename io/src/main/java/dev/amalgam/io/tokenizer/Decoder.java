package dev.amalgam.io.tokenizer;

import java.util.function.Consumer;

/**
 * Turns tokens back into text, one after the other, so that text can be shown while it is still
 * growing.
 */
interface Decoder {

  /**
   * Returns the beginning of one decoding, which is for one thread.
   *
   * @param fused whether what comes in are the parts of one single token, not tokens
   * @param out what takes the text, or the tokens for the next decoder
   */
  Stage start(boolean fused, Consumer<String> out);

  /** Returns whether what comes out are the parts of one single token. */
  default boolean fuses() {
    return false;
  }

  /** A decoding under way. */
  interface Stage {

    /** Takes the next token. */
    void accept(String token);

    /** Gives out what was held back. */
    default void finish() {}
  }
}
