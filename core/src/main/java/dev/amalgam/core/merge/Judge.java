package dev.amalgam.core.merge;

import dev.amalgam.core.evidence.Evidence;
import dev.amalgam.core.model.ModelRunner;
import dev.amalgam.core.repair.MergedModel;
import java.util.Optional;

/** Judges merged models by the experts' gains and, if it is to be retained, by the base. */
final class Judge {

  private final Evidence evidence;
  private final Optional<RetainedBase> retained;

  Judge(Evidence evidence, Optional<RetainedBase> retained) {
    this.evidence = evidence;
    this.retained = retained;
  }

  /** Returns how many tokens a judgement runs. */
  long tokens() {
    return evidence.tokensForChoosing() + retained.map(RetainedBase::tokens).orElse(0L);
  }

  /**
   * Returns a model, judged.
   *
   * @param listener hears of what runs
   */
  Judged of(MergedModel merged, ModelRunner.LayerListener listener) {
    double[] missed = evidence.gainMissed(merged.weights());
    return new Judged(
        merged,
        missed,
        retained.map(base -> base.forgotten(merged, listener) / missed.length).orElse(0.0));
  }
}
