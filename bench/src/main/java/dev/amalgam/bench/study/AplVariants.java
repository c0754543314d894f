package dev.amalgam.bench.study;

import dev.amalgam.core.recipe.Setting;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Settings of {@code merge_method: apl}, and the controls without which they show nothing. */
final class AplVariants {

  private static final Set<Experiment> BOTH = EnumSet.allOf(Experiment.class);
  private static final Set<Experiment> PRUNED = EnumSet.of(Experiment.PRUNED);
  private static final Set<Experiment> MERGED = EnumSet.of(Experiment.MERGED);

  private AplVariants() {}

  static List<Variant> all() {
    List<Variant> all = new ArrayList<>();
    all.addAll(methods());
    all.addAll(auto());
    all.add(of("repair=true"));
    all.addAll(merging());
    all.addAll(ablations());
    return all;
  }

  /** Returns a setting that somebody is curious about. */
  static Variant of(String setting) {
    return apl("APL " + setting, setting, BOTH);
  }

  /** Each way to select, by itself. */
  private static List<Variant> methods() {
    return List.of(
        apl("APL top", "score=effect select=importance", BOTH),
        apl("APL top×magnitude", "select=importance", BOTH),
        apl("APL top×magnitude rescaled", "select=importance rescale=importance", BOTH),
        apl("APL rows magnitude", "level=row tau1=0.3 select=magnitude", BOTH),
        apl("APL rows random", "level=row tau1=0.3 select=random rescale=capped", BOTH),
        apl("APL sample 0.5", "select=sample alpha=0.5 rescale=inverse", BOTH),
        apl("APL sample 1 capped", "select=sample alpha=1 rescale=capped", BOTH));
  }

  /** Validation examples choose: at a drop rate, and with nothing dropped. */
  private static List<Variant> auto() {
    return List.of(
        new Variant(
            "APL auto", "", "apl", (_, _) -> Map.of(), AplVariants::density, true, true, BOTH),
        new Variant(
            "APL auto whole",
            "",
            "apl",
            (_, _) -> Map.of(),
            (_, _) -> Map.of("density", Variants.number(1)),
            false,
            false,
            MERGED));
  }

  /** Weights alone, and both together. */
  private static List<Variant> merging() {
    List<Variant> all = new ArrayList<>();
    for (String tau2 : List.of("0.1", "0.3", "0.5", "1", "2")) {
      all.add(kept("APL weights τ2=" + tau2, "tau2=" + tau2));
      all.add(apl("APL top×magnitude τ2=" + tau2, "select=importance tau2=" + tau2, MERGED));
    }
    all.add(kept("APL weights of rows", "level=row tau2=0.3"));
    all.add(kept("APL weights of tensors", "level=tensor tau2=0.3"));
    all.add(
        apl(
            "APL top×magnitude τ2=0.3 consensus",
            "select=importance tau2=0.3 consensus=sum",
            MERGED));
    return all;
  }

  /** Controls, levels, estimators, τ1, numbers of examples. */
  private static List<Variant> ablations() {
    List<Variant> all = new ArrayList<>();
    String top = "select=importance";
    all.add(controlled("control: shuffled", top, Control.SHUFFLED));
    all.add(controlled("control: reversed", "score=effect " + top, Control.REVERSED));
    all.add(controlled("control: all equal", top, Control.EQUAL));
    all.add(wrongTask("control: wrong task", top));
    String weights = "tau2=0.5";
    for (Control control : List.of(Control.SHUFFLED, Control.REVERSED, Control.EQUAL)) {
      String name = "control of weights: " + control.name().toLowerCase(Locale.ROOT);
      all.add(kept(name, weights, control, false));
    }
    all.add(kept("control of weights: wrong task", weights, Control.NONE, true));
    for (String point : List.of("expert", "midpoint", "integrated")) {
      all.add(apl("point " + point, top + " point=" + point, PRUNED));
    }
    for (String aggregate : List.of("mean", "helpful")) {
      all.add(apl("aggregate " + aggregate, top + " aggregate=" + aggregate, PRUNED));
    }
    for (String count : List.of("1", "2", "4", "8", "16")) {
      all.add(apl("examples " + count, top + " examples_limit=" + count, PRUNED));
    }
    for (String level : List.of("layer", "module", "tensor", "row", "column")) {
      all.add(apl("level " + level, "tau1=0.3 select=magnitude level=" + level, PRUNED));
    }
    for (String tau1 : List.of("0.1", "1", "3", ".inf")) {
      all.add(apl("rows τ1=" + tau1, "level=row select=magnitude tau1=" + tau1, PRUNED));
    }
    for (String estimator : List.of("ablation", "restoration")) {
      all.add(
          apl(
              "tensors " + estimator,
              "tau1=0.3 select=magnitude level=tensor estimator=" + estimator,
              PRUNED));
    }
    return all;
  }

  private static Variant apl(String name, String setting, Set<Experiment> experiments) {
    boolean random = setting.contains("select=random") || setting.contains("select=sample");
    return new Variant(
        name, setting, "apl", parameters(setting), AplVariants::density, random, true, experiments);
  }

  private static Variant kept(String name, String setting) {
    return kept(name, setting, Control.NONE, false);
  }

  /** Nothing is dropped. */
  private static Variant kept(String name, String setting, Control control, boolean wrongTask) {
    return new Variant(
        name,
        setting,
        "apl",
        parameters("select=magnitude " + setting),
        (_, _) -> Map.of("density", Variants.number(1)),
        false,
        false,
        MERGED,
        control,
        wrongTask);
  }

  private static Variant controlled(String name, String setting, Control control) {
    return new Variant(
        name,
        setting,
        "apl",
        parameters(setting),
        AplVariants::density,
        false,
        true,
        PRUNED,
        control,
        false);
  }

  private static Variant wrongTask(String name, String setting) {
    return new Variant(
        name,
        setting,
        "apl",
        parameters(setting),
        AplVariants::density,
        false,
        true,
        PRUNED,
        Control.NONE,
        true);
  }

  private static Map<String, Setting> density(String task, double drop) {
    return Map.of("density", Variants.number(Variants.density(drop)));
  }

  /**
   * Returns what a setting says, and of the rest what leaves deltas as they are; a repair has its
   * own defaults.
   */
  private static Variant.Parameters parameters(String setting) {
    Map<String, Setting> parameters = new TreeMap<>();
    if (!setting.contains("repair=true")) {
      parameters.put("rescale", new Setting.Word("none"));
      parameters.put("tau2", Variants.number(Double.POSITIVE_INFINITY));
    }
    for (String entry : setting.split(" ")) {
      String[] parts = entry.split("=");
      parameters.put(parts[0], value(parts[1]));
    }
    return (_, _) -> parameters;
  }

  private static Setting value(String text) {
    if (text.equals(".inf")) {
      return Variants.number(Double.POSITIVE_INFINITY);
    }
    return text.matches("[0-9.]+")
        ? Variants.number(Double.parseDouble(text))
        : new Setting.Word(text);
  }
}
