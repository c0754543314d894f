package dev.amalgam.io.safetensors;

import dev.amalgam.core.tensor.TensorInfo;
import dev.amalgam.io.json.JsonString;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;

/** The bytes before the data, as the reference implementation writes them. */
final class HeaderBytes {

  private static final int ALIGNMENT = 8;

  private HeaderBytes() {}

  /** Returns the length field, the JSON, and the spaces that align the data. */
  static byte[] of(SafetensorsHeader header) {
    byte[] json = json(header).getBytes(StandardCharsets.UTF_8);
    int padded = Math.ceilDiv(json.length, ALIGNMENT) * ALIGNMENT;
    byte[] bytes = new byte[Long.BYTES + padded];
    Arrays.fill(bytes, (byte) ' ');
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putLong(padded).put(json);
    return bytes;
  }

  private static String json(SafetensorsHeader header) {
    StringBuilder out = new StringBuilder("{");
    if (!header.metadata().isEmpty()) {
      JsonString.append(out, SafetensorsHeader.METADATA_KEY);
      out.append(':');
      appendMetadata(out, header.metadata());
    }
    for (SafetensorsHeader.Entry entry : header.entries()) {
      if (out.length() > 1) {
        out.append(',');
      }
      appendEntry(out, entry);
    }
    return out.append('}').toString();
  }

  private static void appendMetadata(StringBuilder out, Map<String, String> metadata) {
    char before = '{';
    for (var item : metadata.entrySet()) {
      JsonString.append(out.append(before), item.getKey());
      JsonString.append(out.append(':'), item.getValue());
      before = ',';
    }
    out.append('}');
  }

  private static void appendEntry(StringBuilder out, SafetensorsHeader.Entry entry) {
    TensorInfo tensor = entry.tensor();
    JsonString.append(out, tensor.name());
    out.append(":{\"dtype\":\"").append(tensor.dtype().name()).append("\",\"shape\":[");
    for (int axis = 0; axis < tensor.shape().rank(); axis++) {
      out.append(axis == 0 ? "" : ",").append(tensor.shape().dimension(axis));
    }
    out.append("],\"data_offsets\":[")
        .append(entry.begin())
        .append(',')
        .append(entry.end())
        .append("]}");
  }
}
