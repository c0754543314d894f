package dev.amalgam.io.tokenizer;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Tokens as they are found. */
final class TokenBuffer {

  private int[] ids = new int[16];
  private final List<String> tokens = new ArrayList<>();

  void add(int id, String token) {
    if (tokens.size() == ids.length) {
      ids = Arrays.copyOf(ids, 2 * ids.length);
    }
    ids[tokens.size()] = id;
    tokens.add(token);
  }

  void addAll(TokenBuffer other) {
    for (int i = 0; i < other.tokens.size(); i++) {
      add(other.ids[i], other.tokens.get(i));
    }
  }

  Encoding encoding() {
    return new Encoding(Arrays.copyOf(ids, tokens.size()), tokens);
  }
}
