package dev.amalgam.core.model;

import static dev.amalgam.core.AmalgamException.quote;

import dev.amalgam.core.tensor.Checkpoint;
import dev.amalgam.core.tensor.CheckpointException;
import dev.amalgam.core.tensor.TensorInfo;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * The tensors of a model that have a row, or an element, for each token.
 *
 * @param embedding the input embedding
 * @param all these tensors, the input embedding among them, all with equally many rows
 */
public record TokenTensors(TensorInfo embedding, List<TensorInfo> all) {

  // Of families that cannot be run, by the names that they have in transformers.
  private static final List<String> OTHER_EMBEDDINGS =
      List.of(
          "word_embeddings.weight",
          "embed_in.weight",
          "tok_embeddings.weight",
          "token_embedding.weight",
          "shared.weight",
          "backbone.embeddings.weight",
          "backbone.embedding.weight");

  private static final List<String> OTHER_HEADS =
      List.of(
          "lm_head.bias",
          "lm_head.linear.weight",
          "lm_head.linear.bias",
          "embed_out.weight",
          "embed_out.bias",
          "output_layer.weight",
          "output.weight",
          "vocab_projector.weight",
          "vocab_projector.bias",
          "generator_lm_head.weight",
          "generator_lm_head.bias",
          "predictions.decoder.weight",
          "predictions.decoder.bias",
          "predictions.bias",
          "decoder.weight",
          "decoder.bias");

  // Embeddings with a row for something else: a position, a segment.
  private static final List<String> OTHER_LOOKUPS =
      List.of(
          "position_embeddings.weight",
          "token_type_embeddings.weight",
          "embed_positions.weight",
          "wpe.weight");

  private static final Predicate<String> NUMBERED =
      Pattern.compile("(^|\\.)\\d+(\\.|$)").asPredicate();

  /** Copies the list. */
  public TokenTensors {
    all = List.copyOf(all);
  }

  /** Returns how many rows they have. */
  public int rows() {
    return Math.toIntExact(embedding.shape().dimension(0));
  }

  /**
   * Returns the tensors of a model, or nothing if none is known to be its input embedding. Models
   * of families that cannot be run are known by the names that are usual.
   *
   * @param type the {@code model_type} in the model's config
   * @throws CheckpointException if they do not have equally many rows, or if the family is not
   *     known and there is a tensor that may be one of them too
   */
  public static Optional<TokenTensors> find(Checkpoint model, Optional<String> type) {
    Optional<ModelFamily> family = type.flatMap(ModelFamilies::find);
    Set<String> inputs = new LinkedHashSet<>();
    Set<String> names = new LinkedHashSet<>();
    for (ModelFamily one : family.map(List::of).orElseGet(ModelFamilies::all)) {
      inputs.add(one.tokenTensors().getFirst());
      names.addAll(one.tokenTensors());
    }
    if (family.isEmpty()) {
      inputs.addAll(OTHER_EMBEDDINGS);
      names.addAll(OTHER_EMBEDDINGS);
      names.addAll(OTHER_HEADS);
    }
    List<TensorInfo> outside =
        model.tensors().stream().filter(tensor -> !NUMBERED.test(tensor.name())).toList();
    Optional<TensorInfo> embedding =
        outside.stream()
            .filter(tensor -> tensor.shape().rank() == 2 && isOne(tensor.name(), inputs))
            .findFirst();
    return embedding.map(found -> of(model, found, outside, names, family.isPresent()));
  }

  /**
   * Returns whether a tensor is an embedding, of tokens or of anything else, or a head over tokens,
   * by a name that is usual for one.
   */
  public static boolean isLookup(String name) {
    return !NUMBERED.test(name)
        && (isOne(name, OTHER_EMBEDDINGS)
            || isOne(name, OTHER_HEADS)
            || isOne(name, OTHER_LOOKUPS)
            || ModelFamilies.all().stream().anyMatch(one -> isOne(name, one.tokenTensors())));
  }

  private static TokenTensors of(
      Checkpoint model,
      TensorInfo embedding,
      List<TensorInfo> outside,
      Set<String> names,
      boolean familyKnown) {
    long rows = embedding.shape().dimension(0);
    if (rows < 1 || rows > Integer.MAX_VALUE || embedding.shape().elements() == 0) {
      throw new CheckpointException(
          "%s: tensor %s has shape %s, which no embedding has"
              .formatted(quote(model.name()), quote(embedding.name()), embedding.shape()));
    }
    List<TensorInfo> all = new ArrayList<>();
    for (TensorInfo tensor : outside) {
      // Names as common as these are some other thing's where the number of rows differs.
      boolean common = isOne(tensor.name(), OTHER_HEADS) && !hasDimension(tensor, rows);
      if (isOne(tensor.name(), names) && (familyKnown || !common)) {
        check(model, embedding, tensor);
        all.add(tensor);
      } else if (!familyKnown && hasDimension(tensor, rows)) {
        throw new CheckpointException(
            "%s: tensor %s has shape %s, so it may be numbered by tokens as %s is, but its name is not known; merge models of one tokenizer, without 'tokenizer' and 'tokenizer_source'"
                .formatted(
                    quote(model.name()),
                    quote(tensor.name()),
                    tensor.shape(),
                    quote(embedding.name())));
      }
    }
    return new TokenTensors(embedding, all);
  }

  private static void check(Checkpoint model, TensorInfo embedding, TensorInfo tensor) {
    int rank = tensor.shape().rank();
    boolean fits =
        (rank == 1 || rank == 2) && tensor.shape().dimension(0) == embedding.shape().dimension(0);
    if (!fits) {
      throw new CheckpointException(
          "%s: tensor %s has shape %s, but %s has %d rows; a model has equally many tokens everywhere"
              .formatted(
                  quote(model.name()),
                  quote(tensor.name()),
                  tensor.shape(),
                  quote(embedding.name()),
                  embedding.shape().dimension(0)));
    }
    if (!tensor.dtype().isArithmetic()) {
      throw new CheckpointException(
          "%s: tensor %s holds %s, whose rows cannot be rearranged; only floating-point numbers can"
              .formatted(quote(model.name()), quote(tensor.name()), tensor.dtype()));
    }
  }

  private static boolean hasDimension(TensorInfo tensor, long size) {
    for (long dimension : tensor.shape().toArray()) {
      if (dimension == size) {
        return true;
      }
    }
    return false;
  }

  private static boolean isOne(String name, Collection<String> ends) {
    for (int at = 0; at >= 0; at = name.indexOf('.', at) < 0 ? -1 : name.indexOf('.', at) + 1) {
      if (ends.contains(name.substring(at))) {
        return true;
      }
    }
    return false;
  }
}
