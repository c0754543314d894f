package dev.amalgam.io.checkpoint;

import static dev.amalgam.core.AmalgamException.quote;

import dev.amalgam.core.tensor.CheckpointException;
import dev.amalgam.core.tensor.TensorInfo;
import dev.amalgam.io.safetensors.SafetensorsFile;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;

/**
 * A model on disk, open for reading: a folder with {@code model.safetensors}, or with {@code
 * model.safetensors.index.json} and the shards that it names, or a single safetensors file. As in
 * transformers, {@code model.safetensors} wins where a folder has both.
 */
public final class CheckpointFolder implements StoredCheckpoint {

  /** The one file of a model that is not sharded. */
  static final String SINGLE_FILE = "model.safetensors";

  /** The file that names the shard of each tensor. */
  static final String INDEX_FILE = "model.safetensors.index.json";

  /** How the names of all safetensors files end. */
  static final String EXTENSION = ".safetensors";

  private final Path path;
  private final Optional<Path> indexFile;
  private final List<SafetensorsFile> shards;
  private final List<TensorInfo> tensors;
  private final Map<String, SafetensorsFile> homes = new HashMap<>();

  private CheckpointFolder(Path path, Optional<Path> indexFile, List<SafetensorsFile> shards) {
    this.path = path;
    this.indexFile = indexFile;
    this.shards = List.copyOf(shards);
    this.tensors = shards.stream().flatMap(s -> s.tensors().stream()).toList();
    for (SafetensorsFile shard : shards) {
      shard.tensors().forEach(t -> homes.put(t.name(), shard));
    }
  }

  /**
   * Returns the checkpoint, every header read and checked against the index.
   *
   * @param path a folder or a {@code .safetensors} file
   * @throws CheckpointException if there is none, or it is malformed in any way
   */
  public static CheckpointFolder open(Path path) {
    if (!Files.exists(path)) {
      throw FolderAdvice.missing(path);
    }
    if (!Files.isDirectory(path)) {
      if (!path.toString().endsWith(EXTENSION)) {
        throw FolderAdvice.otherFile(path);
      }
      return single(path, path);
    }
    Path single = path.resolve(SINGLE_FILE);
    if (Files.exists(single, LinkOption.NOFOLLOW_LINKS)) {
      return single(path, single);
    }
    Path index = path.resolve(INDEX_FILE);
    if (Files.exists(index, LinkOption.NOFOLLOW_LINKS)) {
      return new CheckpointFolder(
          path, Optional.of(index), IndexedShards.open(ShardIndex.read(index)));
    }
    throw FolderAdvice.nothingIn(path);
  }

  private static CheckpointFolder single(Path path, Path file) {
    return new CheckpointFolder(path, Optional.empty(), List.of(SafetensorsFile.open(file)));
  }

  /** Returns the path that was opened. */
  public Path path() {
    return path;
  }

  /** Returns the safetensors files, in the order of their names. */
  @Override
  public List<Path> files() {
    return shards.stream().map(SafetensorsFile::path).toList();
  }

  @Override
  public Optional<Path> indexFile() {
    return indexFile;
  }

  @Override
  public SortedMap<String, String> metadata() {
    return shards.getFirst().header().metadata();
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
    return Optional.ofNullable(homes.get(tensor)).flatMap(shard -> shard.find(tensor));
  }

  @Override
  public void read(String tensor, long offset, MemorySegment into) {
    SafetensorsFile shard = homes.get(tensor);
    if (shard == null) {
      throw new CheckpointException(quote(name()) + " has no tensor " + quote(tensor));
    }
    shard.read(tensor, offset, into);
  }

  @Override
  public void close() {
    shards.forEach(SafetensorsFile::close);
  }
}
