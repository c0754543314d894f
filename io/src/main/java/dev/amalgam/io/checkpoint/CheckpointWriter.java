package dev.amalgam.io.checkpoint;

import static dev.amalgam.core.AmalgamException.quote;

import dev.amalgam.core.tensor.CheckpointException;
import dev.amalgam.core.tensor.TensorInfo;
import dev.amalgam.io.file.FileProblems;
import dev.amalgam.io.file.PositionalFile;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Writes a model into a folder: the shards of a {@link ShardLayout} and, if there are several,
 * their index. While tensors arrive, threads in the background send the data to the disk and, if
 * asked to, compute each shard's SHA-256. Their failures are thrown by the next call.
 */
final class CheckpointWriter implements ModelSink {

  private static final long FLUSH_BYTES = 256L << 20;

  private final Path folder;
  private final ShardLayout layout;
  private final List<TensorInfo> order;
  private final List<OutputShard> shards = new ArrayList<>();
  private final Map<String, Slot> slots = new HashMap<>();
  private final BackgroundFailure failure = new BackgroundFailure();
  private final Flusher flusher;
  private final Optional<ShardHashes> hashes;
  private int completed;

  private record Slot(OutputShard shard, AtomicLong missingBytes) {}

  private CheckpointWriter(
      Path folder,
      ShardLayout layout,
      Map<String, String> metadata,
      boolean hashing,
      long flushBytes) {
    this.folder = folder;
    this.layout = layout;
    this.order = layout.order();
    for (ShardLayout.Shard shard : layout.shards()) {
      OutputShard output = new OutputShard(folder, shard, metadata);
      shards.add(output);
      shard
          .tensors()
          .forEach(t -> slots.put(t.name(), new Slot(output, new AtomicLong(t.bytes()))));
    }
    this.flusher = new Flusher(shards, flushBytes, failure);
    this.hashes = hashing ? Optional.of(new ShardHashes(failure)) : Optional.empty();
  }

  /**
   * Returns a writer; nothing has been written yet. Tensors must be completed in the order of
   * {@link ShardLayout#order}.
   *
   * @param folder exists and has none of the layout's files
   * @param layout which tensors go into which file
   * @param metadata of each shard, as {@code {"format": "pt"}}
   * @param hashing whether to compute the SHA-256 of each file
   * @throws CheckpointException if the folder does not exist, or a shard cannot be written because
   *     its header would be too long
   */
  static CheckpointWriter create(
      Path folder, ShardLayout layout, Map<String, String> metadata, boolean hashing) {
    return create(folder, layout, metadata, hashing, FLUSH_BYTES);
  }

  /** As above, with the number of bytes after which a flush starts. */
  static CheckpointWriter create(
      Path folder,
      ShardLayout layout,
      Map<String, String> metadata,
      boolean hashing,
      long flushBytes) {
    if (!Files.isDirectory(folder)) {
      throw new CheckpointException(
          "Cannot write to " + quote(folder.toString()) + ": there is no such folder");
    }
    return new CheckpointWriter(folder, layout, Map.copyOf(metadata), hashing, flushBytes);
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalArgumentException if there is no such tensor
   * @throws IndexOutOfBoundsException if the range leaves the tensor
   */
  @Override
  public void write(String tensor, long offset, MemorySegment bytes) {
    failure.check();
    Slot slot = slot(tensor);
    slot.shard.write(tensor, offset, bytes);
    slot.missingBytes.addAndGet(-bytes.byteSize());
    flusher.wrote(bytes.byteSize());
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalArgumentException if there is no such tensor
   * @throws IllegalStateException if another tensor's turn has come, or not every byte of this one
   *     has been written exactly once
   */
  @Override
  public synchronized void completed(String tensor) {
    failure.check();
    Slot slot = slot(tensor);
    if (completed == order.size() || !order.get(completed).name().equals(tensor)) {
      throw new IllegalStateException("it is not the turn of " + tensor + " to be completed");
    }
    if (slot.missingBytes.get() != 0) {
      throw new IllegalStateException(slot.missingBytes + " bytes of " + tensor + " are missing");
    }
    completed++;
    slot.shard.completeNext();
    advance(slot.shard);
  }

  /** Returns the shards in order, then the index if there are several. */
  @Override
  public synchronized List<WrittenFile> finish() {
    failure.check();
    if (completed < order.size()) {
      throw new IllegalStateException(
          (order.size() - completed)
              + " tensors were not completed, the first of them "
              + order.get(completed).name());
    }
    shards.stream().filter(s -> s.header().entries().isEmpty()).forEach(this::advance);
    flusher.await();
    Map<Path, String> known = hashes.map(ShardHashes::await).orElse(Map.of());
    failure.check();
    List<WrittenFile> files = new ArrayList<>();
    for (OutputShard shard : shards) {
      Path file = shard.file();
      files.add(
          new WrittenFile(
              file.getFileName().toString(),
              shard.header().fileBytes(),
              Optional.ofNullable(known.get(file))));
    }
    if (layout.isSharded()) {
      files.add(writeIndex());
    }
    forceFolder();
    return List.copyOf(files);
  }

  /** Ends the background threads and closes the files, complete or not. */
  @Override
  public void close() {
    hashes.ifPresent(ShardHashes::close);
    flusher.close();
    shards.forEach(OutputShard::close);
  }

  private Slot slot(String tensor) {
    Slot slot = slots.get(tensor);
    if (slot == null) {
      throw new IllegalArgumentException("no tensor " + tensor + " in the layout");
    }
    return slot;
  }

  private void advance(OutputShard shard) {
    shard.open();
    hashes.ifPresent(h -> h.advance(shard));
    if (shard.isComplete()) {
      flusher.finish(shard);
    }
  }

  private WrittenFile writeIndex() {
    byte[] bytes = IndexWriter.bytes(layout);
    Path path = folder.resolve(CheckpointFolder.INDEX_FILE);
    try (PositionalFile file = PositionalFile.create(path)) {
      file.write(0, MemorySegment.ofArray(bytes));
      file.force();
    } catch (IOException e) {
      throw FileProblems.unwritable(path, e);
    }
    Optional<String> hash =
        hashes.map(
            _ -> {
              MessageDigest digest = FileHasher.sha256();
              digest.update(bytes);
              return FileHasher.hex(digest);
            });
    return new WrittenFile(CheckpointFolder.INDEX_FILE, bytes.length, hash);
  }

  private void forceFolder() {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    } catch (AccessDeniedException e) {
      // Windows opens no folders, and makes their entries durable by itself.
      return;
    } catch (IOException e) {
      throw FileProblems.unwritable(folder, e);
    }
  }
}
