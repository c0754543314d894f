package dev.amalgam.io.safetensors;

import static dev.amalgam.core.AmalgamException.quote;

import dev.amalgam.core.tensor.CheckpointException;
import dev.amalgam.core.tensor.DType;
import dev.amalgam.core.tensor.Shape;
import dev.amalgam.core.tensor.TensorInfo;
import dev.amalgam.io.json.StrictJson;
import dev.amalgam.io.safetensors.SafetensorsHeader.Entry;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Parses the JSON of a header and checks each entry by itself: its type, its shape, and that its
 * bytes are as many as these two need.
 */
final class HeaderParser {

  // Far more than any tensor library handles; a hostile shape shall not fill the memory.
  private static final int MAX_RANK = 100;

  private final StrictJson json;
  private final List<Entry> entries = new ArrayList<>();
  private final Set<String> names = new HashSet<>();
  private SortedMap<String, String> metadata;

  private HeaderParser(StrictJson json) {
    this.json = json;
  }

  /** What the JSON says; the entries in the order in which it names them. */
  record Parsed(List<Entry> entries, SortedMap<String, String> metadata) {}

  /**
   * Returns what the header says.
   *
   * @param file how messages name the file, quoted
   */
  static Parsed parse(String file, byte[] header) {
    HeaderParser parser = new HeaderParser(new StrictJson("The header of " + file, header));
    parser.parse();
    return new Parsed(parser.entries, parser.metadata == null ? new TreeMap<>() : parser.metadata);
  }

  private void parse() {
    json.object("the whole");
    for (String key = json.key(); key != null; key = json.key()) {
      if (key.equals(SafetensorsHeader.METADATA_KEY)) {
        parseMetadata();
      } else {
        json.within(key);
        if (!names.add(key)) {
          throw json.malformed("it occurs twice");
        }
        entries.add(parseEntry(key));
        json.within(null);
      }
    }
    json.end();
  }

  private void parseMetadata() {
    if (metadata != null) {
      throw json.malformed("__metadata__ occurs twice");
    }
    metadata = new TreeMap<>();
    json.object("__metadata__");
    for (String key = json.key(); key != null; key = json.key()) {
      if (metadata.put(key, json.string("the metadata " + quote(key))) != null) {
        throw json.malformed("the metadata " + quote(key) + " occurs twice");
      }
    }
  }

  private Entry parseEntry(String name) {
    DType dtype = null;
    long[] dimensions = null;
    long[] offsets = null;
    json.object("its entry");
    for (String key = json.key(); key != null; key = json.key()) {
      switch (key) {
        case "dtype" -> dtype = once(key, dtype, parseType());
        case "shape" -> dimensions = once(key, dimensions, json.counts(key, MAX_RANK));
        case "data_offsets" -> offsets = once(key, offsets, json.counts(key, 2));
        default ->
            throw json.malformed(
                "unknown key " + quote(key) + "; there are dtype, shape and data_offsets");
      }
    }
    require("dtype", dtype);
    require("shape", dimensions);
    require("data_offsets", offsets);
    return checked(name, dtype, dimensions, offsets);
  }

  private <T> T once(String key, T before, T now) {
    if (before != null) {
      throw json.malformed(key + " occurs twice");
    }
    return now;
  }

  private void require(String key, Object value) {
    if (value == null) {
      throw json.malformed(key + " is missing");
    }
  }

  private DType parseType() {
    String name = json.string("dtype");
    return DType.ofFormatName(name)
        .orElseThrow(
            () ->
                json.malformed(
                    "unknown dtype "
                        + quote(name)
                        + "; known are "
                        + List.of(DType.values())
                        + "; it may be a quantized type of a newer version: save the model as"
                        + " bfloat16, float16 or float32"));
  }

  private Entry checked(String name, DType dtype, long[] dimensions, long[] offsets) {
    if (offsets.length != 2) {
      throw json.malformed("data_offsets must be two numbers, not " + Arrays.toString(offsets));
    }
    if (offsets[0] > offsets[1]) {
      throw json.malformed("data_offsets " + Arrays.toString(offsets) + " end before they begin");
    }
    Shape shape = shape(dimensions);
    long needed = bytes(dtype, shape);
    long stored = offsets[1] - offsets[0];
    if (stored != needed) {
      throw json.malformed(
          "shape %s of %s needs %d bytes, but data_offsets %s hold %d"
              .formatted(shape, dtype, needed, Arrays.toString(offsets), stored));
    }
    return new Entry(new TensorInfo(name, dtype, shape), offsets[0]);
  }

  private Shape shape(long[] dimensions) {
    try {
      return Shape.of(dimensions);
    } catch (ArithmeticException e) {
      throw tooMany("shape " + Arrays.toString(dimensions));
    }
  }

  private long bytes(DType dtype, Shape shape) {
    try {
      return dtype.bytes(shape.elements());
    } catch (ArithmeticException e) {
      if (shape.elements() > Long.MAX_VALUE / dtype.bits()) {
        throw tooMany("shape " + shape + " of " + dtype);
      }
      throw json.malformed(
          "shape %s of %s is no whole number of bytes, at %d bits an element"
              .formatted(shape, dtype, dtype.bits()));
    }
  }

  private CheckpointException tooMany(String what) {
    return json.malformed(what + " has more elements than 64 bits can count");
  }
}
