package dev.amalgam.core.layer;

import java.util.Arrays;
import java.util.Optional;

/**
 * A sequence of tokens and what a model should make of it.
 *
 * @param inputIds the tokens
 * @param attentionMask for each token, whether others may attend to it; empty if all may
 * @param tokenTypeIds the segment of each token; empty if all are of segment 0
 * @param labels for a classifier one class; for a language model a token for each position, or
 *     {@link #IGNORED}: as in transformers, label i is the token <em>at</em> position i, which a
 *     causal model predicts at position i − 1; for the tokens' own classes one of them for each;
 *     for an answer the positions of its first and its last token
 * @param numbers what a model of numbers should give, one for each output; of a model that tells
 *     several classes 1 for those of the text, and 0 for the others; empty if nothing is right
 */
public record Example(
    int[] inputIds,
    Optional<boolean[]> attentionMask,
    Optional<int[]> tokenTypeIds,
    int[] labels,
    float[] numbers) {

  /** The label of a position that is not predicted. */
  public static final int IGNORED = -100;

  /** Creates an example without numbers. */
  public Example(
      int[] inputIds,
      Optional<boolean[]> attentionMask,
      Optional<int[]> tokenTypeIds,
      int[] labels) {
    this(inputIds, attentionMask, tokenTypeIds, labels, new float[0]);
  }

  /** Returns an example of text whose every token, but the first, is to be predicted. */
  public static Example ofText(int[] inputIds) {
    return new Example(inputIds, Optional.empty(), Optional.empty(), inputIds);
  }

  /** Returns an example of text of which the first {@code prompt} tokens are not predicted. */
  public static Example ofCompletion(int[] inputIds, int prompt) {
    int[] labels = inputIds.clone();
    Arrays.fill(labels, 0, prompt, IGNORED);
    return new Example(inputIds, Optional.empty(), Optional.empty(), labels);
  }

  /** Returns an example of a text and its class. */
  public static Example ofClass(int[] inputIds, int label) {
    return new Example(inputIds, Optional.empty(), Optional.empty(), new int[] {label});
  }

  /** Returns an example of text that does not say what is right. */
  public static Example unlabelled(int[] inputIds) {
    int[] labels = new int[inputIds.length];
    Arrays.fill(labels, IGNORED);
    return new Example(inputIds, Optional.empty(), Optional.empty(), labels);
  }

  /** Returns an example of a text and the numbers that belong to it. */
  public static Example ofNumbers(int[] inputIds, float[] numbers) {
    return new Example(
        inputIds, Optional.empty(), Optional.empty(), unlabelled(inputIds).labels(), numbers);
  }

  /** Returns whether others may attend to a token. */
  boolean isAttended(int token) {
    return attentionMask.map(mask -> mask[token]).orElse(true);
  }

  /** Returns the number of tokens. */
  public int length() {
    return inputIds.length;
  }
}
