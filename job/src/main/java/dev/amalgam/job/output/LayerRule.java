package dev.amalgam.job.output;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;

/**
 * How transformers (5.18) tells what kind a layer is by its number.
 *
 * @param key the key of a config that the rule is about
 * @param kinds the kinds of a model's layers
 * @param writing how a config says that layers have other kinds than their numbers give them
 */
record LayerRule(String key, Kinds kinds, Writing writing) {

  /** The kinds of all layers of a model. */
  interface Kinds {

    /**
     * Returns the kind of each layer.
     *
     * @param section the part of the config that counts the layers
     * @param layers their number
     */
    List<String> of(JsonNode section, int layers);
  }

  /** Values of a config that may give layers the kinds that they are to have. */
  interface Writing {

    /** Returns values, as JSON, by their keys; none if there is no way to say it. */
    Map<String, String> of(List<String> kinds);
  }

  /** Returns a rule of which a config can say nothing but what the numbers of layers give. */
  static LayerRule fixed(String key, Function<JsonNode, IntFunction<String>> kind) {
    return new LayerRule(
        key, (section, layers) -> each(layers, kind.apply(section)), own -> Map.of());
  }

  /**
   * Returns a rule that a list of the same name with a value for each layer replaces.
   *
   * @param kind the value, as JSON, of a layer where there is no list
   */
  static LayerRule list(String key, Function<JsonNode, IntFunction<String>> kind) {
    return new LayerRule(
        key,
        (section, layers) -> {
          JsonNode list = section.path(key);
          return list.isArray() && list.size() == layers
              ? values(list)
              : each(layers, kind.apply(section));
        },
        own -> Map.of(key, "[" + String.join(", ", own) + "]"));
  }

  /** Returns a list rule by which layers are of one kind or another. */
  static LayerRule list(
      String key, String yes, String no, Function<JsonNode, IntPredicate> condition) {
    return list(
        key,
        section -> {
          IntPredicate holds = condition.apply(section);
          return i -> holds.test(i) ? yes : no;
        });
  }

  /**
   * Returns a rule by which a value says how many layers at the start are dense.
   *
   * @param usual the value where the config has none
   */
  static LayerRule firstAreDense(String key, int usual) {
    return new LayerRule(
        key,
        (section, layers) -> {
          int first = section.path(key).asInt(usual);
          return each(layers, i -> i < first ? "dense" : "sparse");
        },
        own ->
            Map.of(key, Integer.toString((int) own.stream().takeWhile("dense"::equals).count())));
  }

  /**
   * Returns the rule by which every so-many-th layer is sparse, but for those that a list names.
   */
  static LayerRule sparseStep() {
    String step = "decoder_sparse_step";
    String dense = "mlp_only_layers";
    return new LayerRule(
        step,
        (section, layers) -> {
          int every = Math.max(1, section.path(step).asInt(1));
          Set<String> named = new HashSet<>(values(section.path(dense)));
          return each(
              layers,
              i ->
                  (i + 1) % every == 0 && !named.contains(Integer.toString(i))
                      ? "sparse"
                      : "dense");
        },
        own -> Map.of(step, "1", dense, numbers(own, "dense")));
  }

  /**
   * Returns a rule by which every so-many-th layer is sparse where no list names those that are.
   *
   * @param list the key of the list
   */
  static LayerRule namedAreSparse(String list, String step) {
    return new LayerRule(
        list,
        (section, layers) -> {
          int every = Math.max(1, section.path(step).asInt(1));
          Set<String> named = new HashSet<>(values(section.path(list)));
          boolean listed = section.path(list).isArray();
          return each(
              layers,
              i ->
                  (listed ? named.contains(Integer.toString(i)) : (i + 1) % every == 0)
                      ? "sparse"
                      : "dense");
        },
        own -> Map.of(list, numbers(own, "sparse")));
  }

  private static String numbers(List<String> kinds, String wanted) {
    return IntStream.range(0, kinds.size())
        .filter(i -> kinds.get(i).equals(wanted))
        .boxed()
        .toList()
        .toString();
  }

  /** Returns the same rule as one about another key, of which a config can say nothing else. */
  LayerRule about(String otherKey) {
    return new LayerRule(otherKey, kinds, own -> Map.of());
  }

  /** Returns the kinds of so many layers. */
  static List<String> each(int layers, IntFunction<String> kind) {
    return IntStream.range(0, layers).mapToObj(kind).toList();
  }

  /** Returns the items of a list as JSON; none if it is no list. */
  static List<String> values(JsonNode list) {
    return list.isArray()
        ? StreamSupport.stream(list.spliterator(), false).map(JsonNode::toString).toList()
        : Collections.emptyList();
  }
}
