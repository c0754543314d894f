package dev.amalgam.core.run;

import dev.amalgam.core.CodePointOrder;
import dev.amalgam.core.block.CounterDraws;
import dev.amalgam.core.block.Draws;
import dev.amalgam.core.block.MersenneDraws;
import dev.amalgam.core.kernel.Kernels;
import dev.amalgam.core.kernel.MersenneTwister;
import dev.amalgam.core.plan.MergePlan;
import dev.amalgam.core.plan.TensorPlan;
import dev.amalgam.core.recipe.Recipe;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The random draws of a plan's tensors. */
final class RandomStreams {

  private final MergePlan plan;
  private final Kernels kernels;
  private final Map<String, MersenneTwister> starts = new HashMap<>();

  RandomStreams(MergePlan plan, Kernels kernels) {
    this.plan = plan;
    this.kernels = kernels;
    if (plan.randomMasks() == Recipe.RandomMasks.MERGEKIT) {
      walkThroughStream();
    }
  }

  // mergekit consumes one stream tensor by tensor in the order of names (Python's, by code point),
  // and tensors may be written in another order: so remember where each one starts.
  private void walkThroughStream() {
    MersenneTwister stream = new MersenneTwister((int) plan.seed());
    plan.tensors().stream()
        .filter(TensorPlan.Merged.class::isInstance)
        .map(TensorPlan.Merged.class::cast)
        .sorted(Comparator.comparing(merged -> merged.output().name(), CodePointOrder.INSTANCE))
        .forEach(
            merged -> {
              long drawing =
                  merged.expertParameters().stream().filter(plan.method()::drawsAtRandom).count();
              if (drawing > 0) {
                starts.put(merged.output().name(), stream.copy());
                stream.skip(drawing * merged.output().shape().elements());
              }
            });
  }

  /** Returns the draws of each expert of a tensor. */
  List<Draws> draws(TensorPlan.Merged tensor) {
    String name = tensor.output().name();
    MersenneTwister stream = starts.get(name);
    List<Draws> draws = new ArrayList<>();
    for (int i = 0; i < tensor.experts().size(); i++) {
      boolean fromStream =
          stream != null && plan.method().drawsAtRandom(tensor.expertParameters().get(i));
      draws.add(
          fromStream
              ? new MersenneDraws(stream, tensor.output().shape().elements())
              : new CounterDraws(kernels.delta(), plan.seed(), name, i));
    }
    return draws;
  }
}
