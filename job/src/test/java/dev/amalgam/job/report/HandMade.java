package dev.amalgam.job.report;

import dev.amalgam.core.tensor.DType;
import dev.amalgam.core.tensor.Shape;
import dev.amalgam.core.tensor.TensorInfo;
import dev.amalgam.io.safetensors.SafetensorsWriter;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A sidecar made by hand, of two examples. */
final class HandMade {

  private record Scores(long size, float[] importance, float[] examples) {}

  private final Map<String, Scores> names = new LinkedHashMap<>();
  private final Map<String, String> metadata = new LinkedHashMap<>();

  HandMade(String level, String expert) {
    metadata.put("level", level);
    metadata.put("estimator", "gradient");
    metadata.put("point", "base");
    metadata.put("steps", "1");
    metadata.put("aggregate", "magnitude");
    metadata.put("score", "effect");
    metadata.put("examples", "2");
    metadata.put("base_loss", "2.5");
    metadata.put("expert_loss", "2.25");
    metadata.put("base_sha256", "b".repeat(64));
    metadata.put("expert_sha256", expert);
    metadata.put("data_sha256", "d".repeat(64));
    metadata.put("amalgam", "0.1.0");
  }

  HandMade with(String key, String value) {
    metadata.put(key, value);
    return this;
  }

  /** Adds a name whose two examples score the sum of its importance, once negative. */
  HandMade add(String name, long size, float... importance) {
    float sum = 0;
    for (float value : importance) {
      sum += value;
    }
    names.put(name, new Scores(size, importance, new float[] {sum, -sum}));
    return this;
  }

  Path write(Path file) {
    List<TensorInfo> tensors = new ArrayList<>();
    names.forEach(
        (name, scores) -> {
          tensors.add(vector("importance/" + name, DType.F32, scores.importance.length));
          tensors.add(vector("example_scores/" + name, DType.F32, 2));
          tensors.add(vector("sizes/" + name, DType.I64, 1));
        });
    tensors.add(vector("losses/base", DType.F32, 2));
    tensors.add(vector("losses/expert", DType.F32, 2));
    try (Arena arena = Arena.ofConfined();
        SafetensorsWriter writer = SafetensorsWriter.create(file, tensors, metadata)) {
      names.forEach(
          (name, scores) -> {
            writer.write("importance/" + name, 0, floats(arena, scores.importance));
            writer.write("example_scores/" + name, 0, floats(arena, scores.examples));
            writer.write(
                "sizes/" + name, 0, arena.allocateFrom(ValueLayout.JAVA_LONG, scores.size));
          });
      writer.write("losses/base", 0, floats(arena, new float[] {2, 3}));
      writer.write("losses/expert", 0, floats(arena, new float[] {2, 2.5f}));
    }
    return file;
  }

  private static MemorySegment floats(Arena arena, float[] values) {
    return arena.allocateFrom(ValueLayout.JAVA_FLOAT, values);
  }

  private static TensorInfo vector(String name, DType dtype, long length) {
    return new TensorInfo(name, dtype, Shape.of(length));
  }
}
