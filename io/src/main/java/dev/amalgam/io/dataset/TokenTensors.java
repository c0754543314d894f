package dev.amalgam.io.dataset;

import static dev.amalgam.core.AmalgamException.quote;

import dev.amalgam.core.layer.Targets;
import dev.amalgam.core.tensor.Checkpoint;
import dev.amalgam.core.tensor.Shape;
import dev.amalgam.core.tensor.TensorInfo;
import dev.amalgam.io.safetensors.SafetensorsFile;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Examples as tensors of integers: {@code input_ids} [examples, tokens]; where they are there, too,
 * {@code attention_mask}, {@code token_type_ids} and, for language models, {@code labels} of the
 * same shape, with classes for classifiers of tokens; for classifiers of texts {@code labels}
 * [examples], or where a text may be of several classes [examples, classes] with 0 and 1; for
 * answers {@code labels} [examples, 2] with the positions of their first and last tokens. Other
 * tensors do not matter.
 *
 * @param file the safetensors file
 * @param task what the examples are for
 * @param rows the number of examples
 * @param width the number of tokens of each
 */
record TokenTensors(Path file, Task task, long rows, int width) implements Dataset {

  private static final String INPUT_IDS = "input_ids";
  private static final String ATTENTION_MASK = "attention_mask";
  private static final String TOKEN_TYPE_IDS = "token_type_ids";
  private static final String LABELS = "labels";

  /** Returns the examples in a file whose shapes have been checked. */
  static TokenTensors of(Path file, Task task) {
    try (Checkpoint tensors = SafetensorsFile.open(file)) {
      TensorInfo ids =
          tensors
              .find(INPUT_IDS)
              .orElseThrow(
                  () ->
                      new DatasetException(
                          "%s has no tensor 'input_ids' with the tokens of the examples"
                              .formatted(quote(file.toString()))));
      if (ids.shape().rank() != 2) {
        throw wrongShape(tensors, ids, "[examples, tokens]");
      }
      long width = ids.shape().dimension(1);
      if (width == 0) {
        throw wrongShape(tensors, ids, "[examples, tokens] with at least one token");
      }
      if (width > task.maxLength()) {
        throw new DatasetException(
            "%s: tensor 'input_ids' has rows of %d tokens, but at most %d are allowed; make shorter ones, since tensors are not cut"
                .formatted(quote(file.toString()), width, task.maxLength()));
      }
      if (task.kind() == Targets.Kind.NUMBERS) {
        throw new DatasetException(
            "%s: a regression's numbers are read from JSON lines only; give it .jsonl with {\"text\": …, \"label\": NUMBER}"
                .formatted(quote(file.toString())));
      }
      long examples = ids.shape().dimension(0);
      Shape labels =
          switch (task.kind()) {
            case CLASS -> Shape.of(examples);
            case LABELS -> Shape.of(examples, task.classes().count());
            case SPAN -> Shape.of(examples, 2);
            default -> ids.shape();
          };
      checkShape(tensors, ATTENTION_MASK, ids.shape());
      checkShape(tensors, TOKEN_TYPE_IDS, ids.shape());
      checkShape(tensors, LABELS, labels);
      if (task.needsLabels()
          && task.kind() != Targets.Kind.NEXT_TOKEN
          && tensors.find(LABELS).isEmpty()) {
        throw new DatasetException(
            "%s has no tensor 'labels', without which nothing is to be predicted by a %s"
                .formatted(
                    quote(file.toString()),
                    task.kind() == Targets.Kind.MASKED_TOKEN
                        ? "masked language model"
                        : "classifier"));
      }
      return new TokenTensors(file, task, ids.shape().dimension(0), (int) width);
    }
  }

  private static void checkShape(Checkpoint tensors, String name, Shape shape) {
    tensors
        .find(name)
        .filter(tensor -> !tensor.shape().equals(shape))
        .ifPresent(
            tensor -> {
              throw wrongShape(tensors, tensor, shape.toString());
            });
  }

  private static DatasetException wrongShape(Checkpoint tensors, TensorInfo tensor, String right) {
    return new DatasetException(
        "%s: tensor %s has shape %s, but must have %s"
            .formatted(quote(tensors.name()), quote(tensor.name()), tensor.shape(), right));
  }

  @Override
  public ExampleReader examples() {
    Checkpoint tensors = SafetensorsFile.open(file);
    try {
      return new TokenTensorsReader(
          tensors,
          task,
          rows,
          width,
          tensor(tensors, INPUT_IDS).orElseThrow(() -> changed()),
          tensor(tensors, ATTENTION_MASK),
          tensor(tensors, TOKEN_TYPE_IDS),
          tensor(tensors, LABELS));
    } catch (RuntimeException e) {
      tensors.close();
      throw e;
    }
  }

  private DatasetException changed() {
    return new DatasetException(quote(file.toString()) + " was changed while it was read");
  }

  private static Optional<IntegerTensor> tensor(Checkpoint tensors, String name) {
    return tensors.find(name).map(info -> new IntegerTensor(tensors, info));
  }
}
