package dev.amalgam.io.tokenizer;

/**
 * WordPiece (Schuster and Nakajima, "Japanese and Korean Voice Search", 2012): from left to right,
 * always the longest token of the vocabulary.
 */
final class WordPieceModel implements Model {

  private final Vocabulary vocabulary;
  private final Unknown unknown;
  private final int longest;
  private final CharTrie trie = new CharTrie();
  private final int continuation;

  /**
   * Creates the model.
   *
   * @param prefix what tokens begin with that do not begin a word
   * @param longest how many code points a word may have, beyond which it is unknown
   */
  WordPieceModel(Vocabulary vocabulary, Unknown unknown, String prefix, int longest) {
    this.vocabulary = vocabulary;
    this.unknown = unknown;
    this.longest = longest;
    vocabulary.ids().forEach(trie::put);
    this.continuation = trie.walk(prefix);
  }

  @Override
  public Vocabulary vocabulary() {
    return vocabulary;
  }

  @Override
  public void tokenize(String piece, TokenBuffer out) {
    TokenBuffer tokens = new TokenBuffer();
    if (piece.codePointCount(0, piece.length()) > longest || !split(piece, tokens)) {
      out.add(unknown.idFor(piece), unknown.token());
    } else {
      out.addAll(tokens);
    }
  }

  private boolean split(String piece, TokenBuffer tokens) {
    int start = 0;
    while (start < piece.length()) {
      int node = start == 0 ? CharTrie.ROOT : continuation;
      int end = -1;
      int found = -1;
      for (int at = start; at < piece.length() && node != CharTrie.NONE; at++) {
        node = trie.step(node, piece.charAt(at));
        if (node != CharTrie.NONE && trie.value(node) >= 0) {
          found = trie.value(node);
          end = at + 1;
        }
      }
      if (found < 0) {
        return false;
      }
      tokens.add(found, vocabulary.known(found));
      start = end;
    }
    return true;
  }
}
