package dev.amalgam.core.layer;

/**
 * What a layer made of its input.
 *
 * @param states the result
 * @param backward takes gradients back; refuses to if the pass was not {@linkplain Pass#recording()
 *     recording}
 */
public record Output(States states, Backward backward) {

  /** Returns the output of a pass that does not record. */
  public static Output unrecorded(States states) {
    return new Output(
        states,
        (gradient, visitor) -> {
          throw new IllegalStateException("this pass was not recorded");
        });
  }
}
