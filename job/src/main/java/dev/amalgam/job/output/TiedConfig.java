package dev.amalgam.job.output;

import dev.amalgam.core.merge.EvidenceMethod;
import dev.amalgam.core.plan.EqualTensors;
import dev.amalgam.core.plan.MergePlan;
import dev.amalgam.core.plan.TensorPlan;
import dev.amalgam.core.plan.TensorSource;
import dev.amalgam.core.vocabulary.TiedCheckpoint;
import dev.amalgam.io.config.ConfigFile;
import dev.amalgam.io.json.JsonEdits;
import dev.amalgam.io.model.TiedTensors;
import dev.amalgam.job.model.Models;
import java.util.Optional;
import java.util.stream.IntStream;

/** What a config says of head and embedding: that they are one only if they are. */
final class TiedConfig {

  private static final String KEY = "tie_word_embeddings";

  private final MergePlan plan;
  private final Models models;

  private TiedConfig(MergePlan plan, Models models) {
    this.plan = plan;
    this.models = models;
  }

  /**
   * Returns a config's text: where it says that head and embedding are one, and the output has a
   * head that is something else by its sources or the way it is merged, that they are apart.
   */
  static String of(ConfigFile config, MergePlan plan, Models models) {
    Optional<String> head = TiedTensors.of(config).map(TiedTensors::head);
    Optional<TensorPlan> decoder = head.flatMap(name -> find(plan, name));
    Optional<TensorPlan> embedding =
        TiedTensors.embedding(plan.outputs()).flatMap(name -> find(plan, name));
    if (!TiedTensors.isTied(config)
        || decoder.isEmpty()
        || embedding.isEmpty()
        || new TiedConfig(plan, models).areOne(decoder.get(), embedding.get())) {
      return config.text();
    }
    JsonEdits edits = config.edits();
    edits.visit(
        place -> {
          if (place.isScalar() && place.key().equals(KEY)) {
            place.replace("false");
          }
        });
    if (!config.has(KEY)) {
      edits.insertMember(KEY, "false");
    }
    return edits.text();
  }

  private static Optional<TensorPlan> find(MergePlan plan, String name) {
    return plan.tensors().stream().filter(t -> t.output().name().equals(name)).findFirst();
  }

  private boolean areOne(TensorPlan head, TensorPlan embedding) {
    boolean sameWay =
        switch (head) {
          case TensorPlan.Copied _ -> embedding instanceof TensorPlan.Copied;
          case TensorPlan.Merged merged ->
              embedding instanceof TensorPlan.Merged other
                  && merged.parameters().equals(other.parameters())
                  && merged.expertParameters().equals(other.expertParameters())
                  && !(plan.method() instanceof EvidenceMethod)
                  && merged.expertParameters().stream().noneMatch(plan.method()::drawsAtRandom);
        };
    return sameWay
        && head.output().dtype() == embedding.output().dtype()
        && head.sources().size() == embedding.sources().size()
        && IntStream.range(0, head.sources().size())
            .allMatch(i -> areOne(head.sources().get(i), embedding.sources().get(i)));
  }

  private boolean areOne(TensorSource head, TensorSource embedding) {
    if (head.checkpoint() != embedding.checkpoint()
        || head.tensor().dtype() != embedding.tensor().dtype()
        || !head.tensor().shape().equals(embedding.tensor().shape())) {
      return false;
    }
    if (head.checkpoint() instanceof TiedCheckpoint tied) {
      String stored = tied.storedName(head.tensor().name());
      if (stored.equals(tied.storedName(embedding.tensor().name()))) {
        return true;
      }
    }
    // The result of a stage cannot be read yet, and its config says the truth.
    return models.isStage(head.checkpoint())
        ? models.files(head.checkpoint()).config().filter(TiedTensors::isTied).isPresent()
        : EqualTensors.sameBytes(head, embedding);
  }
}
