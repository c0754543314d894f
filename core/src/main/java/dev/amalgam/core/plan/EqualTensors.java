package dev.amalgam.core.plan;

import static dev.amalgam.core.AmalgamException.quote;

import dev.amalgam.core.tensor.CheckpointException;
import dev.amalgam.core.tensor.DType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;

/**
 * Tensors without numbers to merge (indices, masks, packed quantised weights) are copied from one
 * input, which is right only where all inputs agree.
 */
public final class EqualTensors {

  /** How many elements are compared at a time. */
  private static final int CHUNK = 1 << 17;

  private EqualTensors() {}

  static void check(TensorSource model, List<TensorSource> others) {
    for (TensorSource other : others) {
      boolean same =
          other.equals(model)
              || (!other.tensor().dtype().isArithmetic() && sameValues(model, other));
      if (!same) {
        throw new CheckpointException(
            "%s: tensor %s (%s) differs from that of %s (%s), which holds no floating-point numbers, so it can be neither merged nor copied; if it is a quantized weight, dequantize the models first"
                .formatted(
                    other.checkpoint().name(),
                    quote(other.tensor().name()),
                    other.tensor().dtype(),
                    model.checkpoint().name(),
                    model.tensor().dtype()));
      }
    }
  }

  /** Returns whether two tensors of one element type and shape are the same, byte for byte. */
  public static boolean sameBytes(TensorSource a, TensorSource b) {
    return sameChunks(
        a,
        b,
        (left, right, elements) ->
            MemorySegment.mismatch(
                    left,
                    0,
                    a.tensor().dtype().bytes(elements),
                    right,
                    0,
                    b.tensor().dtype().bytes(elements))
                < 0);
  }

  /**
   * Returns whether two tensors have one shape and the same values, be their types what they may:
   * integers and floating-point numbers of 16 bits and more are compared as float64, other types
   * byte for byte.
   */
  static boolean sameValues(TensorSource a, TensorSource b) {
    DType ofA = a.tensor().dtype();
    DType ofB = b.tensor().dtype();
    if (!a.tensor().shape().equals(b.tensor().shape())) {
      return false;
    }
    if (ofA == ofB) {
      return sameBytes(a, b);
    }
    if (!isNumber(ofA) || !isNumber(ofB)) {
      return false;
    }
    return sameChunks(
        a,
        b,
        (left, right, elements) -> {
          for (int i = 0; i < elements; i++) {
            if (Double.compare(number(ofA, left, i), number(ofB, right, i)) != 0) {
              return false;
            }
          }
          return true;
        });
  }

  private static boolean isNumber(DType dtype) {
    return switch (dtype) {
      case BOOL, U8, I8, U16, I16, U32, I32, U64, I64, F16, BF16, F32, F64 -> true;
      default -> false;
    };
  }

  private static double number(DType dtype, MemorySegment from, long index) {
    long at = dtype.bytes(index);
    return switch (dtype) {
      case BOOL, U8 -> Byte.toUnsignedInt(from.get(ValueLayout.JAVA_BYTE, at));
      case I8 -> from.get(ValueLayout.JAVA_BYTE, at);
      case U16 -> Short.toUnsignedInt(from.get(ValueLayout.JAVA_SHORT_UNALIGNED, at));
      case I16 -> from.get(ValueLayout.JAVA_SHORT_UNALIGNED, at);
      case U32 -> Integer.toUnsignedLong(from.get(ValueLayout.JAVA_INT_UNALIGNED, at));
      case I32 -> from.get(ValueLayout.JAVA_INT_UNALIGNED, at);
      case U64, I64 -> from.get(ValueLayout.JAVA_LONG_UNALIGNED, at);
      case F16 -> Float.float16ToFloat(from.get(ValueLayout.JAVA_SHORT_UNALIGNED, at));
      case BF16 ->
          Float.intBitsToFloat(from.get(ValueLayout.JAVA_SHORT_UNALIGNED, at) << Short.SIZE);
      case F32 -> from.get(ValueLayout.JAVA_FLOAT_UNALIGNED, at);
      case F64 -> from.get(ValueLayout.JAVA_DOUBLE_UNALIGNED, at);
      default -> throw new IllegalArgumentException(dtype + " is no number");
    };
  }

  private interface ChunkTest {
    boolean same(MemorySegment left, MemorySegment right, int elements);
  }

  private static boolean sameChunks(TensorSource a, TensorSource b, ChunkTest test) {
    long elements = a.tensor().shape().elements();
    DType ofA = a.tensor().dtype();
    DType ofB = b.tensor().dtype();
    long most = Math.min(CHUNK, elements);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment left = arena.allocate(ofA.bytes(most));
      MemorySegment right = arena.allocate(ofB.bytes(most));
      for (long from = 0; from < elements; from += CHUNK) {
        int length = (int) Math.min(CHUNK, elements - from);
        a.checkpoint().read(a.tensor().name(), ofA.bytes(from), left.asSlice(0, ofA.bytes(length)));
        b.checkpoint()
            .read(b.tensor().name(), ofB.bytes(from), right.asSlice(0, ofB.bytes(length)));
        if (!test.same(left, right, length)) {
          return false;
        }
      }
    }
    return true;
  }
}
