package dev.amalgam.core.merge;

import java.util.List;

/**
 * SCE: select the entries in which the experts differ most, calculate each expert's weight from
 * what is left of its delta, and erase what goes against the majority sign.
 *
 * <pre>
 * select     keep the ⌊select_topk · n⌋ entries of highest variance across the deltas, of the n
 *            whose variance is not 0; a select_topk of 1 keeps all entries, the others too
 * calculate  w = mean of d² over the tensor, divided by the sum over the experts (equal if that is 0)
 * erase      m is 1 where d has the sign of Σ d (plus where that is zero), else 0
 * out = b + Σ w·d·m / max(Σ w·m, 1e-6)
 * </pre>
 *
 * <p>Entries of equal variance are kept in the order of their index. One expert alone has no
 * variance: all of it or nothing is kept.
 *
 * <p>Wan et al., "FuseChat: Knowledge Fusion of Chat Models", arXiv 2408.07990.
 */
final class Sce implements MergeMethod {

  static final Parameter<Double> SELECT_TOPK =
      Parameter.fraction(
          Parameter.Scope.RECIPE,
          "select_topk",
          1,
          "share of the entries that is kept, those of highest variance");

  @Override
  public String name() {
    return "sce";
  }

  @Override
  public BaseUse baseUse() {
    return BaseUse.REQUIRED;
  }

  @Override
  public List<Parameter<?>> parameters() {
    return List.of(SELECT_TOPK, MergekitParameters.INT8_MASK);
  }

  @Override
  public TensorMerge prepare(MergeTask task) {
    return new SceMerge(task);
  }
}
