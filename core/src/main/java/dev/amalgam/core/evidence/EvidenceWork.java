package dev.amalgam.core.evidence;

/**
 * What models will run on for a merge method, as far as that can be known before: a run that finds
 * evidence of an earlier one, or ends a search early, has less to do.
 *
 * @param forward tokens that run forward, judgements apart
 * @param backward tokens that run forward and back
 * @param judgements how many models run on all examples that judge
 * @param readings how many times the weights of a whole model are read
 */
public record EvidenceWork(long forward, long backward, int judgements, long readings) {

  /** No work. */
  public static final EvidenceWork NONE = new EvidenceWork(0, 0, 0, 0);

  // A backward pass reads each weight for the layer's output, and for its gradient.
  private static final int READINGS_BACKWARD = 2;

  /** Returns this and tokens that run forward through models of so many checkpoints. */
  public EvidenceWork forward(long tokens, long batches, int checkpoints) {
    return new EvidenceWork(
        forward + tokens, backward, judgements, readings + batches * checkpoints);
  }

  /** Returns this and tokens that run forward and back through models of so many checkpoints. */
  public EvidenceWork backward(long tokens, long batches, int checkpoints) {
    return new EvidenceWork(
        forward,
        backward + tokens,
        judgements,
        readings + READINGS_BACKWARD * batches * checkpoints);
  }

  /** Returns this and models of so many checkpoints that are judged. */
  public EvidenceWork judging(int models, long batches, int checkpoints) {
    return new EvidenceWork(
        forward, backward, judgements + models, readings + models * batches * checkpoints);
  }
}
