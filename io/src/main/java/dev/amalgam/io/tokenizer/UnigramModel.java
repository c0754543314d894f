package dev.amalgam.io.tokenizer;

import static dev.amalgam.core.AmalgamException.quote;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The unigram language model (Kudo, "Subword Regularization", 2018): the tokens whose scores, the
 * logarithms of probabilities, have the largest sum, found from left to right (Viterbi). Of equal
 * sums the first found stays, which is that of the shorter last token.
 */
final class UnigramModel implements Model {

  private static final double UNKNOWN_PENALTY = 10;

  private final Vocabulary vocabulary;
  private final double[] scores;
  private final double unknownScore;
  private final int unknown;
  private final Part place;
  // The token for each byte, -1 where there is none; null if bytes are not used.
  private final int[] bytes;
  private final CharTrie trie = new CharTrie();

  /**
   * Creates the model.
   *
   * @param scores of each token
   * @param unknown the token of unknown characters, or -1
   * @param place the model in the file, for messages
   */
  UnigramModel(Vocabulary vocabulary, double[] scores, int unknown, int[] bytes, Part place) {
    this.vocabulary = vocabulary;
    this.scores = scores;
    this.unknownScore =
        Arrays.stream(scores).min().orElse(Double.POSITIVE_INFINITY) - UNKNOWN_PENALTY;
    this.unknown = unknown;
    this.bytes = bytes;
    this.place = place;
    vocabulary.ids().forEach(trie::put);
  }

  @Override
  public Vocabulary vocabulary() {
    return vocabulary;
  }

  @Override
  public void tokenize(String piece, TokenBuffer out) {
    for (String token : best(piece)) {
      int id = vocabulary.id(token);
      if (id >= 0) {
        out.add(id, token);
      } else if (bytes == null || !addBytes(token, out)) {
        out.add(unknownFor(token), token);
      }
    }
  }

  private boolean addBytes(String token, TokenBuffer out) {
    byte[] utf8 = token.getBytes(StandardCharsets.UTF_8);
    for (byte b : utf8) {
      if (bytes[b & 0xFF] < 0) {
        return false;
      }
    }
    for (byte b : utf8) {
      out.add(bytes[b & 0xFF], vocabulary.known(bytes[b & 0xFF]));
    }
    return true;
  }

  private int unknownFor(String text) {
    if (unknown < 0) {
      throw place.problem(
          "has no 'unk_id', but the text has " + quote(text) + ", which no token covers");
    }
    return unknown;
  }

  private List<String> best(String piece) {
    int length = piece.length();
    double[] sums = new double[length + 1];
    int[] starts = new int[length + 1];
    int[] ids = new int[length + 1];
    Arrays.fill(starts, -1);
    for (int start = 0; start < length; ) {
      int next = start + Character.charCount(piece.codePointAt(start));
      boolean covered = false;
      int node = trie.step(CharTrie.ROOT, piece.charAt(start));
      for (int end = start + 1; node != CharTrie.NONE; end++) {
        int id = trie.value(node);
        if (id >= 0) {
          offer(sums, starts, ids, start, end, id, scores[id]);
          covered |= end == next;
        }
        node = end == length ? CharTrie.NONE : trie.step(node, piece.charAt(end));
      }
      if (!covered) {
        int id = unknown >= 0 ? unknown : unknownFor(piece.substring(start, next));
        offer(sums, starts, ids, start, next, id, unknownScore);
      }
      start = next;
    }
    return path(piece, starts, ids);
  }

  private static void offer(
      double[] sums, int[] starts, int[] ids, int start, int end, int id, double score) {
    double sum = score + sums[start];
    if (starts[end] < 0 || sum > sums[end]) {
      sums[end] = sum;
      starts[end] = start;
      ids[end] = id;
    }
  }

  private List<String> path(String piece, int[] starts, int[] ids) {
    List<String> backwards = new ArrayList<>();
    for (int end = piece.length(); end > 0; ) {
      int start = starts[end];
      // Unknown characters next to each other are one piece.
      while (ids[end] == unknown && start > 0 && ids[start] == unknown) {
        start = starts[start];
      }
      backwards.add(piece.substring(start, end));
      end = start;
    }
    return backwards.reversed();
  }
}
