package dev.amalgam.job;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Random;

/** Files of float32 tensors, as bytes. */
final class FloatTensors {

  private FloatTensors() {}

  /** Returns a file whose entries are moved a little. */
  static byte[] moved(byte[] file, long seed) {
    Random random = new Random(seed);
    ByteBuffer bytes =
        ByteBuffer.wrap(Arrays.copyOf(file, file.length)).order(ByteOrder.LITTLE_ENDIAN);
    for (int at = 8 + (int) bytes.getLong(0); at < file.length; at += Float.BYTES) {
      bytes.putFloat(at, bytes.getFloat(at) + (float) (0.05 * random.nextGaussian()));
    }
    return bytes.array();
  }
}
