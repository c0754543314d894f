package dev.amalgam.core.quantization;

import dev.amalgam.core.tensor.DType;
import dev.amalgam.core.tensor.TensorInfo;

/**
 * A weight whose elements are codes of FP8, each multiplied by the scale of its block.
 *
 * @param codes the codes, F8_E4M3 or F8_E5M2, whose name and shape are the weight's
 * @param scales the scales: floating-point numbers, or exponents of two as {@link PowersOfTwo}
 *     reads them
 * @param grid which scale an element has
 */
public record ScaledTensor(TensorInfo codes, TensorInfo scales, ScaleGrid grid)
    implements QuantizedTensor {

  @Override
  public TensorInfo tensor() {
    return new TensorInfo(codes.name(), DType.F32, codes.shape());
  }
}
