package dev.amalgam.core.layer;

/**
 * Each value times a factor.
 *
 * @param factor the factor
 */
public record Scale(float factor) implements Layer {

  @Override
  public void parameters(ParameterVisitor.Module module, ParameterVisitor visitor) {}

  @Override
  public void inputs(InputVisitor visitor) {}

  @Override
  public Output forward(States x, Pass pass) {
    return pass.output(scaled(x, pass), (dy, visitor) -> scaled(dy, pass));
  }

  private States scaled(States x, Pass pass) {
    States y = pass.states(x.rows(), x.width());
    pass.overRows(
        x.rows(),
        x.width(),
        (scratch, from, to) -> {
          for (int i = x.at(from); i < x.at(to); i++) {
            y.data()[i] = factor * x.data()[i];
          }
        });
    return y;
  }
}
