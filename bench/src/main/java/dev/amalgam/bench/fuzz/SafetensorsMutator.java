package dev.amalgam.bench.fuzz;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** Damages safetensors: the length of the header, its JSON, and numbers of tensors. */
final class SafetensorsMutator implements Mutator {

  private static final int PREFIX = 8;
  private static final Pattern DTYPE = Pattern.compile("\"(F|BF|I|U|BOOL)[0-9]*\"");

  private static final List<String> DTYPES =
      List.of("F64", "F32", "F16", "BF16", "F8_E4M3", "I64", "I8", "U8", "BOOL", "C64", "F4", "X");

  private static final long[] LENGTHS = {
    0,
    1,
    -1,
    7,
    100_000_000,
    100_000_001,
    Integer.MAX_VALUE,
    1L << 32,
    Long.MAX_VALUE,
    Long.MIN_VALUE
  };

  private static final float[] NUMBERS = {
    Float.NaN, Float.POSITIVE_INFINITY, -Float.MAX_VALUE, Float.MIN_VALUE, -0f
  };

  @Override
  public byte[] mutate(byte[] bytes, RandomGenerator random) {
    int data = bytes.length < PREFIX ? -1 : dataStart(bytes);
    if (data < 0) {
      return new ByteMutator().mutate(bytes, random);
    }
    byte[] header = Arrays.copyOfRange(bytes, PREFIX, data);
    return switch (random.nextInt(8)) {
      case 0 -> withLength(bytes, LENGTHS[random.nextInt(LENGTHS.length)]);
      case 1 -> withLength(bytes, data - PREFIX + random.nextInt(-9, 10));
      case 2 -> withHeader(bytes, data, retyped(header, random));
      case 3 -> withNumber(bytes, data, random);
      case 4 -> new ByteMutator().mutate(bytes, random);
      default -> withHeader(bytes, data, new JsonMutator().mutate(header, random));
    };
  }

  /** Returns where the tensors begin, or -1 if the file is too damaged to say. */
  private static int dataStart(byte[] bytes) {
    long length = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong();
    return length < 0 || length > bytes.length - PREFIX ? -1 : (int) length + PREFIX;
  }

  private static byte[] withLength(byte[] bytes, long length) {
    byte[] result = bytes.clone();
    ByteBuffer.wrap(result).order(ByteOrder.LITTLE_ENDIAN).putLong(length);
    return result;
  }

  private static byte[] withHeader(byte[] bytes, int data, byte[] header) {
    byte[] result = ByteMutator.replaced(bytes, PREFIX, data - PREFIX, header);
    return withLength(result, header.length);
  }

  private static byte[] retyped(byte[] header, RandomGenerator random) {
    String text = new String(header, StandardCharsets.ISO_8859_1);
    List<MatchResult> types = DTYPE.matcher(text).results().toList();
    if (types.isEmpty()) {
      return header;
    }
    MatchResult type = types.get(random.nextInt(types.size()));
    String other = '"' + DTYPES.get(random.nextInt(DTYPES.size())) + '"';
    return (text.substring(0, type.start()) + other + text.substring(type.end()))
        .getBytes(StandardCharsets.ISO_8859_1);
  }

  private static byte[] withNumber(byte[] bytes, int data, RandomGenerator random) {
    byte[] result = bytes.clone();
    int count = (bytes.length - data) / Float.BYTES;
    if (count > 0) {
      int at = data + Float.BYTES * random.nextInt(count);
      ByteBuffer.wrap(result)
          .order(ByteOrder.LITTLE_ENDIAN)
          .putFloat(at, NUMBERS[random.nextInt(NUMBERS.length)]);
    }
    return result;
  }
}
