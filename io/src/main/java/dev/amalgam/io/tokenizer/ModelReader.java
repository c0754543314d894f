package dev.amalgam.io.tokenizer;

import static dev.amalgam.core.AmalgamException.quote;

import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Reads the section {@code model}. */
final class ModelReader {

  /** The largest id of a token; real vocabularies stay below a million. */
  static final int LARGEST_ID = (1 << 24) - 1;

  private static final int LARGEST_ANYWHERE = 1 << 20;
  private static final int MOST_IDS_PER_TOKEN = 64;

  private final Part part;
  private final ModelTables tables;

  private ModelReader(Part part, ModelTables tables) {
    this.part = part;
    this.tables = tables;
  }

  static Model read(Part part, ModelTables tables) {
    ModelReader reader = new ModelReader(part, tables);
    return switch (type(part, tables)) {
      case "BPE" -> reader.bpe();
      case "WordPiece" -> reader.wordPiece();
      case "WordLevel" -> reader.wordLevel();
      case "Unigram" -> reader.unigram();
      default -> throw part.unknownType("BPE", "Unigram", "WordLevel", "WordPiece");
    };
  }

  /** Returns the kind of model. */
  static String type(Part part, ModelTables tables) {
    if (part.find("type") != null) {
      return part.type();
    }
    // Files of older versions do not say.
    return tables.merges != null
        ? "BPE"
        : tables.tokens != null
            ? "Unigram"
            : part.find("max_input_chars_per_word") != null ? "WordPiece" : "WordLevel";
  }

  private Model bpe() {
    part.only(
        "type",
        "dropout",
        "unk_token",
        "continuing_subword_prefix",
        "end_of_word_suffix",
        "fuse_unk",
        "byte_fallback",
        "ignore_merges");
    Part dropout = part.find("dropout");
    if (dropout != null && !(dropout.node().isNumber() && dropout.node().doubleValue() == 0)) {
      throw dropout.problem(
          "must be null or 0, not "
              + quote(dropout.node().asText())
              + ": with dropout, a text would be tokenized at random");
    }
    Vocabulary vocabulary = vocabulary();
    String prefix = string("continuing_subword_prefix");
    String suffix = string("end_of_word_suffix");
    Part unknown = part.find("unk_token");
    return new BpeModel(
        vocabulary,
        merges(vocabulary, prefix),
        new BpeModel.Options(
            prefix,
            suffix,
            unknown == null ? null : Unknown.of(unknown, vocabulary),
            part.bool("fuse_unk", false),
            part.bool("ignore_merges", false)),
        part.bool("byte_fallback", false) ? bytes(vocabulary) : null,
        // Where unknown characters are left out, those around them would become neighbours.
        prefix.isEmpty() && suffix.isEmpty() && unknown != null
            ? starters(vocabulary)
            : new BitSet());
  }

  /**
   * Returns the characters in front of which words can be cut: SentencePiece's ▁, mostly. A merge
   * across the cut would need a right half that begins with that character, and a left half that
   * ends with another.
   */
  private BitSet starters(Vocabulary vocabulary) {
    BitSet joined = new BitSet();
    List<String> merges = tables.merges;
    for (int i = 0; i < merges.size(); i += 2) {
      String left = merges.get(i);
      String right = merges.get(i + 1);
      if (left.isEmpty() || right.isEmpty()) {
        return new BitSet();
      }
      if (left.charAt(left.length() - 1) != right.charAt(0)) {
        joined.set(right.charAt(0));
      }
    }
    BitSet starters = new BitSet();
    for (String token : vocabulary.ids().keySet()) {
      if (token.length() == 1 && !joined.get(token.charAt(0))) {
        starters.set(token.charAt(0));
      }
    }
    return starters;
  }

  private Model wordPiece() {
    part.only("type", "unk_token", "continuing_subword_prefix", "max_input_chars_per_word");
    Vocabulary vocabulary = vocabulary();
    return new WordPieceModel(
        vocabulary,
        Unknown.of(part.get("unk_token"), vocabulary),
        part.get("continuing_subword_prefix").string(),
        part.get("max_input_chars_per_word").count());
  }

  private Model wordLevel() {
    part.only("type", "unk_token");
    Vocabulary vocabulary = vocabulary();
    return new WordLevelModel(vocabulary, Unknown.of(part.get("unk_token"), vocabulary));
  }

