package dev.amalgam.io.dataset;

import static dev.amalgam.core.AmalgamException.quote;

import dev.amalgam.core.tensor.Checkpoint;
import dev.amalgam.core.tensor.DType;
import dev.amalgam.core.tensor.TensorInfo;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Set;

/**
 * A tensor of integers that is read row by row.
 *
 * @param file where it is stored
 * @param info what is stored
 */
record IntegerTensor(Checkpoint file, TensorInfo info) {

  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final Set<DType> TYPES =
      Set.of(DType.I64, DType.I32, DType.I16, DType.I8, DType.U32, DType.U16, DType.U8, DType.BOOL);

  /** Checks that the values are integers. */
  IntegerTensor {
    if (!TYPES.contains(info.dtype())) {
      throw new DatasetException(
          "%s: tensor %s holds %s, but must hold integers (I64 or I32)"
              .formatted(quote(file.name()), quote(info.name()), info.dtype()));
    }
  }

  /** Fills {@code values} with row {@code row} of rows of this length. */
  void read(long row, long[] values) {
    DType type = info.dtype();
    long bytes = type.bytes(values.length);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment stored = arena.allocate(Math.max(1, bytes)).asSlice(0, bytes);
      file.read(info.name(), Math.multiplyExact(row, bytes), stored);
      for (int i = 0; i < values.length; i++) {
        values[i] = value(type, stored, i);
      }
    }
  }

  private static long value(DType type, MemorySegment stored, int i) {
    return switch (type) {
      case I64 -> stored.getAtIndex(LONG, i);
      case I32 -> stored.getAtIndex(INT, i);
      case U32 -> Integer.toUnsignedLong(stored.getAtIndex(INT, i));
      case I16 -> stored.getAtIndex(SHORT, i);
      case U16 -> Short.toUnsignedInt(stored.getAtIndex(SHORT, i));
      case I8 -> stored.get(ValueLayout.JAVA_BYTE, i);
      default -> Byte.toUnsignedInt(stored.get(ValueLayout.JAVA_BYTE, i));
    };
  }

  /** Returns the exception for a value that is not allowed. */
  DatasetException wrong(long row, int column, long value, String problem) {
    String place = info.shape().rank() == 1 ? "" : ", column " + column;
    return new DatasetException(
        "%s: tensor %s, row %d%s: %d %s"
            .formatted(quote(file.name()), quote(info.name()), row, place, value, problem));
  }
}
