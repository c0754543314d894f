package dev.amalgam.io.safetensors;

import static dev.amalgam.core.AmalgamException.quote;

import dev.amalgam.core.CodePointOrder;
import dev.amalgam.core.tensor.CheckpointException;
import dev.amalgam.core.tensor.TensorInfo;
import dev.amalgam.io.json.JsonString;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a safetensors file says of its contents: the tensors, one after the other without gaps.
 *
 * @param entries the tensors in the order of their bytes
 * @param metadata the free strings under {@code __metadata__}, ordered by code point; empty if
 *     there are none
 * @param dataStart where in the file the first tensor's data begins
 */
public record SafetensorsHeader(
    List<Entry> entries, SortedMap<String, String> metadata, long dataStart) {

  /** The longest header that the format allows, in bytes. */
  public static final int MAX_BYTES = 100_000_000;

  static final String METADATA_KEY = "__metadata__";

  private static final Comparator<TensorInfo> REFERENCE_ORDER =
      Comparator.comparing(TensorInfo::dtype)
          .reversed()
          .thenComparing(TensorInfo::name, CodePointOrder.INSTANCE);

  /**
   * A tensor and its place.
   *
   * @param tensor the tensor
   * @param begin its first byte, counted from the start of the data
   */
  public record Entry(TensorInfo tensor, long begin) {

    /** Returns the first byte after the tensor, counted from the start of the data. */
    public long end() {
      return begin + tensor.bytes();
    }
  }

  /** Copies its arguments. */
  public SafetensorsHeader {
    entries = List.copyOf(entries);
    metadata = Collections.unmodifiableSortedMap(sorted(metadata));
  }

  /**
   * Returns the header that the reference implementation gives these tensors: sorted by type, in
   * descending order of {@link dev.amalgam.core.tensor.DType}, then by the UTF-8 bytes of the name.
   *
   * @param tensors in any order
   * @throws CheckpointException if a name occurs twice, is {@code __metadata__} or is not Unicode,
   *     a tensor is no whole number of bytes, all together overflow, or the header is too long
   */
  public static SafetensorsHeader layout(
      Collection<TensorInfo> tensors, Map<String, String> metadata) {
    List<TensorInfo> ordered = new ArrayList<>(tensors);
    ordered.sort(REFERENCE_ORDER);
    List<Entry> entries = new ArrayList<>(ordered.size());
    Set<String> names = new HashSet<>();
    long begin = 0;
    for (TensorInfo tensor : ordered) {
      checkName(tensor.name(), names);
      entries.add(new Entry(tensor, begin));
      begin = end(tensor, begin);
    }
    for (var item : metadata.entrySet()) {
      checkUnicode("Metadata " + quote(item.getKey()), item.getKey());
      checkUnicode("Metadata " + quote(item.getKey()), item.getValue());
    }
    SafetensorsHeader unmeasured = new SafetensorsHeader(entries, sorted(metadata), 0);
    int start = HeaderBytes.of(unmeasured).length;
    if (start - Long.BYTES > MAX_BYTES) {
      throw new CheckpointException(
          "The header of "
              + tensors.size()
              + " tensors and "
              + metadata.size()
              + " metadata entries takes "
              + (start - Long.BYTES)
              + " bytes, and the safetensors format allows "
              + MAX_BYTES
              + "; use smaller shards or less metadata");
    }
    return new SafetensorsHeader(entries, unmeasured.metadata(), start);
  }

  /** Returns the tensors in the order of their bytes. */
  public List<TensorInfo> tensors() {
    return entries.stream().map(Entry::tensor).toList();
  }

  /** Returns the length of the data in bytes. */
  public long dataBytes() {
    return entries.isEmpty() ? 0 : entries.getLast().end();
  }

  /** Returns the length of the whole file in bytes. */
  public long fileBytes() {
    return Math.addExact(dataStart, dataBytes());
  }

  private static long end(TensorInfo tensor, long begin) {
    try {
      return Math.addExact(begin, tensor.bytes());
    } catch (ArithmeticException e) {
      throw new CheckpointException(
          "Tensor " + quote(tensor.name()) + " cannot be stored: " + e.getMessage(), e);
    }
  }

  private static SortedMap<String, String> sorted(Map<String, String> metadata) {
    SortedMap<String, String> sorted = new TreeMap<>(CodePointOrder.INSTANCE);
    sorted.putAll(metadata);
    return sorted;
  }

  private static void checkName(String name, Set<String> names) {
    checkUnicode("Tensor " + quote(name), name);
    if (name.equals(METADATA_KEY)) {
      throw new CheckpointException(
          "A tensor cannot be called '__metadata__': the safetensors format keeps that name");
    }
    if (!names.add(name)) {
      throw new CheckpointException("Tensor " + quote(name) + " occurs twice");
    }
  }

  private static void checkUnicode(String subject, String text) {
    if (!JsonString.isUnicode(text)) {
      throw new CheckpointException(subject + " holds half a surrogate pair: " + quote(text));
    }
  }
}
