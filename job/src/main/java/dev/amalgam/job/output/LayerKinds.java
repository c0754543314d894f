package dev.amalgam.job.output;

import static dev.amalgam.core.AmalgamException.quote;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.amalgam.core.plan.LayerOrigin;
import dev.amalgam.core.plan.MergePlan;
import dev.amalgam.core.tensor.Checkpoint;
import dev.amalgam.core.tensor.CheckpointException;
import dev.amalgam.io.config.ConfigFile;
import dev.amalgam.io.json.Json;
import dev.amalgam.io.json.JsonEdits;
import dev.amalgam.io.json.JsonPlace;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The kinds of a stack's layers that models compute from their numbers. In a stack layers have
 * other numbers, so that the config must say their kinds, or there can be no such stack.
 */
final class LayerKinds {

  private final ConfigFile template;
  private final MergePlan plan;
  private final Map<Checkpoint, ConfigFile> configs;
  private final Consumer<String> warnings;

  /**
   * Creates what knows the layers of a stack.
   *
   * @param template the config of the model whose config the stack gets
   * @param configs the configs of the models that have one
   * @param warnings hears what may be wrong with the result
   */
  LayerKinds(
      ConfigFile template,
      MergePlan plan,
      Map<Checkpoint, ConfigFile> configs,
      Consumer<String> warnings) {
    this.template = template;
    this.plan = plan;
    this.configs = configs;
    this.warnings = warnings;
  }

  /**
   * Returns the text of a config in which every layer has the kind that it had.
   *
   * @param stacked a config with the stack's number of layers, and its lists
   * @param counts JSON pointers to the numbers of layers
   * @throws CheckpointException if no config can say what kinds the layers are of
   */
  String kept(ConfigFile stacked, List<String> counts) {
    Map<String, Section> sections = new HashMap<>();
    for (String count : counts) {
      String place = parent(count);
      if (stacked.at(place) instanceof ObjectNode values && !sections.containsKey(place)) {
        sections.put(place, new Section(count, values, changes(stacked, place, values.deepCopy())));
      }
    }
    JsonEdits edits = stacked.edits();
    edits.visit(
        place -> {
          Section section = sections.get(parent(place.pointer()));
          if (section != null) {
            section.edit(place);
          }
        });
    return edits.text();
  }

  /**
   * A part of the config that counts the layers.
   *
   * @param count the pointer to their number
   * @param values what it holds
   * @param changes what it is to hold, as JSON, by keys
   */
  private record Section(String count, ObjectNode values, Map<String, String> changes) {

    void edit(JsonPlace place) {
      if (changes.containsKey(place.key())) {
        place.replace(changes.get(place.key()));
      } else if (place.pointer().equals(count)) {
        changes.forEach(
            (key, value) -> {
              if (!values.has(key)) {
                place.addMemberAfter(key, value);
              }
            });
      }
    }
  }

  private static String parent(String pointer) {
    return pointer.substring(0, Math.max(0, pointer.lastIndexOf('/')));
  }

  /** Returns the values, as JSON, that a section must get; it has them afterwards. */
  private Map<String, String> changes(ConfigFile stacked, String place, ObjectNode section) {
    String family = section.path("model_type").asText("");
    Map<String, String> changes = new LinkedHashMap<>();
    for (LayerRule rule : LayerRules.of(family)) {
      List<String> own = own(rule, place);
      if (!of(rule, section).equals(own)) {
        Map<String, String> written = rule.writing().of(own);
        written.forEach((key, value) -> section.set(key, Json.parse(stacked.path(), value)));
        checkEqual(rule, stacked, section, own);
        changes.putAll(written);
      }
    }
    for (LayerRule rule : LayerRules.suspected(family, section)) {
      List<String> own = own(rule, place);
      if (LayerRules.isKnown(family)) {
        warnIfDifferent(rule, section, own);
      } else {
        checkEqual(rule, stacked, section, own);
      }
    }
    return changes;
  }

  private List<String> of(LayerRule rule, JsonNode section) {
    return rule.kinds().of(section, plan.layers().size());
  }

  /**
   * Returns the kind that each layer of the stack has in the model where it comes from.
   *
   * @throws CheckpointException if the model's config does not say it
   */
  private List<String> own(LayerRule rule, String place) {
    Map<Checkpoint, List<String>> ofModels = new IdentityHashMap<>();
    List<String> own = new ArrayList<>();
    for (LayerOrigin layer : plan.layers()) {
      ConfigFile config = configs.getOrDefault(layer.model(), template);
      List<String> kinds =
          ofModels.computeIfAbsent(
              layer.model(), _ -> rule.kinds().of(config.at(place), layer.layers()));
      if (layer.layer() >= kinds.size()) {
        throw new CheckpointException(
            "%s: %s describes only %d of %d layers, so that it is not known what layer %d is; describe all"
                .formatted(
                    quote(config.path().toString()),
                    quote(rule.key()),
                    kinds.size(),
                    layer.layers(),
                    layer.layer()));
      }
      own.add(kinds.get(layer.layer()));
    }
    return own;
  }

  private void checkEqual(LayerRule rule, ConfigFile stacked, JsonNode section, List<String> own) {
    List<String> kinds = of(rule, section);
    for (int i = 0; i < own.size(); i++) {
      String kind = kinds.get(i);
      if (!kind.equals(own.get(i))) {
        LayerOrigin layer = plan.layers().get(i);
        throw new CheckpointException(
            "%s: %s = %s tells layers apart by their numbers, and layer %d of the stack would be %s, while it is %s as layer %d of %s; no other value keeps its kind, so choose slices that leave such layers where they are"
                .formatted(
                    quote(stacked.path().toString()),
                    quote(rule.key()),
                    quote(section.path(rule.key()).asText("")),
                    i,
                    quote(kind.replace("\"", "")),
                    quote(own.get(i).replace("\"", "")),
                    layer.layer(),
                    quote(layer.model().name())));
      }
    }
  }

  private void warnIfDifferent(LayerRule rule, JsonNode section, List<String> own) {
    if (!of(rule, section).equals(own)) {
      warnings.accept(
          "config.json says %s = %s, from which some models compute what a layer is like by its number; models of this family are not known to, so check that the stack is what you want"
              .formatted(quote(rule.key()), quote(section.path(rule.key()).asText())));
    }
  }
}
