package dev.amalgam.job.vocabulary;

import dev.amalgam.core.model.TokenTensors;
import dev.amalgam.core.tensor.Checkpoint;
import dev.amalgam.io.tokenizer.TokenTable;

/**
 * A model and the tokens that the rows of its embeddings stand for.
 *
 * @param reference what the recipe calls it
 * @param checkpoint its tensors
 * @param tensors those that have a row for each token
 * @param tokens its tokens; one whose id is beyond the rows is none of the model's
 */
record NumberedModel(
    String reference, Checkpoint checkpoint, TokenTensors tensors, TokenTable tokens) {

  /** Returns the row of a token, or -1. */
  int row(String token) {
    int id = tokens.id(token);
    return id < tensors.rows() ? id : -1;
  }

  /** Returns whether it has a row of a number that stands for no token. */
  boolean isUnused(int row) {
    return row < tensors.rows() && tokens.token(row).isEmpty();
  }
}
