package dev.amalgam.io.tokenizer;

import java.util.ArrayList;
import java.util.List;

/** Finds added tokens in a text: always the leftmost, and of those that start there the longest. */
final class TokenFinder {

  private final List<AddedToken> tokens;
  private final CharTrie trie = new CharTrie();
  private final boolean[] starts = new boolean[1 << 16];

  TokenFinder(List<AddedToken> tokens) {
    this.tokens = tokens;
    for (int i = 0; i < tokens.size(); i++) {
      trie.put(tokens.get(i).written(), i);
      starts[tokens.get(i).written().charAt(0)] = true;
    }
  }

  /** Returns the tokens in a piece, and what lies between them. */
  List<Piece> split(Piece piece) {
    String text = piece.text();
    List<Piece> pieces = new ArrayList<>();
    int done = 0;
    int at = 0;
    // White space that was looked through last, so that it is not looked through again.
    int blankStart = -1;
    int blankEnd = -1;
    while (at < text.length()) {
      int found = starts[text.charAt(at)] ? longest(text, at) : -1;
      if (found < 0) {
        at++;
        continue;
      }
      AddedToken token = tokens.get(found);
      int start = at;
      int end = at + token.written().length();
      at = end;
      if (token.singleWord() && !isSingleWord(text, start, end)) {
        continue;
      }
      if (token.left()) {
        start = Math.max(start, done);
        while (start > done && Characters.isWhitespace(text.charAt(start - 1))) {
          start--;
        }
      }
      if (token.right()) {
        if (end < blankStart || end > blankEnd) {
          blankStart = end;
          blankEnd = blanksEnd(text, end);
        }
        end = blankEnd;
      }
      if (done < start) {
        pieces.add(piece.slice(done, start));
      }
      if (start < end) {
        pieces.add(piece.token(start, end, token.id()));
      }
      // That may be less than before: a token can stand in white space that another has taken.
      done = end;
    }
    if (done < text.length()) {
      pieces.add(piece.slice(done, text.length()));
    }
    return pieces;
  }

  private int longest(String text, int from) {
    int node = CharTrie.ROOT;
    int found = -1;
    for (int at = from; at < text.length(); at++) {
      node = trie.step(node, text.charAt(at));
      if (node == CharTrie.NONE) {
        break;
      }
      if (trie.value(node) >= 0) {
        found = trie.value(node);
      }
    }
    return found;
  }

  private static int blanksEnd(String text, int from) {
    int end = from;
    while (end < text.length() && Characters.isWhitespace(text.charAt(end))) {
      end++;
    }
    return end;
  }

  private static boolean isSingleWord(String text, int start, int end) {
    return (start == 0 || !Characters.isWord(text.codePointBefore(start)))
        && (end == text.length() || !Characters.isWord(text.codePointAt(end)));
  }
}