  private Model unigram() {
    part.only("type", "unk_id", "byte_fallback");
    Vocabulary vocabulary = list();
    int size = vocabulary.size();
    Part unknown = part.find("unk_id");
    if (unknown != null && unknown.count() >= size) {
      throw unknown.problem("is " + unknown.count() + ", but there are only " + size + " tokens");
    }
    return new UnigramModel(
        vocabulary,
        tables.scores.stream().mapToDouble(Double::doubleValue).toArray(),
        unknown == null ? -1 : unknown.count(),
        part.bool("byte_fallback", false) ? bytes(vocabulary) : null,
        part);
  }

  /** Returns the vocabulary of a model of any kind. */
  static Vocabulary vocabulary(Part part, ModelTables tables) {
    ModelReader reader = new ModelReader(part, tables);
    return type(part, tables).equals("Unigram") ? reader.list() : reader.vocabulary();
  }

  private Vocabulary list() {
    if (tables.tokens == null) {
      throw part.problem("must have a list of tokens and scores under 'vocab'");
    }
    String[] tokens = tables.tokens.toArray(String[]::new);
    if (tokens.length > LARGEST_ID) {
      throw part.problem("has more than " + LARGEST_ID + " tokens");
    }
    Map<String, Integer> ids = HashMap.newHashMap(tokens.length);
    for (int i = 0; i < tokens.length; i++) {
      ids.put(tokens[i], i);
    }
    return new Vocabulary(ids, tokens, tokens.length);
  }

  private String string(String key) {
    Part value = part.find(key);
    return value == null ? "" : value.string();
  }

  private Vocabulary vocabulary() {
    if (tables.ids == null) {
      throw part.problem("must have an object with tokens and their ids under 'vocab'");
    }
    int largest = -1;
    for (int id : tables.ids.values()) {
      largest = Math.max(largest, id);
    }
    int count = tables.ids.size();
    if (largest > Math.max(LARGEST_ANYWHERE, (long) MOST_IDS_PER_TOKEN * count)) {
      throw part.problem(
          "has %d tokens and the id %d, and real vocabularies have no such gaps; the file is damaged"
              .formatted(count, largest));
    }
    String[] tokens = new String[largest + 1];
    tables.ids.forEach(
        (token, id) -> {
          if (tokens[id] != null) {
            throw part.problem(
                "has two tokens of the id "
                    + id
                    + ", "
                    + quote(tokens[id])
                    + " and "
                    + quote(token));
          }
          tokens[id] = token;
        });
    return new Vocabulary(tables.ids, tokens, tables.ids.size());
  }

  private Merges merges(Vocabulary vocabulary, String prefix) {
    List<String> merges = tables.merges;
    if (merges == null) {
      throw part.problem("must have a list under 'merges'");
    }
    int count = merges.size() / 2;
    PairTable pairs = new PairTable(count);
    int[] merged = new int[count];
    for (int rank = 0; rank < count; rank++) {
      String left = merges.get(2 * rank);
      String right = merges.get(2 * rank + 1);
      if (right.length() < prefix.length()) {
        throw merge(rank, right, "which is shorter than 'continuing_subword_prefix'");
      }
      String both = left.concat(right.substring(prefix.length()));
      merged[rank] = known(vocabulary, both, rank);
      pairs.put(known(vocabulary, left, rank), known(vocabulary, right, rank), rank);
    }
    return new Merges(pairs, merged);
  }

  private int known(Vocabulary vocabulary, String token, int rank) {
    int id = vocabulary.id(token);
    if (id < 0) {
      throw merge(rank, token, "which is not in the vocabulary");
    }
    return id;
  }

  private TokenizerException merge(int rank, String token, String problem) {
    return new Part(part.file(), part.path() + ".merges[" + rank + "]", part.node())
        .problem("has or makes the token " + quote(token) + ", " + problem);
  }

  /** Returns the token for each byte, -1 where there is none. */
  private static int[] bytes(Vocabulary vocabulary) {
    int[] bytes = new int[256];
    for (int b = 0; b < bytes.length; b++) {
      bytes[b] = vocabulary.id("<0x%02X>".formatted(b));
    }
    return bytes;
  }
}
