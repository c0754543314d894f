package dev.amalgam.io.tokenizer;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * SentencePiece's table of replacements: a double-array trie of UTF-8 (that of darts-clone) whose
 * values are offsets into a text in which a zero ends each replacement.
 */
final class Precompiled implements Normalizer {

  private static final Pattern GRAPHEME = Pattern.compile("\\X");
  // Graphemes longer than this are never looked up whole.
  private static final int LONGEST_GRAPHEME = 5;

  private final int[] trie;
  private final byte[] replacements;

  private Precompiled(int[] trie, byte[] replacements) {
    this.trie = trie;
    this.replacements = replacements;
  }

  static Precompiled read(Part part) {
    part.only("type", "precompiled_charsmap");
    Part map = part.get("precompiled_charsmap");
    byte[] bytes;
    try {
      bytes = Base64.getDecoder().decode(map.string());
    } catch (IllegalArgumentException e) {
      throw map.problem("is not base64; the file is damaged");
    }
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    int trieBytes = buffer.remaining() < Integer.BYTES ? -1 : buffer.getInt();
    if (trieBytes < Integer.BYTES
        || trieBytes % Integer.BYTES != 0
        || trieBytes > buffer.remaining()) {
      throw map.problem(
          "does not begin with the size of a trie that it holds; the file is damaged");
    }
    int[] trie = new int[trieBytes / Integer.BYTES];
    buffer.asIntBuffer().get(trie);
    buffer.position(buffer.position() + trieBytes);
    byte[] replacements = new byte[buffer.remaining()];
    buffer.get(replacements);
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(replacements));
    } catch (CharacterCodingException e) {
      throw map.problem("has replacements that are not UTF-8; the file is damaged");
    }
    return new Precompiled(trie, replacements);
  }

  @Override
  public String apply(String text) {
    return apply(text, Integer.MAX_VALUE);
  }

  @Override
  public String apply(String text, int most) {
    StringBuilder result = new StringBuilder(text.length());
    Matcher graphemes = GRAPHEME.matcher(text);
    while (graphemes.find()) {
      String grapheme = graphemes.group();
      String replacement =
          grapheme.getBytes(StandardCharsets.UTF_8).length <= LONGEST_GRAPHEME
              ? replacement(grapheme)
              : null;
      if (replacement != null) {
        result.append(replacement);
      } else {
        grapheme.codePoints().forEach(c -> appendReplaced(result, Character.toString(c), most));
      }
      GrowthException.check(result.length(), most);
    }
    return result.toString();
  }

  private void appendReplaced(StringBuilder out, String character, int most) {
    String replacement = replacement(character);
    out.append(replacement == null ? character : replacement);
    // A grapheme has as many marks as someone wrote.
    GrowthException.check(out.length(), most);
  }

  /** Returns what the shortest known beginning of {@code text} is replaced with, or null. */
  private String replacement(String text) {
    int at = 0;
    int unit = unit(at);
    at ^= offset(unit);
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      int label = b & 0xFF;
      if (label == 0) {
        return null;
      }
      at ^= label;
      unit = unit(at);
      if ((unit & 0x800000FF) != label) {
        return null;
      }
      at ^= offset(unit);
      if ((unit >>> 8 & 1) == 1) {
        return replacementAt(unit(at) & 0x7FFFFFFF);
      }
    }
    return null;
  }

  private int unit(int at) {
    return at >= 0 && at < trie.length ? trie[at] : 0;
  }

  private static int offset(int unit) {
    return unit >>> 10 << ((unit & 1 << 9) >>> 6);
  }

  private String replacementAt(int start) {
    if (start >= replacements.length) {
      return "";
    }
    int end = start;
    while (end < replacements.length && replacements[end] != 0) {
      end++;
    }
    return new String(replacements, start, end - start, StandardCharsets.UTF_8);
  }
}
