package dev.amalgam.io.lora;

import static dev.amalgam.core.AmalgamException.quote;

import dev.amalgam.core.adapter.LowRankDelta;
import dev.amalgam.core.tensor.Checkpoint;
import dev.amalgam.core.tensor.CheckpointException;
import dev.amalgam.core.tensor.Shape;
import dev.amalgam.core.tensor.TensorInfo;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Finds out what an adapter does to a base, tensor by tensor. */
final class AdapterChangesBuilder {

  private static final String PREFIX = "base_model.model.";
  private static final String A = ".lora_A.weight";
  private static final String B = ".lora_B.weight";
  private static final String EMBEDDING_A = ".lora_embedding_A";
  private static final String EMBEDDING_B = ".lora_embedding_B";
  private static final String LORA = "lora_";
  private static final String MERGE_WITH_PEFT =
      "; merge the adapter into its base with PEFT (merge_and_unload)";

  private final Adapter adapter;
  private final Checkpoint base;
  private final BaseNames names;
  private final Optional<String> tiedHead;
  private final Map<String, LowRankDelta> deltas = new LinkedHashMap<>();
  private final Map<String, TensorInfo> whole = new LinkedHashMap<>();
  private Optional<String> contradiction = Optional.empty();
  private Optional<String> square = Optional.empty();
  private Optional<String> copiedHead = Optional.empty();

  /**
   * Creates a builder.
   *
   * @param tiedHead the name of the base's output head, if that is its embedding
   */
  AdapterChangesBuilder(Adapter adapter, Checkpoint base, Optional<String> tiedHead) {
    this.tiedHead = tiedHead;
    this.adapter = adapter;
    this.base = base;
    this.names = new BaseNames(base);
  }

  AdapterChanges build() {
    for (TensorInfo tensor : adapter.tensors().tensors()) {
      String name = tensor.name();
      if (!name.startsWith(PREFIX)) {
        throw adapter.refuse(
            name, "is not named as PEFT does (base_model.model.…); save it with PEFT");
      }
      checkType(tensor);
      String rest = name.substring(PREFIX.length());
      if (rest.endsWith(A)) {
        pair(tensor, rest, A, B);
      } else if (rest.endsWith(EMBEDDING_A)) {
        pair(tensor, rest, EMBEDDING_A, EMBEDDING_B);
      } else if (rest.endsWith(B)) {
        partner(tensor, rest, B, A);
      } else if (rest.endsWith(EMBEDDING_B)) {
        partner(tensor, rest, EMBEDDING_B, EMBEDDING_A);
      } else if (rest.contains(LORA) || rest.contains("trainable_tokens")) {
        throw adapter.refuse(name, "belongs to no supported kind of LoRA" + MERGE_WITH_PEFT);
      } else {
        whole(tensor, rest);
      }
    }
    if (contradiction.isPresent() && square.isPresent()) {
      throw adapter.refuse(
          square.get(),
          "is of a square weight that may or may not be transposed: fan_in_fan_out is "
              + adapter.config().fanInFanOut()
              + ", but does not fit "
              + quote(contradiction.get())
              + MERGE_WITH_PEFT);
    }
    if (copiedHead.isPresent() && whole.keySet().stream().noneMatch(TiedHead::isEmbedding)) {
      throw adapter.refuse(
          copiedHead.get(),
          "is an output head, and that of %s is its embedding, which the adapter does not hold"
                  .formatted(quote(base.name()))
              + MERGE_WITH_PEFT);
    }
    if (deltas.isEmpty() && whole.isEmpty()) {
      throw new CheckpointException(quote(adapter.tensors().name()) + " holds no tensors");
    }
    return new AdapterChanges(deltas, whole);
  }

  private void checkType(TensorInfo tensor) {
    if (!tensor.dtype().isArithmetic()) {
      throw adapter.refuse(
          tensor.name(), "holds " + tensor.dtype() + ", not floating-point numbers");
    }
  }

  private TensorInfo partner(TensorInfo tensor, String rest, String suffix, String other) {
    String name = PREFIX + rest.substring(0, rest.length() - suffix.length()) + other;
    return adapter
        .tensors()
        .find(name)
        .orElseThrow(
            () -> adapter.refuse(tensor.name(), "has no partner " + quote(name) + " in the file"));
  }

