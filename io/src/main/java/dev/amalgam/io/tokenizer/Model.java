package dev.amalgam.io.tokenizer;

/** What turns a piece of text, no longer to be split, into tokens of its vocabulary. */
sealed interface Model permits BpeModel, WordPieceModel, UnigramModel, WordLevelModel {

  Vocabulary vocabulary();

  /**
   * Adds the tokens of a piece to {@code out}.
   *
   * @param piece Unicode without half surrogate pairs, not empty
   */
  void tokenize(String piece, TokenBuffer out);
}
