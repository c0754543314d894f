package dev.amalgam.io.tokenizer;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The tokens that were added on top of a model's vocabulary. */
final class AddedTokens {

  private final Map<String, Integer> ids = new HashMap<>();
  private final Map<Integer, AddedToken> tokens = new LinkedHashMap<>();
  private final Set<String> special = new HashSet<>();
  private final TextNormalizer normalizer;
  private final TokenFinder asWritten;
  private final TokenFinder asNormalized;

  /**
   * Creates the tokens.
   *
   * @param part the section {@code added_tokens}, or null
   * @param normalizer of the text, or null
   */
  AddedTokens(Part part, Vocabulary vocabulary, TextNormalizer normalizer) {
    this.normalizer = normalizer;
    if (part != null) {
      int next = vocabulary.size();
      Growth growth = new Growth();
      for (Part token : part.list()) {
        next = add(token, vocabulary, next, growth);
      }
    }
    this.asWritten = finder(false);
    this.asNormalized = finder(true);
  }

  // Like the library, which numbers new tokens one after the other, whatever the file says.
  private int add(Part part, Vocabulary vocabulary, int next, Growth growth) {
    part.only("id", "content", "single_word", "lstrip", "rstrip", "normalized", "special");
    part.get("id").count();
    String content = part.get("content").string();
    boolean normalized = part.get("normalized").bool();
    String written = content;
    if (normalized && normalizer != null) {
      growth.allow(content);
      written = normalizer.apply(content, growth);
    }
    Integer known = ids.get(content);
    int inVocabulary = vocabulary.id(content);
    int id = known != null ? known : inVocabulary >= 0 ? inVocabulary : next;
    AddedToken token =
        new AddedToken(
            id,
            content,
            written,
            part.get("single_word").bool(),
            part.get("lstrip").bool(),
            part.get("rstrip").bool(),
            normalized,
            part.get("special").bool());
    if (content.isEmpty()) {
      return next;
    }
    ids.put(content, id);
    tokens.put(id, token);
    if (token.special()) {
      special.add(content);
    }
    return id == next ? next + 1 : next;
  }

  private TokenFinder finder(boolean normalized) {
    Map<String, AddedToken> wanted = new HashMap<>();
    for (AddedToken token : tokens.values()) {
      // Of tokens that normalizing makes the same, the first is found; the library takes any.
      if (token.normalized() == normalized && !token.written().isEmpty()) {
        wanted.putIfAbsent(token.written(), token);
      }
    }
    return wanted.isEmpty() ? null : new TokenFinder(List.copyOf(wanted.values()));
  }

  /**
   * Returns the text in pieces: the tokens in it, and what lies between them, normalized.
   *
   * @throws TokenizerException if the text would grow too much
   */
  List<Piece> extract(String text, Growth growth) {
    List<Piece> pieces = new ArrayList<>();
    for (Piece piece : split(Piece.whole(text), asWritten)) {
      if (piece.isToken()) {
        pieces.add(piece);
      } else {
        pieces.addAll(
            split(normalizer == null ? piece : normalizer.apply(piece, growth), asNormalized));
      }
    }
    return pieces;
  }

  private static List<Piece> split(Piece piece, TokenFinder finder) {
    if (piece.text().isEmpty()) {
      return List.of();
    }
    return finder == null ? List.of(piece.slice(0, piece.text().length())) : finder.split(piece);
  }

  /** Returns these tokens in the order of the file. */
  Collection<AddedToken> all() {
    return tokens.values();
  }

  /** Returns the id of an added token, or -1. */
  int id(String token) {
    return ids.getOrDefault(token, -1);
  }

  /** Returns the added token of an id, or null. */
  AddedToken token(int id) {
    return tokens.get(id);
  }

  boolean isSpecial(String token) {
    return special.contains(token);
  }

  /** Returns how many of these tokens the vocabulary does not have itself. */
  int beyond(Vocabulary vocabulary) {
    return (int) ids.keySet().stream().filter(token -> vocabulary.id(token) < 0).count();
  }
}
