package dev.amalgam.core.name;

import dev.amalgam.core.tensor.Checkpoint;
import dev.amalgam.core.tensor.TensorInfo;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * The search for one systematic renaming by which the tensors of two models meet: {@link Spelling}s
 * taken back in both, and one first part of names left out in one of them ({@code model.}, {@code
 * bert.}), as few changes as do. Names meet if all weights in the layers of one model have a
 * counterpart in the other; heads, and what only one of them has beside its layers, may differ. In
 * models without numbered layers, all weights of one must have one.
 */
public final class NameMatch {

  private static final Pattern NUMBERED = Pattern.compile("(?:^|\\.)\\d+\\.");

  /** One change of names: spellings taken back, and a first part left out on one side. */
  private record Change(Set<Spelling> spellings, String ofTemplate, String ofModel) {

    String template(String name) {
      return change(name, ofTemplate);
    }

    String model(String name) {
      return change(name, ofModel);
    }

    int size() {
      return spellings.size() + (ofTemplate.isEmpty() ? 0 : 1) + (ofModel.isEmpty() ? 0 : 1);
    }

    private String change(String name, String prefix) {
      String changed = name;
      for (Spelling spelling : spellings) {
        changed = spelling.plain(changed);
      }
      return changed.length() > prefix.length() && changed.startsWith(prefix)
          ? changed.substring(prefix.length())
          : changed;
    }
  }

  private final List<TensorInfo> template;
  private final Checkpoint model;
  private final Set<String> templateNames = new HashSet<>();
  private final List<String> templateWeights;
  private final List<String> modelWeights;

  private NameMatch(Checkpoint template, Checkpoint model) {
    this.template = template.tensors();
    this.model = model;
    this.template.forEach(tensor -> templateNames.add(tensor.name()));
    List<String> ofTemplate = weights(template, true);
    List<String> ofModel = weights(model, true);
    boolean layered = !ofTemplate.isEmpty() && !ofModel.isEmpty();
    this.templateWeights = layered ? ofTemplate : weights(template, false);
    this.modelWeights = layered ? ofModel : weights(model, false);
  }

  private static List<String> weights(Checkpoint model, boolean inLayers) {
    return model.tensors().stream()
        .filter(tensor -> !Buffers.isBuffer(tensor))
        .map(TensorInfo::name)
        .filter(name -> !inLayers || NUMBERED.matcher(name).find())
        .toList();
  }

  /**
   * Returns a model by the names of another; nothing if its own names meet already, or if no
   * renaming makes them. A tensor without counterpart is called as the renaming makes it.
   *
   * @param template the model whose names are spoken
   */
  public static Optional<RenamedCheckpoint> find(Checkpoint template, Checkpoint model) {
    return new NameMatch(template, model).find();
  }

  /** Returns a model by the names of another as far as {@link #find} does, else as it is. */
  public static Checkpoint in(Checkpoint template, Checkpoint model) {
    return find(template, model).<Checkpoint>map(view -> view).orElse(model);
  }

  private Optional<RenamedCheckpoint> find() {
    Change none = new Change(Set.of(), "", "");
    if (templateWeights.isEmpty() || modelWeights.isEmpty() || meet(none)) {
      return Optional.empty();
    }
    return changes().stream()
        .filter(this::meet)
        .flatMap(change -> names(change).stream())
        .findFirst()
        .map(names -> new RenamedCheckpoint(model, names));
  }

  /** Returns what is tried, the fewest changes first. */
  private List<Change> changes() {
    List<Change> changes = new ArrayList<>();
    for (Set<Spelling> spellings : subsets()) {
      Change spelled = new Change(spellings, "", "");
      changes.add(spelled);
      firstPart(templateWeights.stream().map(spelled::template).toList())
          .ifPresent(part -> changes.add(new Change(spellings, part, "")));
      firstPart(modelWeights.stream().map(spelled::model).toList())
          .ifPresent(part -> changes.add(new Change(spellings, "", part)));
    }
    changes.sort(Comparator.comparingInt(Change::size));
    return changes;
  }

  private static List<Set<Spelling>> subsets() {
    List<Set<Spelling>> subsets = new ArrayList<>();
    Spelling[] all = Spelling.values();
    for (int mask = 0; mask < 1 << all.length; mask++) {
      Set<Spelling> subset = EnumSet.noneOf(Spelling.class);
      for (Spelling spelling : all) {
        if ((mask >> spelling.ordinal() & 1) == 1) {
          subset.add(spelling);
        }
      }
      subsets.add(subset);
    }
    return subsets;
  }

  /** Returns the first part, with its dot, that more names begin with than with any other. */
  private static Optional<String> firstPart(List<String> names) {
    Map<String, Integer> counts = new TreeMap<>();
    for (String name : names) {
      int dot = name.indexOf('.');
      if (dot > 0) {
        counts.merge(name.substring(0, dot + 1), 1, Integer::sum);
      }
    }
    return counts.entrySet().stream().max(Map.Entry.comparingByValue()).map(Map.Entry::getKey);
  }

  private boolean meet(Change change) {
    Set<String> ofTemplate = new HashSet<>();
    Set<String> ofModel = new HashSet<>();
    templateWeights.forEach(name -> ofTemplate.add(change.template(name)));
    modelWeights.forEach(name -> ofModel.add(change.model(name)));
    return ofTemplate.containsAll(ofModel) || ofModel.containsAll(ofTemplate);
  }

  /** Returns the new name of every tensor, or nothing if two would have one name. */
  private Optional<Map<String, String>> names(Change change) {
    Map<String, String> byChanged = new HashMap<>();
    for (TensorInfo tensor : template) {
      if (byChanged.put(change.template(tensor.name()), tensor.name()) != null) {
        return Optional.empty();
      }
    }
    Map<String, String> names = new LinkedHashMap<>();
    Set<String> taken = new HashSet<>();
    for (TensorInfo tensor : model.tensors()) {
      String changed = change.model(tensor.name());
      String name = byChanged.getOrDefault(changed, changed);
      boolean strange = !byChanged.containsKey(changed) && templateNames.contains(changed);
      if (strange || !taken.add(name)) {
        return Optional.empty();
      }
      names.put(tensor.name(), name);
    }
    return Optional.of(names);
  }
}
