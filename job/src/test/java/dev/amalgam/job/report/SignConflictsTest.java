package dev.amalgam.job.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.amalgam.core.run.ProgressListener;
import dev.amalgam.core.tensor.DType;
import dev.amalgam.core.tensor.Shape;
import dev.amalgam.core.tensor.TensorInfo;
import dev.amalgam.io.checkpoint.CheckpointFolder;
import dev.amalgam.io.safetensors.SafetensorsWriter;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SignConflictsTest {

  @TempDir Path folder;

  private CheckpointFolder model(String name, float... values) {
    Path file = folder.resolve(name + ".safetensors");
    List<TensorInfo> tensors =
        List.of(
            new TensorInfo("w", DType.F32, Shape.of(values.length)),
            new TensorInfo(name, DType.F32, Shape.of(1)));
    try (Arena arena = Arena.ofConfined();
        SafetensorsWriter writer = SafetensorsWriter.create(file, tensors, Map.of())) {
      writer.write("w", 0, arena.allocateFrom(ValueLayout.JAVA_FLOAT, values));
      writer.write(name, 0, arena.allocateFrom(ValueLayout.JAVA_FLOAT, 1f));
    }
    return CheckpointFolder.open(file);
  }

  @Test
  void onlyOppositeSignsOfDeltasConflict() {
    try (CheckpointFolder base = model("base", 1, 1, 1, 1);
        CheckpointFolder a = model("a", 2, 0, 2, 1);
        CheckpointFolder b = model("b", 0, 2, 3, 0)) {
      SignConflicts conflicts =
          SignConflicts.of(
              base,
              List.of(
                  new SignConflicts.Expert("a", a, Optional.empty()),
                  new SignConflicts.Expert("b", b, Optional.empty())),
              ProgressListener.NONE);
      // Opposite, opposite, the same, and no delta at all.
      assertEquals(0.5, conflicts.shares()[0][1]);
      assertEquals(0.5, conflicts.shares()[1][0]);
      assertTrue(Double.isNaN(conflicts.weighted()[0][1]));
      assertEquals(4, conflicts.parameters());
      assertEquals(1, conflicts.left());
    }
  }
}
