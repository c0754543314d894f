package dev.amalgam.bench.fuzz;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Damages YAML: its lines and words. */
final class TextMutator implements Mutator {

  private static final Pattern WORD = Pattern.compile("[-+./\\w]++");

  private static final List<String> WORDS =
      List.of(
          "ties",
          "linear",
          "slerp",
          "passthrough",
          "dare_ties",
          "della",
          "model_stock",
          "karcher",
          "nuslerp",
          "sce",
          "arcee_fusion",
          "ram",
          "base",
          "expert",
          "union",
          "float16",
          "float64",
          "int8",
          "&a [*a]",
          "&a {x: &b [1, 2], y: *b}",
          "*nowhere",
          "!!binary aGVsbG8=",
          "!!java.net.URL [x]",
          "<<: {a: 1}",
          "? {a: 1}",
          "- -",
          "|\n  text",
          "{filter: mlp, value: 0.5}",
          "[0.1, 0.9, 0.2]",
          "[0, 2]",
          ".nan",
          ".inf",
          "0x7fffffff",
          "1_000",
          "---",
          "...",
          "~");

  @Override
  public byte[] mutate(byte[] bytes, RandomGenerator random) {
    if (random.nextInt(6) == 0) {
      return new ByteMutator().mutate(bytes, random);
    }
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    String changed = random.nextInt(3) == 0 ? lines(text, random) : words(text, random);
    return changed.getBytes(StandardCharsets.ISO_8859_1);
  }

  private static String lines(String text, RandomGenerator random) {
    List<String> lines = new ArrayList<>(text.lines().toList());
    if (lines.isEmpty()) {
      return WORDS.get(random.nextInt(WORDS.size()));
    }
    int at = random.nextInt(lines.size());
    switch (random.nextInt(4)) {
      case 0 -> lines.remove(at);
      case 1 -> lines.add(random.nextInt(lines.size() + 1), lines.get(at));
      case 2 -> lines.set(at, "  " + lines.get(at));
      default -> lines.set(at, lines.get(at).strip());
    }
    return String.join("\n", lines) + "\n";
  }

  private static String words(String text, RandomGenerator random) {
    List<int[]> places = new ArrayList<>();
    Matcher words = WORD.matcher(text);
    while (words.find()) {
      places.add(new int[] {words.start(), words.end()});
    }
    if (places.isEmpty()) {
      return Telling.value(random);
    }
    int[] place = places.get(random.nextInt(places.size()));
    int[] other = places.get(random.nextInt(places.size()));
    String by =
        switch (random.nextInt(3)) {
          case 0 -> text.substring(other[0], other[1]);
          case 1 -> WORDS.get(random.nextInt(WORDS.size()));
          default -> Telling.value(random);
        };
    return text.substring(0, place[0]) + by + text.substring(place[1]);
  }
}
