package dev.amalgam.core.kernel;

/** The SIMD loops of delta merging, and of each the scalar twin as long as it is not compiled. */
final class WarmingDeltaKernels implements DeltaKernels {

  private static final int REHEARSED = 300;

  private final DeltaKernels scalar;
  private final DeltaKernels simd;
  private final Warmup keepBand;
  private final Warmup keepDrawn;
  private final Warmup addAgreeing;
  private final Warmup divideByNonZero;
  private final Warmup countMagnitude;
  private final Warmup countBelow;
  private final Warmup draw;

  WarmingDeltaKernels(DeltaKernels scalar, DeltaKernels simd) {
    this.scalar = scalar;
    this.simd = simd;
    this.keepBand = rehearsing((x, y, draws) -> simd.keepBand(x, REHEARSED, 1, 2));
    this.keepDrawn = rehearsing((x, y, draws) -> simd.keepDrawn(x, REHEARSED, draws, 1));
    this.addAgreeing = rehearsing((x, y, draws) -> simd.addAgreeing(x, 1, y, x, y, REHEARSED));
    this.divideByNonZero = rehearsing((x, y, draws) -> simd.divideByNonZero(x, y, REHEARSED));
    this.countMagnitude = rehearsing((x, y, draws) -> simd.countMagnitude(x, REHEARSED, 1));
    this.countBelow = rehearsing((x, y, draws) -> simd.countBelow(draws, REHEARSED, 1));
    this.draw = rehearsing((x, y, draws) -> simd.draw(1, 0, draws, REHEARSED));
  }

  private interface Rehearsal {
    void run(float[] x, float[] y, int[] draws);
  }

  private static Warmup rehearsing(Rehearsal rehearsal) {
    float[] x = new float[REHEARSED];
    float[] y = new float[REHEARSED];
    int[] draws = new int[REHEARSED];
    return new Warmup(() -> rehearsal.run(x, y, draws));
  }

  private DeltaKernels ready(Warmup warmup) {
    return warmup.isDone() ? simd : scalar;
  }

  @Override
  public void keepBand(float[] x, int count, int low, int high) {
    ready(keepBand).keepBand(x, count, low, high);
  }

  @Override
  public void keepDrawn(float[] x, int count, int[] draws, int threshold) {
    ready(keepDrawn).keepDrawn(x, count, draws, threshold);
  }

  @Override
  public void addAgreeing(
      float[] x, float weight, float[] majority, float[] sum, float[] divisor, int count) {
    ready(addAgreeing).addAgreeing(x, weight, majority, sum, divisor, count);
  }

  @Override
  public void divideByNonZero(float[] x, float[] divisor, int count) {
    ready(divideByNonZero).divideByNonZero(x, divisor, count);
  }

  @Override
  public int countMagnitude(float[] x, int count, int bits) {
    return ready(countMagnitude).countMagnitude(x, count, bits);
  }

  @Override
  public int countBelow(int[] x, int count, int bound) {
    return ready(countBelow).countBelow(x, count, bound);
  }

  @Override
  public void draw(long key, long first, int[] draws, int count) {
    ready(draw).draw(key, first, draws, count);
  }
}