  private void pair(TensorInfo a, String rest, String suffix, String other) {
    TensorInfo b = partner(a, rest, suffix, other);
    String module = rest.substring(0, rest.length() - suffix.length());
    TensorInfo weight =
        names
            .find(module + ".weight")
            .orElseThrow(() -> noSuchTensor(a.name(), module + ".weight"));
    checkBase(a, weight);
    checkRank(a, b, module);
    boolean embedding = suffix.equals(EMBEDDING_A);
    boolean transposed = embedding || adapter.config().fanInFanOut();
    boolean fits = weight.shape().equals(shape(a, b, transposed));
    if (!fits && !embedding && weight.shape().equals(shape(a, b, !transposed))) {
      // The setting is about the model's layers of one kind; the shape says what this one is.
      transposed = !transposed;
      contradiction = Optional.of(a.name());
    } else if (!fits) {
      throw adapter.refuse(
          a.name(),
          "and its partner have shapes %s and %s, which do not fit %s of shape %s in %s; name the base that the adapter was trained on"
              .formatted(
                  a.shape(), b.shape(), quote(weight.name()), weight.shape(), quote(base.name())));
    } else if (!embedding && weight.shape().dimension(0) == weight.shape().dimension(1)) {
      square = Optional.of(a.name());
    }
    float scale = (float) adapter.config().scale(module);
    var delta = new LowRankDelta(adapter.tensors(), a, b, transposed, scale);
    if (deltas.put(weight.name(), delta) != null) {
      throw adapter.refuse(a.name(), "is the second for " + quote(weight.name()));
    }
  }

  private void checkBase(TensorInfo a, TensorInfo weight) {
    switch (weight.dtype()) {
      case F16, BF16, F32, F64 -> {}
      default ->
          throw new CheckpointException(
              "%s: tensor %s holds %s, and adapters are added to weights that are not quantized; name the base before it was quantized"
                  .formatted(quote(base.name()), quote(weight.name()), weight.dtype()));
    }
    if (weight.shape().rank() != 2 || weight.shape().elements() == 0) {
      throw adapter.refuse(
          a.name(),
          "adapts %s of shape %s, and only matrices are supported"
                  .formatted(quote(weight.name()), weight.shape())
              + MERGE_WITH_PEFT);
    }
  }

  private void checkRank(TensorInfo a, TensorInfo b, String module) {
    double rank = adapter.config().rank(module);
    boolean fits =
        a.shape().rank() == 2
            && b.shape().rank() == 2
            && a.shape().dimension(0) == rank
            && b.shape().dimension(1) == rank;
    if (!fits) {
      throw adapter.refuse(
          a.name(),
          "and its partner have shapes %s and %s, which are not of rank %s as %s says; the files do not belong together"
              .formatted(
                  a.shape(),
                  b.shape(),
                  rank == Math.rint(rank) ? Long.toString((long) rank) : Double.toString(rank),
                  AdapterConfig.NAME));
    }
    if (Math.max(a.shape().elements(), b.shape().elements()) > Integer.MAX_VALUE - 8) {
      throw adapter.refuse(a.name(), "or its partner is larger than any factor can be");
    }
  }

  private static Shape shape(TensorInfo a, TensorInfo b, boolean transposed) {
    long inputs = a.shape().dimension(1);
    long outputs = b.shape().dimension(0);
    return transposed ? Shape.of(inputs, outputs) : Shape.of(outputs, inputs);
  }

  private void whole(TensorInfo tensor, String rest) {
    String name = rest.replace(".base_layer.", ".").replace(".modules_to_save.", ".");
    Optional<TensorInfo> replaced = names.find(name);
    boolean saved = adapter.config().isSaved(name);
    boolean head = tiedHead.equals(Optional.of(name));
    if (saved && tiedHead.isPresent() && (head || TiedHead.isEmbedding(name))) {
      checkTogether(tensor, rest);
    }
    if (head && replaced.isEmpty()) {
      // PEFT stores what is tied under both names.
      copiedHead = Optional.of(tensor.name());
      return;
    }
    if (replaced.isEmpty() && !saved) {
      throw noSuchTensor(tensor.name(), name);
    }
    if (replaced.isPresent() && !replaced.get().shape().equals(tensor.shape())) {
      throw adapter.refuse(
          tensor.name(),
          "has shape %s, but %s in %s; if the vocabulary was resized, merge the adapter into its base with PEFT (merge_and_unload)"
              .formatted(tensor.shape(), replaced.get().shape(), quote(base.name())));
    }
    String target = replaced.map(TensorInfo::name).orElse(name);
    if (whole.put(target, tensor) != null) {
      throw adapter.refuse(tensor.name(), "is the second for " + quote(target));
    }
  }

  private void checkTogether(TensorInfo tensor, String rest) {
    // A base layer is not trained, and stored in case that the vocabulary was resized.
    if (!adapter.config().ensuresTying() && !rest.contains(".base_layer.")) {
      throw adapter.refuse(
          tensor.name(),
          "is stored whole (modules_to_save), which takes output head and embedding apart, and in %s they are one (tie_word_embeddings)"
                  .formatted(quote(base.name()))
              + MERGE_WITH_PEFT
              + ", or set ensure_weight_tying in "
              + AdapterConfig.NAME
              + " if they are to stay one");
    }
  }

  private CheckpointException noSuchTensor(String tensor, String wanted) {
    return adapter.refuse(
        tensor,
        "is for %s, which %s does not have; name the base that the adapter was trained on"
            .formatted(quote(wanted), quote(base.name())));
  }
}
