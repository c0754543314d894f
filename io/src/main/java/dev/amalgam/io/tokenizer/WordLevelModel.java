package dev.amalgam.io.tokenizer;

/**
 * Whole words only.
 *
 * @param unknown the token for all other words
 */
record WordLevelModel(Vocabulary vocabulary, Unknown unknown) implements Model {

  @Override
  public void tokenize(String piece, TokenBuffer out) {
    int id = vocabulary.id(piece);
    if (id >= 0) {
      out.add(id, piece);
    } else {
      out.add(unknown.idFor(piece), unknown.token());
    }
  }
}
