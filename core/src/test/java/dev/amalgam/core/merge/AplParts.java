package dev.amalgam.core.merge;

import dev.amalgam.core.calibration.Calibration;
import dev.amalgam.core.calibration.CalibrationSettings;
import java.util.List;
import java.util.Map;

/** The parts of {@link Apl} that tests want without models. */
public final class AplParts {

  private AplParts() {}

  /** Returns how importance decides, by the parameters of all tensors. */
  public static CalibrationSettings settings(List<MergeTask> tasks) {
    return AplParameters.of(tasks).calibration();
  }

  /** Returns the method with a calibration. */
  public static PreparedMethod with(Calibration calibration) {
    return new CalibratedApl(calibration, Map.of(), Double.NaN);
  }

  /** Returns the share of an expert's delta that is kept. */
  public static double density(ParameterValues expert) {
    return Apl.DENSITY.of(expert);
  }
}
