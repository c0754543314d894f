package dev.amalgam.core.quantization;

import dev.amalgam.core.tensor.DType;
import dev.amalgam.core.tensor.Shape;
import dev.amalgam.core.tensor.TensorInfo;

/**
 * The matrices of a layer's experts in MXFP4, as gpt-oss stores them: groups of 32 elements of four
 * bits (E2M1) along a matrix's inputs, each with a scale that is a power of two (OCP Microscaling
 * formats specification 1.0). Stored by outputs, the weight is the transpose of every matrix, as
 * transformers has it.
 *
 * @param name the weight's name
 * @param codes U8, [matrices, outputs, groups, 16]; the lower four bits of a byte come first
 * @param scales U8, [matrices, outputs, groups]
 */
public record MicroscaledTensor(String name, TensorInfo codes, TensorInfo scales)
    implements QuantizedTensor {

  /** The elements that share a scale. */
  static final int GROUP = 32;

  /** The bytes of a group's codes. */
  static final int GROUP_BYTES = GROUP / 2;

  /** Returns whether codes and scales of these types and shapes go together. */
  public static boolean fit(TensorInfo codes, TensorInfo scales) {
    Shape packed = codes.shape();
    // Where there is no element, the other sides may be of any size.
    return packed.rank() == 4
        && packed.elements() > 0
        && packed.dimension(3) == GROUP_BYTES
        && scales
            .shape()
            .equals(Shape.of(packed.dimension(0), packed.dimension(1), packed.dimension(2)))
        && PowersOfTwo.areStoredAs(scales.dtype());
  }

  /** Returns the weight, [matrices, inputs, outputs]. */
  @Override
  public TensorInfo tensor() {
    return new TensorInfo(
        name, DType.F32, Shape.of(codes.shape().dimension(0), inputs(), outputs()));
  }

  /** Returns the number of outputs of a matrix. */
  long outputs() {
    return codes.shape().dimension(1);
  }

  /** Returns the number of groups along the inputs. */
  long groups() {
    return codes.shape().dimension(2);
  }

  /** Returns the number of inputs of a matrix. */
  long inputs() {
    return groups() * GROUP;
  }
}
