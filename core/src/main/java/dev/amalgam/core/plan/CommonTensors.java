package dev.amalgam.core.plan;

import static dev.amalgam.core.AmalgamException.quote;

import dev.amalgam.core.name.Buffers;
import dev.amalgam.core.tensor.CheckpointException;
import dev.amalgam.core.tensor.TensorInfo;
import java.util.List;
import java.util.Optional;

/**
 * What two models of a merge have in common. Where it is less than half of either's weights, by
 * count or by number of parameters, they are no models of one architecture, and what a recipe says
 * of missing tensors does not help: the merge would be a copy of one of them.
 */
final class CommonTensors {

  private CommonTensors() {}

  /**
   * Checks that a model has enough in common with the template.
   *
   * @throws CheckpointException naming both, and how they call their tensors
   */
  static void check(View template, View model) {
    List<TensorInfo> ofTemplate = weights(template);
    List<TensorInfo> ofModel = weights(model);
    List<TensorInfo> shared =
        template.names().stream()
            .filter(name -> model.find(name).isPresent())
            .map(name -> template.find(name).orElseThrow().tensor())
            .filter(tensor -> !Buffers.isBuffer(tensor))
            .toList();
    int names = Math.min(ofTemplate.size(), ofModel.size());
    double parameters = Math.min(parameters(ofTemplate), parameters(ofModel));
    if (shared.size() * 2L < names || parameters(shared) * 2 < parameters) {
      throw new CheckpointException(
          "%s has only %d of %d tensors in common with %s, so that a merge would leave it out: its names are like %s, those of %s like %s; merge models of one architecture, or rename the tensors of one"
              .formatted(
                  model.name(),
                  shared.size(),
                  ofModel.size(),
                  template.name(),
                  pattern(model, template),
                  template.name(),
                  pattern(template, model)));
    }
  }

  private static List<TensorInfo> weights(View model) {
    return model.tensors().values().stream().filter(tensor -> !Buffers.isBuffer(tensor)).toList();
  }

  private static double parameters(List<TensorInfo> tensors) {
    return tensors.stream().mapToDouble(tensor -> tensor.shape().elements()).sum();
  }

  /** Returns a name that only one of two models has, in a layer if it has layers. */
  private static String pattern(View model, View other) {
    List<String> own =
        model.names().stream()
            .filter(name -> other.find(name).isEmpty())
            .map(model::nameOf)
            .toList();
    Optional<String> inLayer =
        own.stream().filter(name -> LayerPositions.number(name).find()).findFirst();
    return quote(
        inLayer
            .or(() -> own.stream().findFirst())
            .or(() -> model.names().stream().findFirst())
            .orElse(""));
  }
}
