package dev.amalgam.core.layer;

/**
 * Each value cut to [−limit, limit], as OLMo and MPT do with queries, keys and values.
 *
 * @param limit the limit, above 0
 */
public record Clip(float limit) {

  /** Returns the values, cut; NaN stays NaN. */
  States of(States x, Pass pass) {
    States y = pass.states(x.rows(), x.width());
    pass.overRows(
        x.rows(),
        x.width(),
        (scratch, from, to) -> {
          for (int i = x.at(from); i < x.at(to); i++) {
            y.data()[i] = Math.clamp(x.data()[i], -limit, limit);
          }
        });
    return y;
  }

  /** Takes gradients back, in place: those of values {@code x} beyond the limit are zero. */
  void backward(States x, States gradient, Pass pass) {
    pass.overRows(
        x.rows(),
        x.width(),
        (scratch, from, to) -> {
          for (int i = x.at(from); i < x.at(to); i++) {
            if (Math.abs(x.data()[i]) > limit) {
              gradient.data()[i] = 0;
            }
          }
        });
  }
}
