package dev.amalgam.bench.fuzz;

import java.util.Arrays;
import java.util.random.RandomGenerator;

/** Damages bytes of whatever meaning: flips, cuts, inserts, repeats, overwrites. */
final class ByteMutator implements Mutator {

  private static final int LONGEST = 64;

  @Override
  public byte[] mutate(byte[] bytes, RandomGenerator random) {
    int at = random.nextInt(bytes.length + 1);
    int count = Math.min(bytes.length - at, 1 + random.nextInt(LONGEST));
    return switch (random.nextInt(6)) {
      case 0 -> Arrays.copyOf(bytes, at);
      case 1 -> replaced(bytes, at, count, new byte[0]);
      case 2 -> replaced(bytes, at, 0, random(random));
      case 3 -> replaced(bytes, at, count, random(random));
      case 4 -> replaced(bytes, at, 0, Arrays.copyOfRange(bytes, at, at + count));
      default -> flipped(bytes, random);
    };
  }

  /** Returns the bytes with those in a range replaced by others, of whatever number. */
  static byte[] replaced(byte[] bytes, int at, int count, byte[] by) {
    byte[] result = Arrays.copyOf(bytes, bytes.length - count + by.length);
    System.arraycopy(by, 0, result, at, by.length);
    int rest = at + count;
    System.arraycopy(bytes, rest, result, at + by.length, bytes.length - rest);
    return result;
  }

  private static byte[] random(RandomGenerator random) {
    byte[] bytes = new byte[1 + random.nextInt(LONGEST)];
    random.nextBytes(bytes);
    return bytes;
  }

  private static byte[] flipped(byte[] bytes, RandomGenerator random) {
    byte[] result = bytes.clone();
    for (int flips = random.nextInt(4); flips >= 0 && result.length > 0; flips--) {
      result[random.nextInt(result.length)] ^= (byte) (1 << random.nextInt(8));
    }
    return result;
  }
}
