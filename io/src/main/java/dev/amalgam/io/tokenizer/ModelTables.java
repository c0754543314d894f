package dev.amalgam.io.tokenizer;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The large tables of a model as they stand in the file. */
final class ModelTables {

  /** The section {@code vocab} where it is an object: the id of each token; or null. */
  Map<String, Integer> ids;

  /**
   * The section {@code vocab} where it is a list: the tokens in the order of their ids; or null.
   */
  List<String> tokens;

  /** The scores of {@link #tokens}. */
  final List<Double> scores = new ArrayList<>();

  /** The section {@code merges}: the left and the right token of each, in turn; or null. */
  List<String> merges;

  void startIds() {
    ids = HashMap.newHashMap(1 << 16);
  }

  void startTokens() {
    tokens = new ArrayList<>();
  }

  void startMerges() {
    merges = new ArrayList<>();
  }
}
