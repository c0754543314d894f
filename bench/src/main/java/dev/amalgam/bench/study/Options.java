package dev.amalgam.bench.study;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What is to be studied.
 *
 * @param families the families
 * @param out the folder of the report
 * @param experiments what is asked of methods
 * @param variants the names of the contenders; all if empty
 * @param settings more contenders: settings of {@code merge_method: apl}, such as {@code
 *     select=importance tau2=0.5}
 * @param drops the drop rates; all if empty
 * @param seeds how many seeds methods are tried with that play dice
 * @param shuffles with how many orders of the few-shot examples everything is done
 * @param scoring how many few-shot examples of a task are for scoring; half of them if absent
 */
record Options(
    List<Family> families,
    Path out,
    List<Experiment> experiments,
    Set<String> variants,
    List<String> settings,
    Set<Double> drops,
    int seeds,
    int shuffles,
    OptionalInt scoring) {

  private static final String USAGE =
      """
      usage: Study OUT FAMILY... [--experiments=NAME,...] [--variants=NAME,...] [--apl=SETTING;...]
        [--drops=RATE,...] [--seeds=N] [--shuffles=N] [--scoring=EXAMPLES] [--test=EXAMPLES]\
      """;

  private static final Set<String> KEYS =
      Set.of("shuffles", "experiments", "variants", "apl", "drops", "seeds", "scoring", "test");

  /**
   * Returns what arguments ask for.
   *
   * @throws IllegalArgumentException saying how they should look
   */
  static Options parse(String[] arguments) {
    List<Path> paths = new ArrayList<>();
    Map<String, String> values = new HashMap<>();
    for (String argument : arguments) {
      if (argument.startsWith("--")) {
        String[] parts = argument.substring(2).split("=", 2);
        if (parts.length < 2 || !KEYS.contains(parts[0])) {
          throw new IllegalArgumentException(argument + "\n" + USAGE);
        }
        values.put(parts[0], parts[1]);
      } else {
        paths.add(Path.of(argument));
      }
    }
    if (paths.size() < 2) {
      throw new IllegalArgumentException(USAGE);
    }
    List<Family> families = new ArrayList<>();
    paths.subList(1, paths.size()).forEach(folder -> families.add(Family.in(folder)));
    OptionalInt test = number(values.get("test"));
    test.ifPresent(limit -> families.replaceAll(family -> family.limitedTo(limit)));
    Stream<String> knownDrops =
        Stream.of(Experiment.values()).flatMap(e -> e.drops().stream()).map(d -> d.toString());
    Set<Double> drops = new TreeSet<>();
    known(values.get("drops"), knownDrops).forEach(drop -> drops.add(Double.valueOf(drop)));
    Set<String> experiments =
        known(values.get("experiments"), Stream.of(Experiment.values()).map(Experiment::toString));
    return new Options(
        families,
        paths.getFirst(),
        Stream.of(Experiment.values())
            .filter(e -> experiments.isEmpty() || experiments.contains(e.toString()))
            .toList(),
        known(values.get("variants"), Variants.all().stream().map(Variant::name)),
        values.containsKey("apl") ? List.of(values.get("apl").split(";")) : List.of(),
        drops,
        number(values.get("seeds")).orElse(3),
        number(values.get("shuffles")).orElse(1),
        number(values.get("scoring")));
  }

  private static Set<String> known(String value, Stream<String> known) {
    if (value == null) {
      return Set.of();
    }
    Set<String> names = new TreeSet<>(known.toList());
    Set<String> asked = new TreeSet<>(List.of(value.split(",")));
    if (!names.containsAll(asked)) {
      throw new IllegalArgumentException(
          value + " is not all known; there is " + String.join(", ", names));
    }
    return asked;
  }

  private static OptionalInt number(String value) {
    return value == null ? OptionalInt.empty() : OptionalInt.of(Integer.parseInt(value));
  }

  /** Returns what figures depend on besides the variant, in one line. */
  String conditions() {
    return families.stream()
            .map(
                f ->
                    f.name()
                        + " test="
                        + (f.testLimit().isPresent() ? f.testLimit().getAsInt() : "all"))
            .collect(Collectors.joining(" "))
        + " scoring="
        + (scoring.isPresent() ? scoring.getAsInt() : "half");
  }

  /** Returns the contenders that are wanted. */
  List<Variant> contenders() {
    List<Variant> contenders = new ArrayList<>(Variants.all());
    contenders.removeIf(
        v -> !variants.contains(v.name()) && !(variants.isEmpty() && settings.isEmpty()));
    settings.forEach(setting -> contenders.add(AplVariants.of(setting)));
    return contenders;
  }

  boolean wants(double drop) {
    return drop == 0 || drops.isEmpty() || drops.contains(drop);
  }
}
