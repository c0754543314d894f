package dev.amalgam.io.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The tokens of a {@code tokenizer.json} and their ids, whether or not the rest of the file is
 * supported. Ids are those that Hugging Face's {@code tokenizers} gives.
 */
public final class TokenTable {

  private final Path file;
  private final Kind kind;
  private final TokenEntries entries;
  private final Map<String, AddedToken> added;
  private final Map<String, Integer> ids;
  private final String[] tokens;
  private final Additions additions;

  /**
   * What two tokenizers must have in common for the tokens of one to be tokens of the other.
   *
   * @param type the kind of model
   * @param prefix what symbols within a word begin with
   * @param suffix what the last symbol of a word ends with
   * @param bytes whether characters of tokens stand for bytes
   */
  record Kind(String type, String prefix, String suffix, boolean bytes) {

    /** Returns the kind in words. */
    String describe() {
      return type
          + (bytes ? " of bytes" : "")
          + (prefix.isEmpty() ? "" : " with the prefix " + prefix)
          + (suffix.isEmpty() ? "" : " with the suffix " + suffix);
    }
  }

  /**
   * What a table has that is not in its file.
   *
   * @param entries tokens of the model's vocabulary
   * @param merges the left and the right token of each, in turn
   * @param added added tokens, some of them in the file's vocabulary
   */
  record Additions(List<TokenEntries.Entry> entries, List<String> merges, List<AddedToken> added) {

    static final Additions NONE = new Additions(List.of(), List.of(), List.of());

    /** Copies the lists. */
    Additions {
      entries = List.copyOf(entries);
      merges = List.copyOf(merges);
      added = List.copyOf(added);
    }

    Additions and(Additions more) {
      return new Additions(
          join(entries, more.entries), join(merges, more.merges), join(added, more.added));
    }

    private static <T> List<T> join(List<T> first, List<T> second) {
      List<T> all = new ArrayList<>(first);
      all.addAll(second);
      return all;
    }

    boolean isEmpty() {
      return entries.isEmpty() && merges.isEmpty() && added.isEmpty();
    }
  }

  private TokenTable(
      Path file,
      Kind kind,
      TokenEntries entries,
      Map<String, AddedToken> added,
      Additions additions) {
    this.file = file;
    this.kind = kind;
    this.entries = entries;
    this.added = added;
    this.additions = additions;
    this.ids = new HashMap<>(entries.ids());
    int largest = -1;
    for (AddedToken token : added.values()) {
      ids.put(token.content(), token.id());
    }
    for (int id : ids.values()) {
      largest = Math.max(largest, id);
    }
    this.tokens = new String[largest + 1];
    entries.ids().forEach((token, id) -> tokens[id] = token);
    added.values().forEach(token -> tokens[token.id()] = token.content());
  }

  /**
   * Returns the tokens of a file.
   *
   * @throws TokenizerException if the file cannot be read or its vocabulary or added tokens are
   *     malformed
   */
  public static TokenTable read(Path tokenizerJson) {
    TokenizerFile.Content content = TokenizerFile.read(tokenizerJson);
    Part root = content.root();
    Part model = root.get("model");
    Vocabulary vocabulary = ModelReader.vocabulary(model, content.tables());
    Map<String, AddedToken> added = new LinkedHashMap<>();
    for (AddedToken token : new AddedTokens(root.find("added_tokens"), vocabulary, null).all()) {
      added.put(token.content(), token);
    }
    ModelTables tables = content.tables();
    return new TokenTable(
        tokenizerJson,
        new Kind(
            ModelReader.type(model, tables),
            string(model, "continuing_subword_prefix"),
            string(model, "end_of_word_suffix"),
            ofBytes(root.find("decoder")) || ofBytes(root.find("pre_tokenizer"))),
        new TokenEntries(
            vocabulary.ids(), tables.scores, tables.merges == null ? List.of() : tables.merges),
        added,
        Additions.NONE);
  }

  private static String string(Part part, String key) {
    Part value = part.find(key);
    return value == null ? "" : value.string();
  }

  private static boolean ofBytes(Part part) {
    if (part == null) {
      return false;
    }
    for (JsonNode type : part.node().findValues("type")) {
      if (type.asText().equals("ByteLevel")) {
        return true;
      }
    }
    return false;
  }

  /** Returns this table and more; what is added must have ids. */
  TokenTable with(Additions more) {
    if (more.isEmpty()) {
      return this;
    }
    Map<String, AddedToken> all = new LinkedHashMap<>(added);
    more.added().forEach(token -> all.putIfAbsent(token.content(), token));
    return new TokenTable(file, kind, entries.with(more), all, additions.and(more));
  }

  /**
   * Returns this table with more added tokens, which are found in a text as they are written and
   * are not special; those that it has stay as they are.
   */
  public TokenTable with(List<String> contents) {
    List<AddedToken> more = new ArrayList<>();
    for (String content : contents) {
      if (!ids.containsKey(content)) {
        int id = size() + more.size();
        more.add(new AddedToken(id, content, content, false, false, false, false, false));
      }
    }
    return with(new Additions(List.of(), List.of(), more));
  }

  /** Returns the file that the table, or all of it but what was added, was read from. */
  public Path file() {
    return file;
  }

  /** Returns whether the table has something that its file has not. */
  public boolean isExtended() {
    return !additions.isEmpty();
  }

  /** Returns the number behind the largest id. */
  public int size() {
    return tokens.length;
  }

  /** Returns the id of a token, or -1. */
  public int id(String token) {
    return ids.getOrDefault(token, -1);
  }

  /** Returns the token of an id, if there is one. */
  public Optional<String> token(int id) {
    return id < 0 || id >= tokens.length ? Optional.empty() : Optional.ofNullable(tokens[id]);
  }

  /** Returns all tokens with their ids. */
  public Map<String, Integer> ids() {
    return Map.copyOf(ids);
  }

  /** Returns whether all tokens here have the same ids there, and there are no others. */
  public boolean hasTheIdsOf(TokenTable other) {
    return ids.equals(other.ids);
  }

  Kind kind() {
    return kind;
  }

  TokenEntries entries() {
    return entries;
  }

  /** Returns the added tokens by how they are written, in their order. */
  Map<String, AddedToken> added() {
    return added;
  }

  Additions additions() {
    return additions;
  }
}
