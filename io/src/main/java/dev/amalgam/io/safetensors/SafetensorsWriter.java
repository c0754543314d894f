package dev.amalgam.io.safetensors;

import dev.amalgam.core.tensor.CheckpointException;
import dev.amalgam.core.tensor.TensorInfo;
import dev.amalgam.io.file.FileProblems;
import dev.amalgam.io.file.PositionalFile;
import dev.amalgam.io.safetensors.SafetensorsHeader.Entry;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/**
 * Writes one safetensors file. The header is written at once, the tensors' bytes in any order and
 * from any number of threads. When every byte of every tensor has been written, the file equals
 * what the reference implementation writes for these tensors. (That implementation writes metadata
 * of more than one key in no fixed order; here it is sorted.)
 */
public final class SafetensorsWriter implements AutoCloseable {

  private final Path path;
  private final PositionalFile file;
  private final SafetensorsHeader header;
  private final Map<String, Entry> entries;

  private SafetensorsWriter(Path path, PositionalFile file, SafetensorsHeader header) {
    this.path = path;
    this.file = file;
    this.header = header;
    this.entries = HashMap.newHashMap(header.entries().size());
    header.entries().forEach(e -> entries.put(e.tensor().name(), e));
  }

  /**
   * Returns the writer of a new file, its header written.
   *
   * @param path a file that does not exist yet
   * @param tensors in any order
   * @param metadata free strings; none if empty
   * @throws CheckpointException if the file exists or cannot be written, or the tensors cannot be
   *     stored in one file, see {@link SafetensorsHeader#layout}
   */
  public static SafetensorsWriter create(
      Path path, Collection<TensorInfo> tensors, Map<String, String> metadata) {
    SafetensorsHeader header = SafetensorsHeader.layout(tensors, metadata);
    try {
      PositionalFile file = PositionalFile.create(path);
      try {
        file.write(0, MemorySegment.ofArray(HeaderBytes.of(header)));
        return new SafetensorsWriter(path, file, header);
      } catch (IOException | RuntimeException | Error e) {
        file.close();
        throw e;
      }
    } catch (IOException e) {
      throw FileProblems.unwritable(path, e);
    }
  }

  /** Returns where the file is. */
  public Path path() {
    return path;
  }

  /** Returns the header that was written, which has the tensors in the order of their bytes. */
  public SafetensorsHeader header() {
    return header;
  }

  /**
   * Writes stored bytes of a tensor.
   *
   * @param offset the first byte's place in the tensor's data
   * @param bytes written whole
   * @throws IllegalArgumentException if there is no such tensor
   * @throws IndexOutOfBoundsException if the range leaves the tensor
   * @throws CheckpointException if the bytes cannot be written
   */
  public void write(String tensor, long offset, MemorySegment bytes) {
    Entry entry = entries.get(tensor);
    if (entry == null) {
      throw new IllegalArgumentException("no tensor " + tensor + " in " + path);
    }
    Objects.checkFromIndexSize(offset, bytes.byteSize(), entry.tensor().bytes());
    try {
      file.write(header.dataStart() + entry.begin() + offset, bytes);
    } catch (IOException e) {
      throw FileProblems.unwritable(path, e);
    }
  }

  /**
   * Returns when everything written so far is on the disk.
   *
   * @throws CheckpointException if that fails
   */
  public void force() {
    try {
      file.force();
    } catch (IOException e) {
      throw FileProblems.unwritable(path, e);
    }
  }

  /** Closes the file, complete or not. */
  @Override
  public void close() {
    try {
      file.close();
    } catch (IOException e) {
      throw FileProblems.unwritable(path, e);
    }
  }
}
