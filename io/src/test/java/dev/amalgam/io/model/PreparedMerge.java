package dev.amalgam.io.model;

import dev.amalgam.core.block.Block;
import dev.amalgam.core.evidence.Evidence;
import dev.amalgam.core.kernel.Kernels;
import dev.amalgam.core.merge.EvidenceMethod;
import dev.amalgam.core.merge.MergeMethods;
import dev.amalgam.core.merge.MergeTask;
import dev.amalgam.core.merge.Parameter;
import dev.amalgam.core.merge.ParameterValues;
import dev.amalgam.core.merge.PreparedMethod;
import dev.amalgam.core.merge.TensorMerge;
import dev.amalgam.core.merge.Trials;
import dev.amalgam.core.recipe.Setting;
import dev.amalgam.core.tensor.Checkpoint;
import dev.amalgam.core.weight.FineTuned;
import dev.amalgam.core.weight.ReadBuffer;
import dev.amalgam.core.weight.Weight;
import java.lang.foreign.SegmentAllocator;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A merge of all tensors that experts share, by a method that asks for evidence. */
final class PreparedMerge {

  private final Evidence evidence;
  private final Map<String, MergeTask> tasks = new HashMap<>();
  private final PreparedMethod method;

  /**
   * Prepares a merge.
   *
   * @param settings values of parameters; the others have their defaults
   * @param weights of each expert
   */
  PreparedMerge(
      String name, Map<String, Setting.Scalar> settings, List<Double> weights, Evidence evidence) {
    this.evidence = evidence;
    EvidenceMethod named = (EvidenceMethod) MergeMethods.named(name);
    List<ParameterValues> experts = new ArrayList<>();
    for (double weight : weights) {
      experts.add(values(named, Map.of("weight", new Setting.Number(weight))));
    }
    FineTuned first = evidence.experts().getFirst().weights();
    for (String tensor : first.base().names()) {
      tasks.put(
          tensor,
          new MergeTask(
              tensor,
              first.base().find(tensor).orElseThrow().shape(),
              values(named, settings),
              experts,
              List.of()));
    }
    this.method = named.prepare(List.copyOf(tasks.values()), evidence, new NoTrials());
  }

  private static final class NoTrials implements Trials {
    @Override
    public Checkpoint merge(PreparedMethod candidate) {
      throw new UnsupportedOperationException("nothing is tried here");
    }

    @Override
    public Checkpoint keep(PreparedMethod candidate, SegmentAllocator memory) {
      throw new UnsupportedOperationException("nothing is kept here");
    }
  }

  private static ParameterValues values(
      EvidenceMethod method, Map<String, Setting.Scalar> settings) {
    Map<String, Setting.Scalar> values = new HashMap<>();
    for (Parameter<?> parameter : method.parameters()) {
      values.put(
          parameter.name(),
          settings.getOrDefault(parameter.name(), parameter.fallback().orElseThrow()));
    }
    return new ParameterValues(values);
  }

  /** Returns the names of all tensors. */
  Set<String> tensors() {
    return tasks.keySet();
  }

  /** Returns the merged tensor, made in the smallest blocks. */
  float[] tensor(String name) {
    return tensor(name, 1);
  }

  /** Returns the merged tensor, made in blocks of so many units. */
  float[] tensor(String name, int units) {
    MergeTask task = tasks.get(name);
    TensorMerge merge = method.merge(task);
    int elements = (int) task.shape().elements();
    int length = (int) Math.min(elements, units * merge.unit());
    float[] merged = new float[elements];
    try (Block block = new Block(Kernels.get(), length, evidence.experts().size());
        ReadBuffer buffer = new ReadBuffer(Kernels.get())) {
      float[] out = new float[length];
      for (int index = 0, from = 0; from < elements; index++, from += length) {
        int count = Math.min(length, elements - from);
        block.moveTo(index, from, count);
        for (int expert = 0; expert < evidence.experts().size(); expert++) {
          FineTuned.Pair pair = evidence.experts().get(expert).weights().both(name).orElseThrow();
          read(pair.base(), from, count, block.base(), buffer);
          read(pair.expert(), from, count, block.expert(expert), buffer);
        }
        merge.merge(block, out);
        System.arraycopy(out, 0, merged, from, count);
      }
    }
    return merged;
  }

  private static void read(Weight weight, int from, int count, float[] target, ReadBuffer buffer) {
    weight.read(from, count, target, 0, buffer);
  }
}
