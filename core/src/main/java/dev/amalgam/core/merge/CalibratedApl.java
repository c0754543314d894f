package dev.amalgam.core.merge;

import dev.amalgam.core.calibration.Calibration;
import dev.amalgam.core.calibration.Rescale;
import dev.amalgam.core.calibration.TensorCalibration;
import dev.amalgam.core.recipe.Setting;
import dev.amalgam.core.sparsify.L1Rescaled;
import dev.amalgam.core.sparsify.Sparsifier;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * {@link Apl} with all that it must know.
 *
 * @param calibration what is kept of each delta, and with what weight
 * @param chosen the parameters that were {@code auto}
 * @param missed the share of the experts' gains that was missed on the examples by which they were
 *     chosen; NaN if none was
 */
record CalibratedApl(Calibration calibration, Map<String, Setting.Scalar> chosen, double missed)
    implements PreparedMethod {

  @Override
  public TensorMerge merge(MergeTask open) {
    MergeTask task = open.with(chosen);
    Optional<TensorCalibration> found = calibration.of(task.tensor());
    List<Sparsifier> sparsifiers = new ArrayList<>();
    for (int i = 0; i < task.experts().size(); i++) {
      if (found.isEmpty()) {
        // Importance says nothing of what the model does not use.
        sparsifiers.add(Sparsifier.KEEP_ALL);
      } else {
        Sparsifier kept = found.get().sparsifier(i, task.draws().get(i));
        boolean byNorm = Apl.RESCALE.of(task).orElseThrow() == Rescale.L1;
        sparsifiers.add(byNorm ? new L1Rescaled(kept) : kept);
      }
    }
    return new DeltaMerge(
        new DeltaSum(
            task.expertNumbers(Apl.WEIGHT),
            Apl.CONSENSUS.of(task),
            Apl.NORMALIZE.of(task),
            (float) Apl.LAMBDA.of(task).orElseThrow()),
        sparsifiers,
        (expert, delta, block) -> found.ifPresent(tensor -> tensor.weigh(expert, delta, block)));
  }

  @Override
  public List<String> choices() {
    List<String> lines = new ArrayList<>();
    chosen.forEach((name, value) -> lines.add(name + " " + text(value)));
    if (!chosen.isEmpty()) {
      lines.add(
          String.format(
              Locale.ROOT, "keeps %.3f of the experts' gains on these examples", 1 - missed));
    }
    return lines;
  }

  private static String text(Setting.Scalar value) {
    return switch (value) {
      case Setting.Number(double number) ->
          Double.isInfinite(number) ? ".inf" : Double.toString(number);
      case Setting.Word(String word) -> word;
    };
  }
}
