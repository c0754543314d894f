package dev.amalgam.io.checkpoint;

import static dev.amalgam.core.AmalgamException.quote;

import dev.amalgam.core.tensor.CheckpointException;
import dev.amalgam.core.tensor.TensorInfo;
import dev.amalgam.io.safetensors.SafetensorsFile;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Opens the shards of an index and checks that they hold exactly what it says. */
final class IndexedShards {

  private final ShardIndex index;
  private final String name;
  private final List<SafetensorsFile> shards = new ArrayList<>();

  private IndexedShards(ShardIndex index) {
    this.index = index;
    this.name = quote(index.file().toString());
  }

  /**
   * Returns the shards, open, in the order of their names.
   *
   * @throws CheckpointException if a shard is missing, malformed, or does not agree with the index
   */
  static List<SafetensorsFile> open(ShardIndex index) {
    IndexedShards opened = new IndexedShards(index);
    try {
      index.shards().forEach(opened::openShard);
      opened.checkAgainstIndex();
      return opened.shards;
    } catch (RuntimeException | Error e) {
      opened.shards.forEach(SafetensorsFile::close);
      throw e;
    }
  }

  private void openShard(String shard, int tensors) {
    shards.add(SafetensorsFile.open(existing(shard, tensors)));
  }

  // A link is followed wherever it leads: the Hub's cache keeps every file as a link.
  private Path existing(String shard, int tensors) {
    Path file;
    try {
      file = index.file().resolveSibling(shard);
    } catch (InvalidPathException e) {
      throw new CheckpointException(
          name + ": this system cannot name a file " + quote(shard) + ": " + e.getReason(), e);
    }
    if (Files.exists(file)) {
      return file;
    }
    throw new CheckpointException(
        name
            + ": the shard "
            + quote(shard)
            + ", which has "
            + tensors
            + (tensors == 1 ? " tensor, is " : " tensors, is ")
            + (Files.isSymbolicLink(file) ? "a link to a file that does not exist" : "missing")
            + "; the download is incomplete, download the model again");
  }

  private void checkAgainstIndex() {
    Map<String, String> homes = new HashMap<>();
    for (SafetensorsFile shard : shards) {
      String file = shard.path().getFileName().toString();
      for (TensorInfo tensor : shard.tensors()) {
        String other = homes.put(tensor.name(), file);
        if (other != null) {
          throw wrong(tensor.name(), "is in two shards, " + quote(other) + " and " + quote(file));
        }
      }
    }
    homes.forEach(this::checkListed);
    index.weightMap().forEach((tensor, shard) -> checkPresent(tensor, shard, homes));
  }

  private void checkListed(String tensor, String shard) {
    String listed = index.weightMap().get(tensor);
    if (listed == null) {
      throw wrong(tensor, "is in the shard " + quote(shard) + ", but not in the index");
    }
    if (!listed.equals(shard)) {
      throw wrong(
          tensor, "is in the shard " + quote(shard) + ", but the index says " + quote(listed));
    }
  }

  private void checkPresent(String tensor, String shard, Map<String, String> homes) {
    if (!homes.containsKey(tensor)) {
      throw wrong(
          tensor, "is not in the shard " + quote(shard) + ", which the index says it is in");
    }
  }

  private CheckpointException wrong(String tensor, String problem) {
    return new CheckpointException(
        name
            + ", tensor "
            + quote(tensor)
            + ": it "
            + problem
            + "; index and shards are of different models or versions, download them again");
  }
}
