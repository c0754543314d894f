package dev.amalgam.core.layer;

/**
 * Queries multiplied by a factor that grows with their position p, {@code 1 + beta·ln(1 + ⌊p /
 * context⌋)}: Llama 4 and Ministral 3, so that attention stays as sharp over longer texts.
 *
 * @param beta how fast it grows
 * @param context the positions, from 0, whose factor is 1
 */
public record PositionScale(float beta, double context) {

  /** Multiplies every row, in place. */
  void apply(States q, Pass pass) {
    int[] positions = pass.positions();
    pass.overRows(
        q.rows(),
        q.width(),
        (scratch, from, to) -> {
          for (int row = from; row < to; row++) {
            float factor = factor(positions[row]);
            for (int i = q.at(row); i < q.at(row) + q.width(); i++) {
              q.data()[i] *= factor;
            }
          }
        });
  }

  private float factor(int position) {
    return 1 + beta * (float) StrictMath.log(1 + Math.floor(position / context));
  }
}
