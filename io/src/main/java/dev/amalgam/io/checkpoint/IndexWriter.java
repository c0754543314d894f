package dev.amalgam.io.checkpoint;

import dev.amalgam.core.CodePointOrder;
import dev.amalgam.io.json.JsonString;
import java.nio.charset.StandardCharsets;
import java.util.SortedMap;
import java.util.TreeMap;

/** The text of {@code model.safetensors.index.json}, as transformers writes it. */
final class IndexWriter {

  private IndexWriter() {}

  /** Returns the index of {@code layout}: its total size and the shard of each tensor, sorted. */
  static byte[] bytes(ShardLayout layout) {
    SortedMap<String, String> weightMap = new TreeMap<>(CodePointOrder.INSTANCE);
    for (ShardLayout.Shard shard : layout.shards()) {
      shard.tensors().forEach(t -> weightMap.put(t.name(), shard.fileName()));
    }
    StringBuilder out = new StringBuilder("{\n  \"metadata\": {\n    \"total_size\": ");
    out.append(layout.bytes()).append("\n  },\n  \"weight_map\": {");
    String before = "\n    ";
    for (var item : weightMap.entrySet()) {
      JsonString.appendAscii(out.append(before), item.getKey());
      JsonString.appendAscii(out.append(": "), item.getValue());
      before = ",\n    ";
    }
    return out.append("\n  }\n}\n").toString().getBytes(StandardCharsets.US_ASCII);
  }
}
