package dev.amalgam.core.weight;

import dev.amalgam.core.tensor.Shape;
import java.util.List;
import java.util.Optional;

/**
 * A weight that is made of a base, a start and experts while it is read, in float32:
 *
 * <pre>
 * base + λ·(μ·(start − base) + Σ c·(expert − base))
 * </pre>
 *
 * <p>experts in their order, μ the factor of the start, and of an entry that is masked the base
 * alone.
 *
 * @param base the weight that deltas are differences from
 * @param start another weight of its shape
 * @param startFactor μ
 * @param terms the experts
 * @param mask which entries differ from the base; all if absent
 * @param lambda λ
 */
public record CombinedWeight(
    Weight base,
    Weight start,
    float startFactor,
    List<Term> terms,
    Optional<EntryMask> mask,
    float lambda)
    implements Weight {

  /**
   * An expert and the coefficients c of its delta's entries.
   *
   * @param expert the expert's weight
   * @param coefficients of its entries
   */
  public record Term(Weight expert, LineCoefficients coefficients) {}

  @Override
  public String name() {
    return base.name();
  }

  @Override
  public Shape shape() {
    return base.shape();
  }

  @Override
  public void read(long from, int count, float[] target, int at, ReadBuffer buffer) {
    start.read(from, count, target, at, buffer);
    float[] before = buffer.spare(0, count);
    base.read(from, count, before, 0, buffer);
    for (int i = 0; i < count; i++) {
      target[at + i] = startFactor * (target[at + i] - before[i]);
    }
    for (Term term : terms) {
      if (!term.coefficients().areZero()) {
        float[] delta = buffer.spare(1, count);
        term.expert().read(from, count, delta, 0, buffer);
        for (int i = 0; i < count; i++) {
          delta[i] -= before[i];
        }
        term.coefficients().addTimes(delta, from, count, target, at);
      }
    }
    mask.ifPresent(m -> m.clear(from, count, target, at));
    for (int i = 0; i < count; i++) {
      target[at + i] = before[i] + lambda * target[at + i];
    }
  }
}
