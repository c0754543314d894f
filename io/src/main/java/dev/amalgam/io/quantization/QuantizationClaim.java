package dev.amalgam.io.quantization;

import static dev.amalgam.core.AmalgamException.quote;

import com.fasterxml.jackson.databind.JsonNode;
import dev.amalgam.core.tensor.CheckpointException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a file of a model says about its quantization.
 *
 * @param place the file and the section
 * @param methodKey the key that names the method
 * @param method the method; empty if only activations or caches are quantized
 * @param transformed whether weights were rotated before they were quantized
 * @param block the elements that share a scale, if the section says so
 */
record QuantizationClaim(
    String place,
    String methodKey,
    String method,
    boolean transformed,
    Optional<QuantizationBlock> block) {

  private static final List<String> METHOD_KEYS = List.of("quant_method", "quant_algo");

  /** Methods whose weights may be codes that can be dequantized; whether they are, tensors say. */
  private static final Set<String> READABLE =
      Set.of("fp8", "fbgemm_fp8", "mxfp4", "modelopt", "compressed-tensors", "quark");

  /** Returns what a section says. */
  static QuantizationClaim of(Path file, String pointer, JsonNode section) {
    String methodKey =
        METHOD_KEYS.stream().filter(section::has).findFirst().orElse(METHOD_KEYS.getFirst());
    JsonNode method = section.path(methodKey);
    return new QuantizationClaim(
        quote(file.toString()) + ": " + pointer.substring(1).replace('/', '.'),
        methodKey,
        method.isNull() ? "" : method.asText("?"),
        !section.path("transform_config").isEmpty(),
        QuantizationBlock.in(section));
  }

  /** Returns whether it is weights that are quantized. */
  boolean ofWeights() {
    return !method.isEmpty();
  }

  /**
   * Checks that weights of this method may be readable.
   *
   * @throws CheckpointException if they are not
   */
  void checkReadable() {
    boolean readable =
        !ofWeights()
            || READABLE.contains(method)
            || methodKey.equals("quant_algo") && method.startsWith("FP8");
    if (!readable || transformed) {
      throw new CheckpointException(says() + "; " + ForeignLayouts.CURE);
    }
  }

  /** Returns the exception for a model of which no weight turned out to be quantized. */
  CheckpointException withoutCodes() {
    return new CheckpointException(
        says()
            + ", but no tensor holds codes with scales that can be dequantized (FP8, MXFP4); if the"
            + " weights are not quantized any more, remove this section");
  }

  private String says() {
    return "%s says that the weights are quantized (%s %s%s)"
        .formatted(place, methodKey, quote(method), transformed ? " with transform_config" : "");
  }
}
