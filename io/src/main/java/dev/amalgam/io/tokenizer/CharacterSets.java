package dev.amalgam.io.tokenizer;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;

/**
 * Sets of characters that the library has tables of its own for, of older versions of Unicode than
 * Java's.
 */
final class CharacterSets {

  private static final Map<String, BitSet> SETS = read();

  /** Punctuation, ASCII symbols included. */
  static final BitSet PUNCTUATION = SETS.get("punctuation");

  /** Marks that take no room (Mn). */
  static final BitSet NONSPACING = SETS.get("nonspacing");

  /** All marks. */
  static final BitSet MARKS = SETS.get("marks");

  /** Controls, formats, private use, and what stands for missing characters. */
  static final BitSet OTHER = SETS.get("other");

  /** Characters that normalization forms change, but that the library does not know. */
  static final BitSet UNNORMALIZED = SETS.get("unnormalized");

  private CharacterSets() {}

  private static Map<String, BitSet> read() {
    Map<String, BitSet> sets = new HashMap<>();
    try (InputStream in = CharacterSets.class.getResourceAsStream("characters.txt");
        BufferedReader lines =
            new BufferedReader(new InputStreamReader(in, StandardCharsets.US_ASCII))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        String[] words = line.split(" ");
        BitSet set = sets.computeIfAbsent(words[0], _ -> new BitSet());
        for (int i = 1; i < words.length; i++) {
          String[] range = words[i].split("-");
          set.set(
              Integer.parseInt(range[0], 16), Integer.parseInt(range[range.length - 1], 16) + 1);
        }
      }
      return sets;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
