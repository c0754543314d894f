package dev.amalgam.io.model;

import dev.amalgam.core.importance.Expert;
import dev.amalgam.core.layer.Batch;
import dev.amalgam.core.layer.Example;
import dev.amalgam.core.weight.CheckpointWeights;
import dev.amalgam.core.weight.FineTuned;
import dev.amalgam.io.checkpoint.CheckpointFolder;
import dev.amalgam.io.config.ConfigFile;
import dev.amalgam.io.json.Json;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The {@code math} expert of the example family, and the 16 examples of the fixture. */
final class MathExpert implements AutoCloseable {

  static final Path FIXTURE = Path.of("src/test/resources/apl");
  private static final Path FAMILY = Path.of("../examples/tiny-llama");

  private final CheckpointFolder base = CheckpointFolder.open(FAMILY.resolve("base"));
  private final CheckpointFolder math = CheckpointFolder.open(FAMILY.resolve("math"));

  Expert expert() {
    return new Expert(
        new FineTuned(new CheckpointWeights(base), new CheckpointWeights(math)),
        ConfigFile.read(FAMILY.resolve("math").resolve(ConfigFile.NAME)).values());
  }

  /** Returns the first examples, so many in each batch. */
  static List<Batch> batches(int examples, int perBatch) {
    List<Example> all = new ArrayList<>();
    for (var ids : Json.read(FIXTURE.resolve("math.ids.json"), 1 << 20)) {
      int[] tokens = new int[ids.size()];
      for (int i = 0; i < tokens.length; i++) {
        tokens[i] = ids.get(i).intValue();
      }
      all.add(Example.ofText(tokens));
    }
    List<Batch> batches = new ArrayList<>();
    for (int i = 0; i < examples; i += perBatch) {
      batches.add(new Batch(all.subList(i, Math.min(examples, i + perBatch))));
    }
    return batches;
  }

  @Override
  public void close() {
    base.close();
    math.close();
  }
}
