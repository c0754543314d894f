package dev.amalgam.core.importance;

import dev.amalgam.core.model.ModelParameter;
import dev.amalgam.core.tensor.Shape;
import dev.amalgam.core.weight.FineTuned;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The partitions of an expert's delta at a level. */
public final class Partitions {

  private static final String WEIGHT = ".weight";
  private static final String BIAS = ".bias";

  private final Level level;
  private final Map<String, ModelParameter> parameters = new LinkedHashMap<>();
  private final Map<String, Partitioning> byTensor = new LinkedHashMap<>();

  /**
   * Partitions the tensors that a model uses and that expert and base have.
   *
   * @param parameters those of the expert's model
   */
  public Partitions(Level level, List<ModelParameter> parameters, FineTuned model) {
    this.level = level;
    for (ModelParameter parameter : parameters) {
      if (model.both(parameter.name()).isPresent()) {
        this.parameters.put(parameter.name(), parameter);
      }
    }
    this.parameters.forEach((name, parameter) -> byTensor.put(name, partition(parameter)));
  }

  private Partitioning partition(ModelParameter parameter) {
    Shape shape = parameter.weight().shape();
    long elements = shape.elements();
    return switch (level) {
      case MODEL -> new Partitioning("model", 1, elements);
      case LAYER -> new Partitioning(parameter.layer(), 1, elements);
      case MODULE -> new Partitioning(parameter.module(), 1, elements);
      case TENSOR -> new Partitioning(parameter.name(), 1, elements);
      case ELEMENT -> new Partitioning(parameter.name(), elements, 1);
      case ROW -> units(parameter, !parameter.inputsFirst(), rowKey(parameter));
      case COLUMN -> units(parameter, parameter.inputsFirst(), parameter.name());
    };
  }

  private static Partitioning units(ModelParameter parameter, boolean storedRows, String key) {
    Shape shape = parameter.weight().shape();
    if (shape.rank() < 2) {
      return new Partitioning(key, shape.elements(), 1);
    }
    long length = shape.rowLength();
    return storedRows
        ? new Partitioning(key, shape.elements() / length, length)
        : new Partitioning(key, length, 1);
  }

  /** A bias goes with the rows of its weight. */
  private String rowKey(ModelParameter parameter) {
    String name = parameter.name();
    if (name.endsWith(BIAS)) {
      String partner = name.substring(0, name.length() - BIAS.length()) + WEIGHT;
      ModelParameter weight = parameters.get(partner);
      if (weight != null
          && units(weight, !weight.inputsFirst(), partner).count()
              == parameter.weight().shape().elements()) {
        return partner;
      }
    }
    return name;
  }

  /** Returns the level. */
  public Level level() {
    return level;
  }

  /** Returns the tensors that are partitioned, in the order in which the model uses them. */
  public Set<String> tensors() {
    return Collections.unmodifiableSet(byTensor.keySet());
  }

  /** Returns a tensor's partitioning; nothing if it has no delta or the model does not use it. */
  public Optional<Partitioning> of(String tensor) {
    return Optional.ofNullable(byTensor.get(tensor));
  }

  /** Returns the shape of a tensor that is partitioned; nothing of others. */
  public Optional<Shape> shape(String tensor) {
    return Optional.ofNullable(parameters.get(tensor)).map(p -> p.weight().shape());
  }

  /** Returns what is known of a tensor that is partitioned. */
  ModelParameter parameter(String tensor) {
    return parameters.get(tensor);
  }

  /** Returns the number of partitions of each key. */
  public Map<String, Long> counts() {
    Map<String, Long> counts = new LinkedHashMap<>();
    byTensor.values().forEach(p -> counts.put(p.key(), p.count()));
    return counts;
  }

  /** Returns under which name a tensor's scores over all its elements are kept. */
  String scoreName(String tensor) {
    return level.isGroup() ? byTensor.get(tensor).key() : tensor;
  }

  /** Returns the names under which importance is kept: groups, or tensors. */
  public Set<String> names() {
    return level.isGroup() ? counts().keySet() : tensors();
  }
}
