package dev.amalgam.io.safetensors;

import static dev.amalgam.core.AmalgamException.quote;

import dev.amalgam.core.tensor.Checkpoint;
import dev.amalgam.core.tensor.CheckpointException;
import dev.amalgam.core.tensor.TensorInfo;
import dev.amalgam.io.file.FileProblems;
import dev.amalgam.io.file.PositionalFile;
import dev.amalgam.io.safetensors.SafetensorsHeader.Entry;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * One safetensors file, open for reading. Bytes are read at their positions straight into native
 * memory, from any number of threads; nothing is mapped or kept. An interrupt fails the read of the
 * interrupted thread only.
 */
public final class SafetensorsFile implements Checkpoint {

  private final Path path;
  private final PositionalFile file;
  private final SafetensorsHeader header;
  private final List<TensorInfo> tensors;
  private final Map<String, Entry> entries;

  private SafetensorsFile(Path path, PositionalFile file, SafetensorsHeader header) {
    this.path = path;
    this.file = file;
    this.header = header;
    this.tensors = header.tensors();
    this.entries = HashMap.newHashMap(tensors.size());
    header.entries().forEach(e -> entries.put(e.tensor().name(), e));
  }

  /**
   * Returns the file, its header read and checked.
   *
   * @throws CheckpointException if it cannot be read or is malformed in any way
   */
  public static SafetensorsFile open(Path path) {
    if (Files.isDirectory(path)) {
      throw new CheckpointException(
          quote(path.toString()) + " is a folder, not a safetensors file");
    }
    try {
      PositionalFile file = PositionalFile.read(path);
      try {
        return new SafetensorsFile(path, file, HeaderReader.read(file, path));
      } catch (IOException | RuntimeException | Error e) {
        file.close();
        throw e;
      }
    } catch (IOException e) {
      throw FileProblems.unreadable(path, e);
    }
  }

  /** Returns where the file is. */
  public Path path() {
    return path;
  }

  /** Returns the file's header. */
  public SafetensorsHeader header() {
    return header;
  }

  @Override
  public String name() {
    return path.toString();
  }

  @Override
  public List<TensorInfo> tensors() {
    return tensors;
  }

  @Override
  public Optional<TensorInfo> find(String tensor) {
    return Optional.ofNullable(entries.get(tensor)).map(Entry::tensor);
  }

  @Override
  public void read(String tensor, long offset, MemorySegment into) {
    Entry entry = entries.get(tensor);
    if (entry == null) {
      throw new CheckpointException(quote(name()) + " has no tensor " + quote(tensor));
    }
    Objects.checkFromIndexSize(offset, into.byteSize(), entry.tensor().bytes());
    long position = header.dataStart() + entry.begin() + offset;
    try {
      if (file.read(position, into) < into.byteSize()) {
        throw new CheckpointException(
            quote(name())
                + ", tensor "
                + quote(tensor)
                + ": the file ends inside it; it was changed after it was opened");
      }
    } catch (IOException e) {
      throw FileProblems.unreadable(path, e);
    }
  }

  /** Closes the file; reads that are under way in other threads fail. */
  @Override
  public void close() {
    try {
      file.close();
    } catch (IOException e) {
      throw FileProblems.unreadable(path, e);
    }
  }
}
