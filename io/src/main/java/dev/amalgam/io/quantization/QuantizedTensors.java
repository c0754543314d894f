package dev.amalgam.io.quantization;

import static dev.amalgam.core.AmalgamException.quote;

import dev.amalgam.core.quantization.MicroscaledTensor;
import dev.amalgam.core.quantization.PowersOfTwo;
import dev.amalgam.core.quantization.QuantizedTensor;
import dev.amalgam.core.quantization.ScaleGrid;
import dev.amalgam.core.quantization.ScaledTensor;
import dev.amalgam.core.tensor.Checkpoint;
import dev.amalgam.core.tensor.CheckpointException;
import dev.amalgam.core.tensor.DType;
import dev.amalgam.core.tensor.TensorInfo;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Finds the weights of a checkpoint that are stored as codes and scales, by names and types. */
final class QuantizedTensors {

  private static final String BLOCKS = "_blocks";
  private static final String SCALES = "_scales";

  private final Checkpoint stored;
  private final QuantizationBlock block;
  private final Map<String, QuantizedTensor> byStored = new HashMap<>();
  private final Set<String> scales = new HashSet<>();

  private QuantizedTensors(Checkpoint stored, QuantizationBlock block) {
    this.stored = stored;
    this.block = block;
  }

  /**
   * Finds them.
   *
   * @param block the elements that share a scale, where there is one for each block
   * @param claimed whether the model says that it is quantized
   * @throws CheckpointException if codes and scales do not go together, scales stand alone, or
   *     there are codes without a scale in a model that is quantized
   */
  static QuantizedTensors find(Checkpoint stored, QuantizationBlock block, boolean claimed) {
    QuantizedTensors found = new QuantizedTensors(stored, block);
    for (TensorInfo tensor : stored.tensors()) {
      if (isFloat8(tensor)) {
        found.addScaled(tensor);
      } else if (isBytes(tensor, BLOCKS)) {
        found.addMicroscaled(tensor);
      }
    }
    for (TensorInfo tensor : stored.tensors()) {
      found.checkNotAlone(tensor);
    }
    if (claimed || !found.byStored.isEmpty()) {
      found.checkAllScaled();
    }
    return found;
  }

  /** Returns the weight whose codes a stored tensor is, if it is such. */
  Optional<QuantizedTensor> ofCodes(TensorInfo tensor) {
    return Optional.ofNullable(byStored.get(tensor.name()));
  }

  /** Returns whether a stored tensor is the scale of a weight. */
  boolean isScale(TensorInfo tensor) {
    return scales.contains(tensor.name());
  }

  /** Returns whether there are none. */
  boolean isEmpty() {
    return byStored.isEmpty();
  }

  private void addScaled(TensorInfo codes) {
    List<TensorInfo> found =
        ScaleNames.ofWeight(codes.name()).stream()
            .map(stored::find)
            .flatMap(Optional::stream)
            .toList();
    if (found.isEmpty()) {
      return;
    }
    TensorInfo scale = found.getFirst();
    if (found.size() > 1) {
      throw wrong(
          codes, scale, "there is " + quote(found.get(1).name()) + " too; keep one of them");
    }
    if (!PowersOfTwo.areStoredAs(scale.dtype())
        && (isFloat8(scale) || !scale.dtype().isArithmetic())) {
      throw wrong(codes, scale, "scales are F32, BF16, F16, F64, or E8M0; the file is damaged");
    }
    ScaleGrid grid =
        ScaleGrid.of(codes.shape(), scale.shape(), block.rows(), block.columns())
            .orElseThrow(
                () ->
                    wrong(
                        codes,
                        scale,
                        "there must be one scale, one for each row, or one for each block of %d × %d; take both from the same model"
                            .formatted(block.rows(), block.columns())));
    byStored.put(codes.name(), new ScaledTensor(codes, scale, grid));
    scales.add(scale.name());
  }

  private void addMicroscaled(TensorInfo codes) {
    String name = withoutEnd(codes.name(), BLOCKS);
    TensorInfo scale =
        stored
            .find(name + SCALES)
            .orElseThrow(() -> alone(codes, "its scale " + quote(name + SCALES)));
    if (!MicroscaledTensor.fit(codes, scale)) {
      throw wrong(
          codes,
          scale,
          "MXFP4 is read as gpt-oss stores it, [experts, outputs, groups, 16] with scales [experts,"
              + " outputs, groups]");
    }
    stored
        .find(name)
        .ifPresent(
            plain -> {
              throw wrong(codes, scale, "there is " + quote(name) + " too; keep one of them");
            });
    byStored.put(codes.name(), new MicroscaledTensor(name, codes, scale));
    scales.add(scale.name());
  }

  private void checkNotAlone(TensorInfo tensor) {
    String name = tensor.name();
    if (scales.contains(name)) {
      return;
    }
    if (isBytes(tensor, SCALES)) {
      throw alone(tensor, quote(withoutEnd(name, SCALES) + BLOCKS));
    }
    if (ScaleNames.isOfWeight(name)) {
      throw alone(tensor, "the weight of FP8 that it scales");
    }
  }

  private void checkAllScaled() {
    for (TensorInfo tensor : stored.tensors()) {
      if (isFloat8(tensor)
          && !byStored.containsKey(tensor.name())
          && !scales.contains(tensor.name())
          && !ScaleNames.isOfActivation(tensor.name())) {
        throw new CheckpointException(
            "%s: tensor %s holds %s, and the model is quantized, but there is no scale %s; take the weight from a complete model"
                .formatted(
                    quote(stored.name()),
                    quote(tensor.name()),
                    tensor.dtype(),
                    quote(ScaleNames.ofWeight(tensor.name()).getFirst())));
      }
    }
  }

  private static boolean isFloat8(TensorInfo tensor) {
    return tensor.dtype() == DType.F8_E4M3 || tensor.dtype() == DType.F8_E5M2;
  }

  private static boolean isBytes(TensorInfo tensor, String end) {
    return tensor.dtype() == DType.U8 && tensor.name().endsWith(end);
  }

  private static String withoutEnd(String name, String end) {
    return name.substring(0, name.length() - end.length());
  }

  private CheckpointException wrong(TensorInfo codes, TensorInfo scale, String problem) {
    return new CheckpointException(
        "%s: tensor %s (%s %s) and its scale %s (%s %s) do not go together: %s"
            .formatted(
                quote(stored.name()),
                quote(codes.name()),
                codes.dtype(),
                codes.shape(),
                quote(scale.name()),
                scale.dtype(),
                scale.shape(),
                problem));
  }

  private CheckpointException alone(TensorInfo tensor, String other) {
    return new CheckpointException(
        "%s: tensor %s (%s %s) is part of a quantized weight, but %s is missing; take both from a complete model"
            .formatted(
                quote(stored.name()), quote(tensor.name()), tensor.dtype(), tensor.shape(), other));
  }
}
