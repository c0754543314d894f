package dev.amalgam.bench.study;

import dev.amalgam.core.recipe.Setting;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The variants that are compared. */
final class Variants {

  private static final Set<Experiment> BOTH = EnumSet.allOf(Experiment.class);
  // Of one expert, a sign election and a mean of those that agree change nothing.
  private static final Set<Experiment> MERGED = EnumSet.of(Experiment.MERGED);

  private static final Variant.Parameters DENSITY =
      (task, drop) -> Map.of("density", number(density(drop)));

  private static final double WIDEST_EPSILON = 0.15;

  // The widest range of keep probabilities that leaves 0 and 1 outside.
  private static final Variant.Parameters RANKED =
      (task, drop) ->
          Map.of(
              "density",
              number(density(drop)),
              "epsilon",
              number(Math.min(WIDEST_EPSILON, Math.min(drop, 1 - drop) / 2)));

  private Variants() {}

  /** Returns all, in the order of the tables; those of one name follow one another. */
  static List<Variant> all() {
    List<Variant> all = new ArrayList<>(baselines());
    all.addAll(AplVariants.all());
    return all;
  }

  /** Returns what new methods are compared with. */
  private static List<Variant> baselines() {
    List<Variant> all = new ArrayList<>();
    all.add(
        new Variant(
            "task arithmetic",
            "",
            "task_arithmetic",
            Variant.Parameters.NONE,
            Variant.Parameters.NONE,
            false,
            false,
            BOTH));
    all.add(
        new Variant(
            "magnitude",
            "",
            "breadcrumbs",
            Variant.Parameters.NONE,
            (task, drop) -> Map.of("density", number(density(drop)), "gamma", number(0)),
            false,
            true,
            BOTH));
    all.add(new Variant("DARE", "", "dare_linear", words("inverse"), DENSITY, true, true, BOTH));
    all.add(
        new Variant(
            "DELLA linear", "", "della_linear", words("inverse"), RANKED, true, true, BOTH));
    all.addAll(elections("TIES", "ties", "false", DENSITY, false));
    all.addAll(elections("DARE-TIES", "dare_ties", "inverse", DENSITY, true));
    all.addAll(elections("DELLA", "della", "inverse", RANKED, true));
    all.add(whole("TSV-M", "tsv_m", Map.of()));
    all.add(whole("Iso-C", "iso_c", Map.of()));
    all.add(whole("WUDI", "wudi", Map.of()));
    for (String normalize : List.of("true", "false")) {
      all.add(whole("Fisher", "fisher", Map.of("normalize", new Setting.Word(normalize))));
    }
    for (String weights : List.of("gain", "equal")) {
      for (double alpha : List.of(0.9, 1.0)) {
        all.add(
            whole(
                "RegMean",
                "regmean",
                Map.of("weights", new Setting.Word(weights), "alpha", number(alpha))));
      }
    }
    return all;
  }

  /** Returns a method that drops nothing. */
  private static Variant whole(String name, String method, Map<String, Setting> parameters) {
    return new Variant(
            name,
            "",
            method,
            Variant.Parameters.NONE,
            Variant.Parameters.NONE,
            false,
            false,
            MERGED)
        .with(parameters);
  }

  private static List<Variant> elections(
      String name, String method, String rescale, Variant.Parameters ofModel, boolean random) {
    List<Variant> settings = new ArrayList<>();
    for (String normalize : List.of("false", "true")) {
      settings.add(
          new Variant(
              name,
              normalize.equals("true") ? "mean" : "sum",
              method,
              (task, drop) ->
                  Map.of(
                      "normalize",
                      new Setting.Word(normalize),
                      "rescale",
                      new Setting.Word(rescale)),
              ofModel,
              random,
              true,
              MERGED));
    }
    return settings;
  }

  private static Variant.Parameters words(String rescale) {
    return (task, drop) -> Map.of("rescale", new Setting.Word(rescale));
  }

  // 1 − 0.9 is a little less than 0.1, and would keep an entry less.
  static double density(double drop) {
    return Math.round((1 - drop) * 1e9) / 1e9;
  }

  static Setting number(double value) {
    return new Setting.Number(value);
  }
}
