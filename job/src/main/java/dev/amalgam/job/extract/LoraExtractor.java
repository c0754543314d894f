package dev.amalgam.job.extract;

import static dev.amalgam.core.AmalgamException.quote;

import dev.amalgam.core.decomposition.LowRank;
import dev.amalgam.core.decomposition.RandomizedSvd;
import dev.amalgam.core.layer.Engine;
import dev.amalgam.core.run.ProgressListener;
import dev.amalgam.core.tensor.Checkpoint;
import dev.amalgam.core.tensor.CheckpointException;
import dev.amalgam.core.tensor.DType;
import dev.amalgam.core.tensor.TensorInfo;
import dev.amalgam.core.weight.DeltaWeight;
import dev.amalgam.core.weight.StoredWeight;
import dev.amalgam.io.checkpoint.StoredCheckpoint;
import dev.amalgam.io.lora.Adapter;
import dev.amalgam.io.lora.TiedHead;
import dev.amalgam.io.safetensors.SafetensorsWriter;
import dev.amalgam.job.api.Extraction;
import dev.amalgam.job.api.ExtractionSettings;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Makes an adapter of the difference between a fine-tuned model and its base: for each matrix the
 * leading part of the singular value decomposition of its delta, which of all matrices of that rank
 * is nearest (Eckart and Young). In memory there are one delta of at most 256 MiB, and the vectors
 * of its decomposition.
 */
public final class LoraExtractor {

  private static final String PEFT = "base_model.model.";
  private static final String TRANSFORMER = "transformer.";
  // Below this share of the largest singular value there is nothing but rounding.
  private static final double ROUNDING = 1e-7;
  private static final int PIECE = 1 << 20;

  private final StoredCheckpoint base;
  private final Checkpoint expert;
  private final String family;
  private final Optional<String> taskType;
  private final ExtractionSettings settings;
  private final SortedMap<String, Integer> ranks = new TreeMap<>();
  private final List<Extraction.Factored> factored = new ArrayList<>();
  private final List<String> changed = new ArrayList<>();
  private boolean conv1d;

  /**
   * Checks that the models go together.
   *
   * @param family the {@code model_type} of the base's config, which says how weights are stored
   * @param taskType what PEFT calls the expert's task, if it has a word for it
   * @throws CheckpointException if a tensor's shapes differ
   */
  public LoraExtractor(
      StoredCheckpoint base,
      Checkpoint expert,
      String family,
      Optional<String> taskType,
      ExtractionSettings settings) {
    this.base = base;
    this.expert = expert;
    this.family = family;
    this.taskType = taskType;
    this.settings = settings;
    for (TensorInfo tensor : expert.tensors()) {
      Optional<TensorInfo> before = base.find(tensor.name());
      if (before.isPresent() && !before.get().shape().equals(tensor.shape())) {
        throw new CheckpointException(
            "%s: tensor %s has shape %s, but %s in %s; an adapter is for models of one shape"
                .formatted(
                    quote(expert.name()),
                    quote(tensor.name()),
                    tensor.shape(),
                    before.get().shape(),
                    quote(base.name())));
      }
    }
  }

  /**
   * Writes {@code adapter_model.safetensors}, flushed to disk, and returns what is in it with the
   * text of {@code adapter_config.json}.
   *
   * @param folder where there is no such file yet
   * @throws CheckpointException if the models do not differ in any matrix, an entry is not finite,
   *     or the file cannot be written
   */
  public Result write(Path folder, Engine engine, ProgressListener progress) {
    progress.started("extracting", expert.tensors().stream().mapToLong(TensorInfo::bytes).sum());
    RandomizedSvd svd = new RandomizedSvd(engine.products(), engine.workers());
    try (FactorFile factors = new FactorFile(folder.resolve(".factors"))) {
      for (TensorInfo tensor : expert.tensors()) {
        extract(tensor, svd, factors, engine);
        progress.advanced(tensor.bytes());
      }
      if (factored.isEmpty()) {
        throw new CheckpointException(
            "%s and %s differ in no weight matrix, so there is no adapter to extract"
                .formatted(quote(expert.name()), quote(base.name())));
      }
      RestOfModel rest =
          RestOfModel.of(expert, changed, ranks.keySet(), prefix(), settings.saveRest());
      // PEFT wants what is tied under both names.
      Map<String, TensorInfo> stored = new LinkedHashMap<>(rest.stored());
      Optional<String> tied =
          TiedHead.of(base)
              .filter(_ -> embedding(rest).isPresent())
              .filter(head -> !stored.containsKey(PEFT + head));
      tied.ifPresent(head -> stored.put(PEFT + head, embedding(rest).orElseThrow()));
      List<TensorInfo> tensors = new ArrayList<>(factors.tensors());
      stored.forEach(
          (name, tensor) -> tensors.add(new TensorInfo(name, tensor.dtype(), tensor.shape())));
      progress.started("writing", 0);
      try (SafetensorsWriter writer =
          SafetensorsWriter.create(
              folder.resolve(Adapter.TENSORS), tensors, Map.of("format", "pt"))) {
        factors.copyTo(writer);
        stored.forEach((name, tensor) -> copy(tensor, name, writer));
        writer.force();
      }
      String text =
          AdapterText.of(
              base.name(),
              named(),
              settings.alpha(),
              conv1d,
              named(rest.modules()),
              rest.biases(),
              taskType,
              tied.isPresent());
      return new Result(new Extraction(factored, rest.saved(), rest.leftOut()), text);
    }
  }

