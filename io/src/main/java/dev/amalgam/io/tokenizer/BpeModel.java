package dev.amalgam.io.tokenizer;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.BitSet;

/**
 * Byte-pair encoding (Sennrich, Haddow and Birch, "Neural Machine Translation of Rare Words with
 * Subword Units", 2016): characters first, which merge in the order of learned ranks.
 */
final class BpeModel implements Model {

  /**
   * The settings.
   *
   * @param prefix what every symbol but the first of a word begins with in the vocabulary
   * @param suffix what the last symbol of a word ends with in the vocabulary
   * @param unknown the token for characters that are not in the vocabulary, or null: they are left
   *     out
   * @param fuseUnknown whether unknown characters next to each other become one token
   * @param wholeWords whether a word that is a token itself is taken without merging
   */
  record Options(
      String prefix, String suffix, Unknown unknown, boolean fuseUnknown, boolean wholeWords) {}

  private final Vocabulary vocabulary;
  private final Merges merges;
  private final Options options;
  // The token for each byte, or null if bytes do not stand in for unknown characters.
  private final int[] bytes;
  // In front of these a piece can be cut without a change to its tokens.
  private final BitSet starters;
  private final WordCache cache = new WordCache();

  /**
   * Creates the model.
   *
   * @param bytes the token for each byte, -1 where there is none; null if unknown characters are
   *     not written as bytes
   * @param starters characters that no merge joins to one before them, unless it is the same
   *     character; each is a token itself. Where words have a prefix or a suffix, there are none.
   */
  BpeModel(Vocabulary vocabulary, Merges merges, Options options, int[] bytes, BitSet starters) {
    this.vocabulary = vocabulary;
    this.merges = merges;
    this.options = options;
    this.bytes = bytes;
    this.starters = starters;
  }

  @Override
  public Vocabulary vocabulary() {
    return vocabulary;
  }

  @Override
  public void tokenize(String piece, TokenBuffer out) {
    if (options.wholeWords()) {
      int id = vocabulary.id(piece);
      if (id >= 0) {
        out.add(id, piece);
        return;
      }
    }
    int start = 0;
    for (int at = 1; at < piece.length(); at++) {
      if (starters.get(piece.charAt(at)) && piece.charAt(at - 1) != piece.charAt(at)) {
        addWord(piece.substring(start, at), out);
        start = at;
      }
    }
    addWord(piece.substring(start), out);
  }

  private void addWord(String word, TokenBuffer out) {
    int[] ids = cache.get(word);
    if (ids == null) {
      ids = merge(word);
      cache.put(word, ids);
    }
    for (int id : ids) {
      out.add(id, vocabulary.known(id));
    }
  }

  private int[] merge(String piece) {
    Symbols symbols = new Symbols(piece.length());
    boolean unknown = false;
    for (int at = 0; at < piece.length(); ) {
      int end = at + Character.charCount(piece.codePointAt(at));
      String symbol = piece.substring(at, end);
      if (at > 0) {
        symbol = options.prefix().concat(symbol);
      }
      if (end == piece.length()) {
        symbol = symbol.concat(options.suffix());
      }
      at = end;
      int id = vocabulary.id(symbol);
      if (id < 0 && (bytes == null || !addBytes(symbol, symbols))) {
        if (options.unknown() != null) {
          int unknownId = options.unknown().idFor(symbol);
          if (unknown && !options.fuseUnknown()) {
            symbols.add(unknownId);
          }
          unknown = true;
        }
      } else if (id >= 0) {
        // An unknown character is added late: bytes that follow it come before it, as in the
        // library.
        if (unknown) {
          symbols.add(options.unknown().id());
          unknown = false;
        }
        symbols.add(id);
      }
    }
    if (unknown) {
      symbols.add(options.unknown().id());
    }
    return Arrays.copyOf(symbols.ids, merges.apply(symbols.ids, symbols.count));
  }

  private boolean addBytes(String symbol, Symbols symbols) {
    byte[] utf8 = symbol.getBytes(StandardCharsets.UTF_8);
    for (byte b : utf8) {
      if (bytes[b & 0xFF] < 0) {
        return false;
      }
    }
    for (byte b : utf8) {
      symbols.add(bytes[b & 0xFF]);
    }
    return true;
  }

  private static final class Symbols {
    private int[] ids;
    private int count;

    Symbols(int capacity) {
      ids = new int[capacity];
    }

    void add(int id) {
      if (count == ids.length) {
        ids = Arrays.copyOf(ids, 2 * count + 4);
      }
      ids[count++] = id;
    }
  }
}
