package dev.amalgam.job.extract;

import dev.amalgam.core.tensor.TensorInfo;
import java.util.Optional;
import java.util.Set;

/**
 * A module whose weight's delta can be low-rank.
 *
 * @param name the module's name
 * @param isEmbedding whether it looks rows up; else it is linear
 * @param isConv1d whether it is linear, with a row of the weight for each input
 */
record TargetModule(String name, boolean isEmbedding, boolean isConv1d) {

  private static final String WEIGHT = ".weight";
  private static final Set<String> CONV1D_FAMILIES = Set.of("gpt2", "openai-gpt");
  private static final Set<String> CONV1D = Set.of("c_attn", "c_proj", "c_fc", "q_attn");
  private static final Set<String> EMBEDDINGS = Set.of("wte", "wpe");

  /**
   * Returns the module of a matrix that is named {@code <module>.weight}; nothing for other
   * tensors.
   *
   * @param family the {@code model_type} of the model's config
   */
  static Optional<TargetModule> of(TensorInfo tensor, String family) {
    String name = tensor.name();
    if (tensor.shape().rank() != 2
        || tensor.shape().elements() == 0
        || !tensor.dtype().isArithmetic()
        || !name.endsWith(WEIGHT)) {
      return Optional.empty();
    }
    String module = name.substring(0, name.length() - WEIGHT.length());
    String last = module.substring(module.lastIndexOf('.') + 1);
    boolean embedding = EMBEDDINGS.contains(last) || last.contains("embed");
    boolean conv1d = !embedding && CONV1D_FAMILIES.contains(family) && CONV1D.contains(last);
    return Optional.of(new TargetModule(module, embedding, conv1d));
  }

  /** Returns whether rows of the weight are inputs. */
  boolean isTransposed() {
    return isEmbedding || isConv1d;
  }

  /** Returns what follows the module's name in that of the first factor. */
  String suffixA() {
    return isEmbedding ? ".lora_embedding_A" : ".lora_A.weight";
  }

  /** Returns what follows the module's name in that of the second factor. */
  String suffixB() {
    return isEmbedding ? ".lora_embedding_B" : ".lora_B.weight";
  }
}
