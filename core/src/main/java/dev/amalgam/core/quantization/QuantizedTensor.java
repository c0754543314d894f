package dev.amalgam.core.quantization;

import dev.amalgam.core.tensor.TensorInfo;

/** A weight that is stored as codes and scales. */
public sealed interface QuantizedTensor permits ScaledTensor, MicroscaledTensor {

  /** Returns what the weight is when it is dequantized, of type F32. */
  TensorInfo tensor();

  /** Returns the stored codes. */
  TensorInfo codes();

  /** Returns the stored scales. */
  TensorInfo scales();
}
