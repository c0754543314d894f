package dev.amalgam.io.tokenizer;

import static dev.amalgam.core.AmalgamException.quote;

/**
 * The token for what a vocabulary has no token for.
 *
 * @param id its id, or -1 if the vocabulary lacks it
 * @param token how it is written
 * @param part where the file names it
 */
record Unknown(int id, String token, Part part) {

  static Unknown of(Part part, Vocabulary vocabulary) {
    return new Unknown(vocabulary.id(part.string()), part.string(), part);
  }

  /** Returns the id, which is wanted for {@code piece}. */
  int idFor(String piece) {
    if (id < 0) {
      throw part.problem(
          "is not in the vocabulary, but the text has "
              + quote(piece)
              + ", which is not in it either");
    }
    return id;
  }
}
