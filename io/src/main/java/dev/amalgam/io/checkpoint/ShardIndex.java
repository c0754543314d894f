package dev.amalgam.io.checkpoint;

import static dev.amalgam.core.AmalgamException.quote;

import dev.amalgam.core.CodePointOrder;
import dev.amalgam.core.tensor.CheckpointException;
import dev.amalgam.io.file.FileProblems;
import dev.amalgam.io.file.RegularFile;
import dev.amalgam.io.json.StrictJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The index of a sharded model.
 *
 * @param file where it was read
 * @param weightMap the shard's file name for each tensor
 */
record ShardIndex(Path file, Map<String, String> weightMap) {

  private static final long MAX_BYTES = 100_000_000;

  /**
   * Returns the index in {@code file}; its shards' names are plain file names.
   *
   * @throws CheckpointException if it cannot be read or is malformed
   */
  static ShardIndex read(Path file) {
    try {
      RegularFile.check(file);
      long size = Files.size(file);
      if (size > MAX_BYTES) {
        throw new CheckpointException(
            quote(file.toString())
                + " is "
                + size
                + " bytes long, and an index has at most "
                + MAX_BYTES
                + "; the file is damaged");
      }
      return parse(file, Files.readAllBytes(file));
    } catch (IOException e) {
      throw FileProblems.unreadable(file, e);
    }
  }

  /** Returns how many tensors each shard has, the shards in the order of their names. */
  SortedMap<String, Integer> shards() {
    SortedMap<String, Integer> shards = new TreeMap<>(CodePointOrder.INSTANCE);
    weightMap.values().forEach(shard -> shards.merge(shard, 1, Integer::sum));
    return shards;
  }

  private static ShardIndex parse(Path file, byte[] bytes) {
    StrictJson json = new StrictJson(quote(file.toString()), bytes);
    Map<String, String> weightMap = null;
    json.object("the whole");
    for (String key = json.key(); key != null; key = json.key()) {
      if (!key.equals("weight_map")) {
        json.skip();
      } else if (weightMap == null) {
        weightMap = weightMap(json);
      } else {
        throw json.malformed("weight_map occurs twice");
      }
    }
    json.end();
    if (weightMap == null) {
      throw json.malformed("weight_map is missing, which names the shard of each tensor");
    }
    if (weightMap.isEmpty()) {
      throw json.malformed("weight_map is empty: the model has no tensors");
    }
    return new ShardIndex(file, weightMap);
  }

  private static Map<String, String> weightMap(StrictJson json) {
    Map<String, String> weightMap = new TreeMap<>(CodePointOrder.INSTANCE);
    json.object("weight_map");
    for (String tensor = json.key(); tensor != null; tensor = json.key()) {
      json.within(tensor);
      String shard = json.string("the shard's name");
      String flaw = flaw(shard);
      if (flaw != null) {
        throw json.malformed(
            "the shard's name "
                + quote(shard)
                + flaw
                + "; only names of .safetensors files in the index's own folder are accepted");
      }
      if (weightMap.put(tensor, shard) != null) {
        throw json.malformed("it occurs twice");
      }
      json.within(null);
    }
    return weightMap;
  }

  /**
   * Returns why this cannot be the name of a shard, here or on any other system; null if it can.
   */
  private static String flaw(String shard) {
    if (shard.startsWith("/") || shard.startsWith("\\")) {
      return " is an absolute path";
    }
    if (shard.startsWith("../") || shard.startsWith("..\\") || shard.equals("..")) {
      return " leaves the folder";
    }
    if (shard.contains("/") || shard.contains("\\")) {
      return " has a folder in it";
    }
    if (shard.contains(":") || shard.chars().anyMatch(Character::isISOControl)) {
      return " has characters in it that no file name should have";
    }
    return shard.endsWith(CheckpointFolder.EXTENSION) ? null : " does not end in .safetensors";
  }
}
