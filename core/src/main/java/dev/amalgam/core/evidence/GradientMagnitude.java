package dev.amalgam.core.evidence;

/**
 * For each parameter the mean over examples of the magnitude of the gradient of the example's loss,
 * at the base: times a change of the parameter it is the size of the first-order effect of that
 * change. A table has its tensor's name and shape.
 */
public record GradientMagnitude() implements ElementStatistic {

  @Override
  public String name() {
    return "gradient-magnitude";
  }

  @Override
  public float at() {
    return 0;
  }

  @Override
  public void reduce(float[] gradient, int count) {
    for (int i = 0; i < count; i++) {
      gradient[i] = Math.abs(gradient[i]);
    }
  }
}
