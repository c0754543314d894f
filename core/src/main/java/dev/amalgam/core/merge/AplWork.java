package dev.amalgam.core.merge;

import dev.amalgam.core.evidence.EvidenceWork;
import dev.amalgam.core.evidence.TaskSize;
import dev.amalgam.core.importance.Estimator;
import dev.amalgam.core.importance.Importance;
import dev.amalgam.core.importance.ImportanceSettings;
import dev.amalgam.core.importance.Level;
import dev.amalgam.core.layer.Targets;
import dev.amalgam.core.model.Model;
import dev.amalgam.core.repair.Start;
import java.util.ArrayList;
import java.util.List;

/**
 * What models will run on for {@link Apl}. Searches are taken to look at as many models as they do
 * where neither end of their range is best.
 *
 * @param parameters what the recipe says
 * @param tasks all tensors that are merged
 * @param first the first expert
 * @param sizes how many examples there are of each expert's task
 */
record AplWork(AplParameters parameters, List<MergeTask> tasks, Model first, List<TaskSize> sizes) {

  private static final int MODELS_OF_SEARCH = 30;
  private static final int MODELS_OF_FACTOR = 4;
  private static final int JUDGEMENTS_OF_RUN = 5;

  EvidenceWork total() {
    return parameters.repairs() ? repairing() : locating(EvidenceWork.NONE);
  }

  private boolean encoders() {
    return first.head().kind() != Targets.Kind.NEXT_TOKEN;
  }

  /** Returns of how many checkpoints a merged model's weights are made. */
  private int checkpoints() {
    return sizes.size() + 2;
  }

  private EvidenceWork locating(EvidenceWork before) {
    ImportanceSettings importance = parameters.importance();
    boolean gradient = importance.estimator() == Estimator.GRADIENT;
    boolean single = gradient && importance.level() == Level.ELEMENT;
    int deltas = parameters.interferes() ? sizes.size() : 1;
    EvidenceWork work = before;
    for (int task = 0; task < sizes.size(); task++) {
      TaskSize size = sizes.get(task);
      if (ExampleParameters.given(Apl.IMPORTANCE, parameters.experts().get(task)).isPresent()) {
        continue;
      }
      long batches = single ? size.examples() : TaskSize.batches(size.tokens());
      if (gradient) {
        long points = Importance.points(importance);
        long losses = Importance.lossPasses(importance, deltas);
        work =
            work.backward(points * size.tokens(), points * batches, 2)
                .forward(losses * size.tokens(), losses * batches, 1);
      } else {
        long passes = partitions(importance.level());
        work = work.forward(passes * size.tokens(), passes * batches, 2);
      }
    }
    return parameters.open().isEmpty() ? work : judged(work, 2 + MODELS_OF_SEARCH, 1);
  }

  /** Returns about how many interventions there are. */
  private long partitions(Level level) {
    return switch (level) {
      case MODEL -> 1;
      case LAYER -> first.layers().size() + 2L;
      case MODULE -> 3L * first.layers().size() + 2;
      case TENSOR -> tasks.size();
      case ROW, COLUMN ->
          tasks.stream()
              .mapToLong(task -> task.shape().elements() / Math.max(1, task.shape().rowLength()))
              .sum();
      case ELEMENT -> tasks.stream().mapToLong(task -> task.shape().elements()).sum();
    };
  }

  private EvidenceWork judged(EvidenceWork work, int models, int checkpoints) {
    return work.judging(
        models,
        sizes.stream().mapToLong(size -> TaskSize.batches(size.judgingTokens())).sum(),
        checkpoints);
  }

  private EvidenceWork repairing() {
    EvidenceWork work = judged(EvidenceWork.NONE, 2, 1);
    Start start = RepairParameters.start(parameters.values(), sizes.size(), encoders());
    boolean drops = drops();
    for (TaskSize size : sizes) {
      // Gains and input moments; the experts teach.
      int passes = (encoders() ? 0 : 2) + (start == Start.REGRESSION ? 1 : 0) + 1;
      work = work.forward(passes * size.tokens(), passes * TaskSize.batches(size.tokens()), 1);
      if (drops && !encoders()) {
        work = work.backward(size.tokens(), size.examples(), 1);
      }
    }
    work = retains() ? RetainedBase.writing(work) : work;
    work = start == Start.LOCATED ? locating(work) : work;
    work = judged(work, start == Start.REGRESSION ? MODELS_OF_FACTOR : 1, checkpoints());
    work = steps(work, RepairParameters.steps(parameters.values(), encoders()));
    if (drops && start != Start.LOCATED) {
      work = judged(work, encoders() ? 1 + MODELS_OF_FACTOR : 1, checkpoints());
      work = steps(work, RepairParameters.stepsAfterDropping(parameters.values(), encoders()));
    }
    boolean open = Apl.LAMBDA.of(parameters.values()).isEmpty();
    int last = (open ? MODELS_OF_FACTOR : 1) + MODELS_OF_FACTOR + (drops ? 1 : 0);
    return judged(work, last, checkpoints());
  }

  private EvidenceWork steps(EvidenceWork before, int steps) {
    EvidenceWork work = before;
    int texts = RepairParameters.texts(parameters.values(), encoders());
    List<TaskSize> taught = new ArrayList<>(sizes);
    if (retains()) {
      taught.add(RetainedBase.size());
    }
    for (TaskSize size : taught) {
      double tokens = (double) size.tokens() * Math.min(1, (double) texts / size.examples());
      work =
          work.backward((long) (steps * tokens), steps * TaskSize.batches(tokens), checkpoints());
    }
    return judged(work, Math.min(steps, JUDGEMENTS_OF_RUN), checkpoints());
  }

  private boolean retains() {
    return RepairParameters.RETAIN.of(parameters.values()) > 0;
  }

  private boolean drops() {
    return tasks.stream()
        .anyMatch(task -> task.experts().stream().mapToDouble(Apl.DENSITY::of).sum() < 1);
  }
}
