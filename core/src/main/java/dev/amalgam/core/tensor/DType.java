package dev.amalgam.core.tensor;

import java.util.Locale;
import java.util.Optional;

/**
 * The element types of the safetensors format, in the order of its reference implementation
 * (safetensors 0.8, {@code Dtype}): writers sort tensors by this order, last type first.
 */
public enum DType {
  /** One byte, 0 or 1. */
  BOOL(8),
  /** OCP Microscaling FP4, two elements a byte. */
  F4(4),
  /** OCP Microscaling FP6, 2 exponent bits, four elements in three bytes. */
  F6_E2M3(6),
  /** OCP Microscaling FP6, 3 exponent bits, four elements in three bytes. */
  F6_E3M2(6),
  /** Unsigned 8-bit integer. */
  U8(8),
  /** Signed 8-bit integer. */
  I8(8),
  /** OCP FP8, 5 exponent bits, with infinities (arXiv 2209.05433). */
  F8_E5M2(8),
  /** OCP FP8, 4 exponent bits, finite values and NaN only (arXiv 2209.05433). */
  F8_E4M3(8),
  /** OCP Microscaling scale, a power of two. */
  F8_E8M0(8),
  /** FP8, 4 exponent bits, no infinities, no negative zero (arXiv 2206.02915). */
  F8_E4M3FNUZ(8),
  /** FP8, 5 exponent bits, no infinities, no negative zero (arXiv 2206.02915). */
  F8_E5M2FNUZ(8),
  /** Signed 16-bit integer. */
  I16(16),
  /** Unsigned 16-bit integer. */
  U16(16),
  /** IEEE 754 binary16. */
  F16(16),
  /** The upper half of a binary32. */
  BF16(16),
  /** Signed 32-bit integer. */
  I32(32),
  /** Unsigned 32-bit integer. */
  U32(32),
  /** IEEE 754 binary32. */
  F32(32),
  /** Complex number of two binary32. */
  C64(64),
  /** IEEE 754 binary64. */
  F64(64),
  /** Signed 64-bit integer. */
  I64(64),
  /** Unsigned 64-bit integer. */
  U64(64);

  private final int bits;

  DType(int bits) {
    this.bits = bits;
  }

  /** Returns the size of one element in bits; 4 and 6 for the types that share bytes. */
  public int bits() {
    return bits;
  }

  /**
   * Returns the bytes that {@code elements} consecutive elements take.
   *
   * @throws ArithmeticException if the size overflows a {@code long}, or is no whole number of
   *     bytes
   */
  public long bytes(long elements) {
    long total = Math.multiplyExact(elements, (long) bits);
    if (total % 8 != 0) {
      throw new ArithmeticException(elements + " elements of " + this + " are no whole bytes");
    }
    return total / 8;
  }

  /**
   * Returns whether elements can be decoded to and encoded from float32: F64, F32, F16, BF16, FP8.
   */
  public boolean isArithmetic() {
    return switch (this) {
      case F64, F32, F16, BF16, F8_E4M3, F8_E5M2 -> true;
      default -> false;
    };
  }

  /**
   * Returns the greatest float32 that is encoded without becoming infinite, or smaller by more than
   * rounding.
   *
   * @throws IllegalStateException if this type is not {@linkplain #isArithmetic() arithmetic}
   */
  public float greatestEncoded() {
    return switch (this) {
      case F64, F32 -> Float.MAX_VALUE;
      // Halfway to what would follow the greatest value, a tie goes up where that is odd.
      case BF16 -> Math.nextDown(0x1.ffp127f);
      case F16 -> Math.nextDown(65_520f);
      case F8_E5M2 -> Math.nextDown(61_440f);
      case F8_E4M3 -> 464;
      default -> throw new IllegalStateException(this + " is not encoded");
    };
  }

  /** Returns the type of this safetensors name ({@code "BF16"}), which is case-sensitive. */
  public static Optional<DType> ofFormatName(String name) {
    for (DType type : values()) {
      if (type.name().equals(name)) {
        return Optional.of(type);
      }
    }
    return Optional.empty();
  }

  /**
   * Returns the name that PyTorch and {@code config.json} use ({@code "bfloat16"}).
   *
   * @throws IllegalStateException if this type is not {@linkplain #isArithmetic() arithmetic}
   */
  public String torchName() {
    return switch (this) {
      case F64 -> "float64";
      case F32 -> "float32";
      case F16 -> "float16";
      case BF16 -> "bfloat16";
      case F8_E4M3 -> "float8_e4m3fn";
      case F8_E5M2 -> "float8_e5m2";
      default -> throw new IllegalStateException(this + " has no PyTorch name here");
    };
  }

  /**
   * Returns the arithmetic type that a recipe or config names: {@code bfloat16}, {@code bf16}, …
   */
  public static Optional<DType> ofTorchName(String name) {
    String plain = name.toLowerCase(Locale.ROOT);
    if (plain.startsWith("torch.")) {
      plain = plain.substring("torch.".length());
    }
    return Optional.ofNullable(
        switch (plain) {
          case "float64", "double", "f64" -> F64;
          case "float32", "float", "f32", "fp32" -> F32;
          case "float16", "half", "f16", "fp16" -> F16;
          case "bfloat16", "bf16" -> BF16;
          case "float8_e4m3fn", "f8_e4m3" -> F8_E4M3;
          case "float8_e5m2", "f8_e5m2" -> F8_E5M2;
          default -> null;
        });
  }
}
