package dev.amalgam.io.tokenizer;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The vocabulary of a model without the tokens that were added on top of it.
 *
 * @param ids the id of each token
 * @param scores of a unigram model: the score of each id
 * @param merges of byte-pair encoding: the left and the right token of each, in turn
 */
record TokenEntries(Map<String, Integer> ids, List<Double> scores, List<String> merges) {

  /**
   * A token of the vocabulary.
   *
   * @param token how it is written
   * @param id its id
   * @param score its score in a unigram model, else 0
   */
  record Entry(String token, int id, double score) {}

  /** Returns the score of a token, 0 where there are none. */
  double score(int id) {
    return id < scores.size() ? scores.get(id) : 0;
  }

  TokenEntries with(TokenTable.Additions more) {
    Map<String, Integer> allIds = new HashMap<>(ids);
    List<Double> allScores = new ArrayList<>(scores);
    List<String> allMerges = new ArrayList<>(merges);
    for (Entry entry : more.entries()) {
      allIds.put(entry.token(), entry.id());
      if (!scores.isEmpty()) {
        while (allScores.size() <= entry.id()) {
          allScores.add(entry.score());
        }
      }
    }
    allMerges.addAll(more.merges());
    return new TokenEntries(allIds, allScores, allMerges);
  }
}
