package dev.amalgam.core.plan;

import dev.amalgam.core.tensor.Shape;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;

/** Why tensors of two models do not go together, as far as names and shapes tell, and the cure. */
final class LikelyCause {

  private static final List<String> ADAPTER = List.of("lora_a", "lora_b", "lora_embedding_a");
  private static final List<String> TABLES =
      List.of("embed", "wte", "lm_head", "embed_out", "output_layer", "predictions.decoder");
  private static final List<String> HEADS = List.of("score.", "classifier", "qa_outputs");

  private LikelyCause() {}

  /** Returns why one of two models may lack a tensor, if it can be told. */
  static Optional<String> ofMissing(String name, View lacking, View owner) {
    String lower = name.toLowerCase(Locale.ROOT);
    if (ADAPTER.stream().anyMatch(lower::contains)) {
      return Optional.of(
          "it is part of a LoRA adapter; name the model that it was made for and the adapter's"
              + " folder as 'BASE+ADAPTER', or merge it with PEFT first (merge_and_unload)");
    }
    if (isOfQuantized(lower)) {
      return Optional.of(
          "it is part of a quantized weight; dequantize the model, or take the one that was"
              + " quantized");
    }
    OptionalInt ofLacking = LayerPositions.of(lacking.names()).layers(name);
    OptionalInt ofOwner = LayerPositions.of(owner.names()).layers(name);
    if (ofLacking.isPresent() && ofOwner.isPresent() && !ofLacking.equals(ofOwner)) {
      return Optional.of(
          "%s has %d layers against %d of %s; merge models of equally many layers, or say in 'slices' which layers go together"
              .formatted(lacking.name(), ofLacking.getAsInt(), ofOwner.getAsInt(), owner.name()));
    }
    return Optional.empty();
  }

  /** Returns whether a tensor, by its name in lower case, belongs to a quantized weight. */
  private static boolean isOfQuantized(String name) {
    String last = name.substring(name.lastIndexOf('.') + 1);
    return switch (last) {
      case "qweight", "qzeros", "scales", "g_idx", "absmax", "quant_map", "scb", "weight_format" ->
          true;
      default ->
          last.endsWith("_scale")
              || last.endsWith("_scale_inv")
              || last.endsWith("_packed")
              || last.endsWith("_zero_point");
    };
  }

  /** Returns why a tensor may have two shapes, and what to do. */
  static String ofShapes(String name, Shape first, Shape second) {
    String lower = name.toLowerCase(Locale.ROOT);
    if (first.rank() == 2
        && second.rank() == 2
        && first.dimension(0) == second.dimension(1)
        && first.dimension(1) == second.dimension(0)) {
      return "one looks like the other transposed, as GPT-2 and Conv1D store matrices; transpose it"
          + " in one of the models";
    }
    if (first.rank() == 2 && first.rank() == second.rank()) {
      boolean rows = first.dimension(0) != second.dimension(0);
      boolean columns = first.dimension(1) != second.dimension(1);
      if (lower.contains("pos") && lower.contains("emb") && rows && !columns) {
        return "the models have different numbers of positions; merge models of one length";
      }
      if (HEADS.stream().anyMatch(lower::contains) && rows && !columns) {
        return "the heads have different numbers of classes; 'heads: none' or 'heads: MODEL' takes"
            + " them out of the merge if the base has none";
      }
      if (TABLES.stream().anyMatch(lower::contains)) {
        return columns
            ? "the models have hidden sizes of %d and %d; merge models of one size"
                .formatted(first.dimension(1), second.dimension(1))
            : "the models have vocabularies of %d and %d tokens; say 'tokenizer_source: base' or 'union' in the recipe to merge embeddings by token"
                .formatted(first.dimension(0), second.dimension(0));
      }
      if (rows && !columns && (lower.contains("k_proj") || lower.contains("v_proj"))) {
        return "the models have different numbers of key-value heads; merge models of one"
            + " architecture";
      }
      if (rows && !columns && lower.contains("q_proj")) {
        return "the models have different numbers or sizes of attention heads; merge models of one"
            + " architecture";
      }
      if (packed(first, second)) {
        return "one may be a quantized weight, which packs several numbers into one; dequantize"
            + " that model";
      }
    }
    return "the models have different sizes; merge models of one architecture and size";
  }

  private static boolean packed(Shape first, Shape second) {
    long more = Math.max(first.elements(), second.elements());
    long less = Math.min(first.elements(), second.elements());
    boolean oneDimension =
        first.dimension(0) == second.dimension(0) || first.dimension(1) == second.dimension(1);
    return oneDimension && less > 0 && (more == 2 * less || more == 4 * less || more == 8 * less);
  }
}
