package dev.amalgam.io.tokenizer;

import java.util.Map;
import java.util.Optional;

/** The tokens of a model and their ids. Those that are added on top of it are not in it. */
final class Vocabulary {

  private final Map<String, Integer> ids;
  private final String[] tokens;
  private final int size;

  /**
   * Creates the vocabulary.
   *
   * @param ids the id of each token
   * @param tokens the token of each id, null where there is none
   * @param size how many tokens there are
   */
  Vocabulary(Map<String, Integer> ids, String[] tokens, int size) {
    this.ids = ids;
    this.tokens = tokens;
    this.size = size;
  }

  int size() {
    return size;
  }

  /** Returns the id of a token, or -1. */
  int id(String token) {
    Integer id = ids.get(token);
    return id == null ? -1 : id;
  }

  Optional<String> token(int id) {
    return id < 0 || id >= tokens.length ? Optional.empty() : Optional.ofNullable(tokens[id]);
  }

  /** Returns the token of an id that is known to have one. */
  String known(int id) {
    return tokens[id];
  }

  /** Returns all tokens with their ids. */
  Map<String, Integer> ids() {
    return ids;
  }
}
