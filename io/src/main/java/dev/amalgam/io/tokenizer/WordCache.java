package dev.amalgam.io.tokenizer;

/**
 * The tokens of words seen lately. A word has one place, where a later one takes over; so that
 * memory is bounded. Threads may use it at once without waiting: an entry never changes.
 */
final class WordCache {

  private static final int PLACES = 1 << 15;
  private static final int LONGEST = 64;

  private record Entry(String word, int[] ids) {}

  private final Entry[] entries = new Entry[PLACES];

  /** Returns the tokens of a word, not to be changed, or null if it is not known. */
  int[] get(String word) {
    if (word.length() > LONGEST) {
      return null;
    }
    Entry entry = entries[place(word)];
    return entry != null && entry.word.equals(word) ? entry.ids : null;
  }

  void put(String word, int[] ids) {
    if (word.length() <= LONGEST) {
      entries[place(word)] = new Entry(word, ids);
    }
  }

  private static int place(String word) {
    int hash = word.hashCode() * 0x9E3779B9;
    return hash >>> 17;
  }
}
