package dev.amalgam.io.safetensors;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Safetensors files written by hand, well-formed or not. */
final class RawFile {

  private RawFile() {}

  /** Writes a file of this header and so many zero bytes of data. */
  static Path write(Path folder, String header, int dataBytes) throws IOException {
    return write(folder, header.getBytes(StandardCharsets.UTF_8), dataBytes);
  }

  static Path write(Path folder, byte[] header, int dataBytes) throws IOException {
    ByteBuffer bytes =
        ByteBuffer.allocate(Long.BYTES + header.length + dataBytes).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putLong(header.length).put(header);
    return Files.write(folder.resolve("model.safetensors"), bytes.array());
  }

  /** Returns an entry of a header. */
  static String entry(String name, String dtype, String shape, String offsets) {
    return "\"%s\":{\"dtype\":\"%s\",\"shape\":%s,\"data_offsets\":%s}"
        .formatted(name, dtype, shape, offsets);
  }
}
