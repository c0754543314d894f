package dev.amalgam.io.quantization;

import static dev.amalgam.core.AmalgamException.quote;

import dev.amalgam.core.tensor.Checkpoint;
import dev.amalgam.core.tensor.CheckpointException;
import dev.amalgam.core.tensor.DType;
import dev.amalgam.core.tensor.TensorInfo;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Layouts of quantized weights that are known but not read, by what their tensors are called. */
final class ForeignLayouts {

  /** What to do about all of them. */
  static final String CURE = "merge the models before they are quantized, or dequantize them first";

  /** Tensors that only such layouts have. */
  private static final Map<String, String> BY_NAME =
      Map.ofEntries(
          Map.entry("absmax", "bitsandbytes, 4 bits"),
          Map.entry("quant_map", "bitsandbytes, 4 bits"),
          Map.entry("SCB", "bitsandbytes, 8 bits"),
          Map.entry("weight_scale_2", "NVFP4"),
          Map.entry("weight_global_scale", "NVFP4"),
          Map.entry("weight_zero_point", "compressed-tensors with zero points"),
          Map.entry("weight_g_idx", "compressed-tensors with groups in another order"),
          Map.entry("pre_quant_scale", "ModelOpt's AWQ"));

  /** Tensors that are codes of such a layout if they are no floating-point numbers. */
  private static final Map<String, String> CODES =
      Map.of(
          "qweight", "GPTQ or AWQ",
          "qzeros", "GPTQ or AWQ",
          "weight_packed", "packed by compressed-tensors",
          "W_q", "HQQ",
          "q_weight", "EXL2",
          "trellis", "EXL3",
          "_data", "Quanto",
          "_weight_qdata", "TorchAO",
          "bitmask", "sparse, of compressed-tensors");

  private ForeignLayouts() {}

  /**
   * Checks that no tensor belongs to such a layout.
   *
   * @throws CheckpointException if one does
   */
  static void check(Checkpoint stored) {
    for (TensorInfo tensor : stored.tensors()) {
      String last = tensor.name().substring(tensor.name().lastIndexOf('.') + 1);
      String layout = BY_NAME.get(last);
      if (layout == null && isNoFloat(tensor.dtype())) {
        layout = CODES.get(last);
      }
      if (layout != null) {
        throw refused(stored, tensor, layout);
      }
    }
    // Last, since a layout that has a name is better called by it.
    for (TensorInfo tensor : stored.tensors()) {
      Optional<String> scale =
          isNoFloat(tensor.dtype()) ? scaleOfCodes(stored, tensor.name()) : Optional.empty();
      if (scale.isPresent()) {
        throw refused(
            stored,
            tensor,
            "codes of type %s beside %s".formatted(tensor.dtype(), quote(scale.get())));
      }
    }
  }

  private static boolean isNoFloat(DType dtype) {
    return !dtype.isArithmetic();
  }

  private static Optional<String> scaleOfCodes(Checkpoint stored, String weight) {
    List<String> more = List.of(weight + "_scales", ScaleNames.module(weight) + "scales");
    return ScaleNames.ofWeight(weight).stream()
        .filter(scale -> stored.find(scale).isPresent())
        .findFirst()
        .or(() -> more.stream().filter(scale -> stored.find(scale).isPresent()).findFirst());
  }

  private static CheckpointException refused(Checkpoint stored, TensorInfo tensor, String layout) {
    return new CheckpointException(
        "%s: tensor %s shows that the weights are quantized (%s); %s"
            .formatted(quote(stored.name()), quote(tensor.name()), layout, CURE));
  }
}
