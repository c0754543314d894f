package dev.amalgam.job;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.amalgam.core.tensor.DType;
import dev.amalgam.core.tensor.TensorInfo;
import dev.amalgam.io.checkpoint.StoredCheckpoint;
import dev.amalgam.io.json.Json;
import dev.amalgam.io.model.ModelPath;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/**
 * What a checkpoint's headers say.
 *
 * @param path the file or folder
 * @param files its safetensors files
 * @param metadata the files' metadata
 * @param tensors its tensors in the order of the files and their bytes
 */
public record Inspection(
    Path path, List<Path> files, SortedMap<String, String> metadata, List<TensorInfo> tensors) {

  /** Reads the headers of a safetensors file or of a model's folder. */
  public static Inspection of(Path path) {
    try (StoredCheckpoint checkpoint = ModelPath.of(path).openStored()) {
      return new Inspection(path, checkpoint.files(), checkpoint.metadata(), checkpoint.tensors());
    }
  }

  /** Returns the number of elements of all tensors. */
  public long elements() {
    return tensors.stream().mapToLong(t -> t.shape().elements()).sum();
  }

  /** Returns the bytes of all tensors. */
  public long bytes() {
    return tensors.stream().mapToLong(TensorInfo::bytes).sum();
  }

  /** Returns the bytes of the tensors of each element type. */
  public Map<DType, Long> bytesByType() {
    Map<DType, Long> bytes = new EnumMap<>(DType.class);
    tensors.forEach(t -> bytes.merge(t.dtype(), t.bytes(), Long::sum));
    return bytes;
  }

  /** Returns everything as a JSON object. */
  public String json() {
    ObjectNode root = Json.object();
    root.put("path", path.toString());
    ArrayNode fileNames = root.putArray("files");
    files.forEach(file -> fileNames.add(file.getFileName().toString()));
    ObjectNode metadataNode = root.putObject("metadata");
    metadata.forEach(metadataNode::put);
    ArrayNode nodes = root.putArray("tensors");
    for (TensorInfo tensor : tensors) {
      ObjectNode node = nodes.addObject();
      node.put("name", tensor.name()).put("dtype", tensor.dtype().name());
      ArrayNode shape = node.putArray("shape");
      for (long dimension : tensor.shape().toArray()) {
        shape.add(dimension);
      }
      node.put("bytes", tensor.bytes());
    }
    root.put("elements", elements()).put("bytes", bytes());
    return Json.write(root);
  }
}
