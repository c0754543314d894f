package dev.amalgam.bench.study;

import dev.amalgam.core.importance.Expert;
import dev.amalgam.core.importance.Importance;
import dev.amalgam.core.importance.ImportanceScores;
import dev.amalgam.core.importance.ImportanceSettings;
import dev.amalgam.core.importance.Level;
import dev.amalgam.core.layer.Engine;
import dev.amalgam.core.layer.Example;
import dev.amalgam.core.merge.Apl;
import dev.amalgam.core.merge.ParameterValues;
import dev.amalgam.core.plan.MergePlan;
import dev.amalgam.core.plan.TensorPlan;
import dev.amalgam.core.run.AplCalibration;
import dev.amalgam.core.tensor.Shape;
import dev.amalgam.core.weight.CheckpointWeights;
import dev.amalgam.core.weight.FineTuned;
import dev.amalgam.core.weight.ReadBuffer;
import dev.amalgam.core.weight.Weight;
import dev.amalgam.core.weight.Weights;
import java.lang.foreign.Arena;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The importance scores of a family's experts, each worked out once. */
final class Importances {

  private static final int BATCH_TOKENS = 2048;
  private static final long ROOM = 1L << 30;

  private record Key(String task, String examples, int count, ImportanceSettings settings) {}

  private final OpenFamily family;
  private final Engine engine;
  private final Arena memory = Arena.ofAuto();
  private final Map<Key, ImportanceScores> scores = new HashMap<>();

  Importances(OpenFamily family, Engine engine) {
    this.family = family;
    this.engine = engine;
  }

  /** Returns the scores that a plan of {@code merge_method: apl} asks for. */
  List<AplCalibration.Scored> of(MergePlan plan, List<OpenFamily.Expert> experts, Trial trial) {
    ParameterValues values =
        plan.tensors().stream()
            .filter(TensorPlan.Merged.class::isInstance)
            .map(t -> ((TensorPlan.Merged) t).parameters())
            .findFirst()
            .orElseThrow();
    ImportanceSettings settings =
        new ImportanceSettings(
            AplCalibration.settings(plan).needsElements() ? Level.ELEMENT : Apl.LEVEL.of(values),
            Apl.ESTIMATOR.of(values),
            Apl.POINT.of(values),
            8,
            Apl.AGGREGATE.of(values),
            ROOM);
    int limit = Apl.EXAMPLES_LIMIT.of(values);
    return experts.stream()
        .map(expert -> scored(expert, settings, limit, trial.variant()))
        .toList();
  }

  private AplCalibration.Scored scored(
      OpenFamily.Expert expert, ImportanceSettings settings, int limit, Variant variant) {
    Expert model =
        new Expert(
            new FineTuned(
                new CheckpointWeights(family.base()), new CheckpointWeights(expert.checkpoint())),
            expert.config());
    OpenFamily.Expert of = variant.wrongTask() ? family.after(expert) : expert;
    List<Example> all = of.examples().of(Split.SCORING);
    List<Example> examples = all.subList(0, Math.min(limit, all.size()));
    ImportanceScores own =
        scores.computeIfAbsent(
            new Key(expert.name(), of.name(), examples.size(), settings),
            _ ->
                Importance.of(
                    model,
                    settings,
                    Importance.batches(examples, settings, BATCH_TOKENS),
                    engine,
                    memory,
                    _ -> {}));
    return new AplCalibration.Scored(
        model, variant.control().of(new InMemory(expert.name(), own)), settings.level());
  }

  private record InMemory(String name, ImportanceScores scores) implements Weights {
    @Override
    public Collection<String> names() {
      return scores.names();
    }

    @Override
    public Optional<Weight> find(String tensor) {
      return Optional.of(new Score(tensor, scores));
    }
  }

  private record Score(String name, ImportanceScores scores) implements Weight {
    @Override
    public Shape shape() {
      return Shape.of(scores.count(name));
    }

    @Override
    public void read(long from, int count, float[] target, int at, ReadBuffer buffer) {
      float[] values = new float[count];
      scores.read(name, from, count, values);
      System.arraycopy(values, 0, target, at, count);
    }
  }
}
