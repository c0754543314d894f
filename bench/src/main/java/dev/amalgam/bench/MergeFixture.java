package dev.amalgam.bench;

import dev.amalgam.core.block.Block;
import dev.amalgam.core.block.CounterDraws;
import dev.amalgam.core.block.Draws;
import dev.amalgam.core.kernel.Kernels;
import dev.amalgam.core.merge.MergeMethod;
import dev.amalgam.core.merge.MergeMethods;
import dev.amalgam.core.merge.MergeTask;
import dev.amalgam.core.merge.Parameter;
import dev.amalgam.core.merge.ParameterValues;
import dev.amalgam.core.merge.TensorMerge;
import dev.amalgam.core.recipe.Setting;
import dev.amalgam.core.tensor.Shape;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** One tensor of one block, merged by any method from a base and two experts (one for slerp). */
final class MergeFixture {

  private static final int ROW = 2048;
  private static final float DELTA = 0.05f;

  private final float[] base = dev.amalgam.bench.Block.weights(1);
  private final float[][] experts;
  private final TensorMerge merge;
  private final Block block;
  private final int arrays;

  MergeFixture(String methodName) {
    MergeMethod method = MergeMethods.named(methodName);
    int count = methodName.equals("slerp") ? 1 : 2;
    experts = new float[count][];
    for (int i = 0; i < count; i++) {
      experts[i] = dev.amalgam.bench.Block.weights(2 + i);
      for (int j = 0; j < base.length; j++) {
        experts[i][j] = base[j] + DELTA * experts[i][j];
      }
    }
    block = new Block(Kernels.get(), dev.amalgam.bench.Block.SIZE, count);
    merge = method.prepare(task(method, count));
    arrays = count + (method.baseUse() == MergeMethod.BaseUse.REQUIRED ? 1 : 0);
  }

  private static MergeTask task(MergeMethod method, int experts) {
    Kernels kernels = Kernels.get();
    List<Draws> draws =
        List.<Draws>of(
                new CounterDraws(kernels.delta(), 1, "x", 0),
                new CounterDraws(kernels.delta(), 1, "x", 1))
            .subList(0, experts);
    ParameterValues values = values(method);
    return new MergeTask(
        "x",
        Shape.of(dev.amalgam.bench.Block.SIZE / ROW, ROW),
        values,
        List.of(values, values).subList(0, experts),
        draws);
  }

  // Every parameter's default, and a half where there is none, or where the default keeps all.
  private static ParameterValues values(MergeMethod method) {
    Map<String, Setting.Scalar> values = new HashMap<>();
    for (Parameter<?> parameter : method.parameters()) {
      values.put(parameter.name(), parameter.fallback().orElse(new Setting.Number(0.5)));
    }
    values.replace("density", new Setting.Number(0.5));
    return new ParameterValues(values);
  }

  /**
   * Returns the bytes of float32 that filling the block and merging it read and write, per element.
   */
  int bytesPerElement() {
    return Float.BYTES * (2 * arrays + arrays + 1);
  }

  /** Fills the block as reading does, since a merge overwrites its inputs. */
  Block fill() {
    block.moveTo(0, 0, dev.amalgam.bench.Block.SIZE);
    System.arraycopy(base, 0, block.base(), 0, base.length);
    for (int i = 0; i < experts.length; i++) {
      System.arraycopy(experts[i], 0, block.expert(i), 0, base.length);
    }
    return block;
  }

  /** Goes through the next {@code scans} scans. */
  MergeFixture afterScans(int scans) {
    for (int i = 0; i < scans && merge.nextScan().isPresent(); i++) {
      TensorMerge.Scan scan = merge.nextScan().orElseThrow();
      scan.visit(fill());
      scan.finish();
    }
    return this;
  }

  TensorMerge merge() {
    return merge;
  }
}
