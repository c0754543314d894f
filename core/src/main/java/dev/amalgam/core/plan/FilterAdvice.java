package dev.amalgam.core.plan;

import static dev.amalgam.core.AmalgamException.quote;

import dev.amalgam.core.NearestWord;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** What somebody may have meant by a filter that is part of no tensor's name. */
final class FilterAdvice {

  // Far above what real models and recipes have: both come from files, which may be hostile.
  private static final int LONGEST = 200;
  private static final int MOST_WORDS = 10_000;
  private static final int MOST_PIECES = 8;

  // No tensor's name holds these, but regular expressions and wildcards do.
  private static final Pattern OF_PATTERNS = Pattern.compile("[|*?^$()\\[\\]{}\\\\+]+");

  private FilterAdvice() {}

  /** Returns the end of a sentence that says what is wrong with a filter. */
  static String of(String filter, Collection<String> names) {
    if (OF_PATTERNS.matcher(filter).find()) {
      return "a filter is a part of a name%s, and no pattern; write a choice for each part"
          .formatted(
              OF_PATTERNS
                  .splitAsStream(filter)
                  .limit(MOST_PIECES)
                  .flatMap(piece -> nearest(piece, names).stream())
                  .findFirst()
                  .map(word -> ", such as " + quote(word))
                  .orElse(""));
    }
    return nearest(filter, names)
        .map(word -> "did you mean " + quote(word) + "?")
        .orElseGet(() -> example(names));
  }

  /** Returns as many consecutive parts of a name as the filter has, spelt most like it. */
  private static Optional<String> nearest(String filter, Collection<String> names) {
    if (filter.length() > LONGEST) {
      return Optional.empty();
    }
    String written = filter.strip().replaceAll("^\\.+|\\.+$", "");
    if (written.isEmpty()) {
      return Optional.empty();
    }
    int count = parts(written).length;
    Map<String, String> words = new LinkedHashMap<>();
    names.stream()
        .filter(name -> name.length() <= LONGEST)
        .flatMap(name -> words(parts(name), count))
        .filter(word -> word.chars().anyMatch(Character::isLetter))
        .distinct()
        .limit(MOST_WORDS)
        .forEach(word -> words.putIfAbsent(word.toLowerCase(Locale.ROOT), word));
    return NearestWord.nearest(written.toLowerCase(Locale.ROOT), words.keySet()).map(words::get);
  }

  private static Stream<String> words(String[] parts, int count) {
    return IntStream.rangeClosed(0, parts.length - count)
        .mapToObj(first -> String.join(".", List.of(parts).subList(first, first + count)));
  }

  private static String[] parts(String name) {
    return name.split("\\.");
  }

  // The longest has most parts from which to choose.
  private static String example(Collection<String> names) {
    return names.stream()
        .max(Comparator.comparingInt(String::length))
        .map(name -> "names are such as " + quote(name))
        .orElse("there are no tensors");
  }
}