  /**
   * What was written, and what is yet to be.
   *
   * @param extraction what the adapter holds
   * @param config the text of {@code adapter_config.json}
   */
  public record Result(Extraction extraction, String config) {}

  /** Returns the embedding, if it is stored whole. */
  private static Optional<TensorInfo> embedding(RestOfModel rest) {
    return rest.stored().values().stream()
        .filter(tensor -> TiedHead.isEmbedding(tensor.name()))
        .findFirst();
  }

  private void extract(TensorInfo tensor, RandomizedSvd svd, FactorFile factors, Engine engine) {
    Optional<TensorInfo> before = base.find(tensor.name());
    if (before.isEmpty()) {
      changed.add(tensor.name());
      return;
    }
    if (!tensor.dtype().isArithmetic() || !before.get().dtype().isArithmetic()) {
      if (tensor.dtype() != before.get().dtype() || !sameBytes(tensor)) {
        changed.add(tensor.name());
      }
      return;
    }
    TensorDelta delta =
        TensorDelta.read(
            new DeltaWeight(new StoredWeight(base, before.get()), new StoredWeight(expert, tensor)),
            engine);
    if (!Double.isFinite(delta.squaredNorm())) {
      throw new CheckpointException(
          "%s: tensor %s or that of %s holds an infinity or NaN; there is no difference to extract"
              .formatted(quote(expert.name()), quote(tensor.name()), quote(base.name())));
    }
    if (delta.squaredNorm() == 0) {
      return;
    }
    Optional<TargetModule> module =
        TargetModule.of(tensor, family).filter(m -> settings.embeddings() || !m.isEmbedding());
    if (module.isEmpty()) {
      changed.add(tensor.name());
      return;
    }
    long seed = settings.seed() * 0x9E3779B97F4A7C15L + tensor.name().hashCode();
    LowRank low = svd.of(delta.matrix(), settings.rank(), seed);
    store(module.get(), before.get(), low, delta.squaredNorm(), factors);
  }

  private void store(
      TargetModule module, TensorInfo tensor, LowRank low, double norm, FactorFile factors) {
    double[] values = low.values();
    int rank = 0;
    double kept = 0;
    while (rank < values.length
        && (rank == 0 || kept < settings.energy() * norm && values[rank] > ROUNDING * values[0])) {
      kept += values[rank] * values[rank];
      rank++;
    }
    double scale = settings.alpha().isPresent() ? settings.alpha().getAsDouble() / rank : 1;
    double[] roots = new double[rank];
    Arrays.setAll(roots, i -> Math.sqrt(low.values()[i] / scale));
    int m = (int) tensor.shape().dimension(0);
    int n = (int) tensor.shape().dimension(1);
    DType dtype = settings.baseType() ? tensor.dtype() : DType.F32;
    String name = prefix() + module.name();
    if (module.isTransposed()) {
      factors.add(name + module.suffixA(), dtype, low.left(), roots, m, false);
      factors.add(name + module.suffixB(), dtype, low.right(), roots, n, true);
    } else {
      factors.add(name + module.suffixA(), dtype, low.right(), roots, n, false);
      factors.add(name + module.suffixB(), dtype, low.left(), roots, m, true);
    }
    conv1d |= module.isConv1d();
    ranks.put(module.name(), rank);
    factored.add(
        new Extraction.Factored(
            tensor.name(), tensor.shape(), rank, norm, Math.min(1, kept / norm)));
  }

  // GPT-2 is often stored without the prefix that the model in memory has.
  private String prefix() {
    boolean bare =
        family.equals("gpt2") && base.tensors().stream().anyMatch(t -> t.name().startsWith("h."));
    return bare ? PEFT + TRANSFORMER : PEFT;
  }

  private String inMemory(String module) {
    return prefix().substring(PEFT.length()) + module;
  }

  private SortedMap<String, Integer> named() {
    SortedMap<String, Integer> named = new TreeMap<>();
    ranks.forEach((module, rank) -> named.put(inMemory(module), rank));
    return named;
  }

  private List<String> named(List<String> modules) {
    return modules.stream().map(this::inMemory).toList();
  }

  private boolean sameBytes(TensorInfo tensor) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment before = arena.allocate(PIECE);
      MemorySegment after = arena.allocate(PIECE);
      long size = tensor.bytes();
      for (long from = 0; from < size; from += PIECE) {
        long length = Math.min(PIECE, size - from);
        base.read(tensor.name(), from, before.asSlice(0, length));
        expert.read(tensor.name(), from, after.asSlice(0, length));
        if (before.asSlice(0, length).mismatch(after.asSlice(0, length)) >= 0) {
          return false;
        }
      }
      return true;
    }
  }

  private void copy(TensorInfo tensor, String name, SafetensorsWriter writer) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment bytes = arena.allocate(PIECE);
      for (long from = 0; from < tensor.bytes(); from += PIECE) {
        MemorySegment part = bytes.asSlice(0, Math.min(PIECE, tensor.bytes() - from));
        expert.read(tensor.name(), from, part);
        writer.write(name, from, part);
      }
    }
  }
}
