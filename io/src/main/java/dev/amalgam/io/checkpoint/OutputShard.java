package dev.amalgam.io.checkpoint;

import dev.amalgam.io.safetensors.SafetensorsHeader;
import dev.amalgam.io.safetensors.SafetensorsWriter;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Map;

/** A shard that is being written: its file is there from the first use until it is closed. */
final class OutputShard {

  private final Path file;
  private final SafetensorsHeader header;
  private final Map<String, String> metadata;
  private SafetensorsWriter writer;
  private boolean closed;
  private int completed;

  /** Writes nothing yet, but checks that the shard can be written. */
  OutputShard(Path folder, ShardLayout.Shard shard, Map<String, String> metadata) {
    this.file = folder.resolve(shard.fileName());
    this.metadata = metadata;
    this.header = SafetensorsHeader.layout(shard.tensors(), metadata);
  }

  Path file() {
    return file;
  }

  SafetensorsHeader header() {
    return header;
  }

  /** Returns the shard's writer, its file created if this is the first use. */
  synchronized SafetensorsWriter open() {
    if (writer == null) {
      writer = SafetensorsWriter.create(file, header.tensors(), metadata);
    }
    return writer;
  }

  void write(String tensor, long offset, MemorySegment bytes) {
    open().write(tensor, offset, bytes);
  }

  /** Counts one more tensor as complete. */
  synchronized void completeNext() {
    completed++;
  }

  synchronized boolean isComplete() {
    return completed == header.entries().size();
  }

  /** Returns up to which byte of the file everything has been written. */
  synchronized long frontier() {
    return isComplete()
        ? header.fileBytes()
        : header.dataStart() + header.entries().get(completed).begin();
  }

  /** Returns when everything written so far is on the disk, if the file is open. */
  void force() {
    SafetensorsWriter open;
    synchronized (this) {
      open = closed ? null : writer;
    }
    if (open != null) {
      open.force();
    }
  }

  /** Closes the file, if it is open; it cannot be opened again. */
  synchronized void close() {
    if (writer != null && !closed) {
      writer.close();
    }
    closed = true;
  }
}
