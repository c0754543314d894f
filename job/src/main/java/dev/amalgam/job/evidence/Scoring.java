package dev.amalgam.job.evidence;

import static dev.amalgam.core.AmalgamException.quote;

import dev.amalgam.core.importance.Estimator;
import dev.amalgam.core.importance.ExampleLoss;
import dev.amalgam.core.importance.Expert;
import dev.amalgam.core.importance.Importance;
import dev.amalgam.core.importance.ImportanceScores;
import dev.amalgam.core.importance.ImportanceSettings;
import dev.amalgam.core.importance.Level;
import dev.amalgam.core.importance.Partitions;
import dev.amalgam.core.importance.Point;
import dev.amalgam.core.kernel.Kernels;
import dev.amalgam.core.layer.Batch;
import dev.amalgam.core.layer.Engine;
import dev.amalgam.core.layer.Example;
import dev.amalgam.core.layer.ExpertUse;
import dev.amalgam.core.model.Model;
import dev.amalgam.core.run.ProgressListener;
import dev.amalgam.core.tensor.CheckpointException;
import dev.amalgam.core.tensor.DType;
import dev.amalgam.io.file.PartialFile;
import dev.amalgam.io.importance.SidecarMetadata;
import dev.amalgam.io.importance.SidecarWriter;
import dev.amalgam.job.api.AmalgamVersion;
import dev.amalgam.job.api.ImportanceSummary;
import dev.amalgam.job.api.ScoringSettings;
import dev.amalgam.job.model.LayerProgress;
import dev.amalgam.job.output.MappedMemory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * How experts' deltas are scored on the same examples, each into a file of its own.
 *
 * @param settings how importance is worked out
 * @param task the expert whose task the examples are of
 * @param examples those of one task
 * @param baseHash the SHA-256 of the experts' base
 * @param dataHash the SHA-256 of the file of examples
 */
public record Scoring(
    ScoringSettings settings,
    Expert task,
    List<Example> examples,
    Supplier<String> baseHash,
    Supplier<String> dataHash) {

  private static final long MOST_INTERVENTIONS = 1 << 20;

  /**
   * Checks that an expert's delta can be scored, so that this is known before any work.
   *
   * @param labelled whether examples say what is right
   * @throws dev.amalgam.core.AmalgamException if a model cannot be run, or has no delta, or the
   *     settings do not go together
   */
  public static void check(ScoringSettings settings, Expert expert, boolean labelled) {
    ImportanceSettings importance = settings.importance();
    expert.at(0);
    Partitions partitions = expert.partitions(importance.level());
    if (partitions.tensors().isEmpty()) {
      throw new CheckpointException(
          "%s and %s have no tensor in common that the model uses; name the base that the expert was fine-tuned from"
              .formatted(
                  quote(expert.weights().base().name()), quote(expert.weights().expert().name())));
    }
    if (!labelled
        && importance.estimator() == Estimator.GRADIENT
        && importance.point() == Point.EXPERT) {
      throw new CheckpointException(
          "of examples without labels importance is by the distance from the expert, whose gradient"
              + " at the expert is zero; choose point base, midpoint or integrated");
    }
    boolean element = importance.level() == Level.ELEMENT;
    if (settings.magnitude() && !element) {
      throw new CheckpointException(
          "score effect-magnitude is for single parameters; add --level element, or leave it out");
    }
    if (settings.dtype() != DType.F32 && !element) {
      throw new CheckpointException(
          "only scores of single parameters are stored as BF16; add --level element, or leave it"
              + " out");
    }
    if (element
        && importance.estimator() != Estimator.GRADIENT
        && Importance.passes(partitions, importance, 1, labelled) > MOST_INTERVENTIONS) {
      throw new CheckpointException(
          "an exact intervention for each single parameter would take more than %d forward passes; use --estimator gradient, or a coarser level"
              .formatted(MOST_INTERVENTIONS));
    }
  }

  /**
   * Works out the importance of experts' deltas, together where they can share passes, and writes
   * it to files. No bit depends on which are scored together.
   *
   * @param targets experts on the task of the examples, at least one
   * @throws CheckpointException if a file cannot be written
   */
  public List<ImportanceSummary> run(List<ScoringTarget> targets, ProgressListener progress) {
    targets.forEach(target -> PartialFile.check(target.output()));
    if (Importance.isShared(settings.importance())) {
      return together(targets, progress);
    }
    return targets.stream().flatMap(t -> together(List.of(t), progress).stream()).toList();
  }

  private List<ImportanceSummary> together(List<ScoringTarget> targets, ProgressListener progress) {
    List<Expert> experts = targets.stream().map(ScoringTarget::expert).toList();
    ImportanceSettings importance = settings.importance();
    Model teacher = task.at(1);
    boolean labelled = ExampleLoss.areLabelled(teacher, examples);
    // The scores of a batch are kept for each delta, so that several take no more memory than one.
    List<Batch> batches =
        Importance.batches(examples, labelled, importance, settings.batchTokens() / experts.size());
    Partitions partitions = experts.getFirst().partitions(importance.level());
    progress.started(
        "scoring",
        tokens() * Importance.passes(partitions, importance, experts.size(), labelled),
        ProgressListener.Unit.TOKENS);
    try (Engine engine = new Engine(settings.threads(), Kernels.get());
        MappedMemory memory = MappedMemory.beside(targets.getFirst().output())) {
      int layers = experts.getFirst().at(1).layers().size();
      List<ImportanceScores> scores =
          Importance.of(
              experts,
              teacher,
              importance,
              batches,
              engine,
              memory,
              new LayerProgress(progress, layers));
      progress.started("hashing", 0);
      List<ImportanceSummary> summaries = new ArrayList<>();
      for (int i = 0; i < targets.size(); i++) {
        summaries.add(write(targets.get(i), scores.get(i), engine.experts()));
      }
      return summaries;
    }
  }

  private long tokens() {
    return examples.stream().mapToLong(Example::length).sum();
  }

  private ImportanceSummary write(ScoringTarget target, ImportanceScores scores, ExpertUse use) {
    ImportanceSettings importance = settings.importance();
    ImportanceScores.Losses losses = scores.losses();
    SidecarMetadata metadata =
        new SidecarMetadata(
            importance.level(),
            importance.estimator(),
            importance.estimator() == Estimator.GRADIENT
                ? Optional.of(importance.point())
                : Optional.empty(),
            importance.point() == Point.INTEGRATED ? importance.steps() : 1,
            importance.aggregate(),
            settings.magnitude(),
            examples.size(),
            settings.maxLength(),
            Arrays.stream(losses.base()).average().orElseThrow(),
            Arrays.stream(losses.expert()).average().orElseThrow(),
            baseHash.get(),
            target.hash().get(),
            dataHash.get(),
            AmalgamVersion.get());
    SidecarWriter.write(
        target.output(), scores, metadata, settings.dtype(), target.expert().weights());
    return ImportanceSummary.of(target.output(), metadata, tokens(), use, scores);
  }
}
