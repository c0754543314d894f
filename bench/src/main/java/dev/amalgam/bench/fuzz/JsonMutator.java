package dev.amalgam.bench.fuzz;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Damages JSON, one value or many a file, where it means something: its keys and values. */
final class JsonMutator implements Mutator {

  private static final Pattern SCALAR =
      Pattern.compile(
          "\"(?:[^\"\\\\]|\\\\.)*+\"(\\s*:)?|-?\\d++(?:\\.\\d++)?(?:[eE][-+]?\\d++)?|true|false|null");

  private static final int FIRST = 80;

  private record Span(int start, int end, boolean isKey) {
    String of(String text) {
      return text.substring(start, end);
    }
  }

  @Override
  public byte[] mutate(byte[] bytes, RandomGenerator random) {
    if (random.nextInt(6) == 0) {
      return new ByteMutator().mutate(bytes, random);
    }
    // ISO 8859-1, so that bytes which are no UTF-8 stay what they are.
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    return mutate(text, random).getBytes(StandardCharsets.ISO_8859_1);
  }

  private static String mutate(String text, RandomGenerator random) {
    List<Span> spans = spans(text);
    if (spans.isEmpty()) {
      return Telling.value(random);
    }
    // Settings stand first in large files, before vocabularies.
    int among = random.nextBoolean() ? Math.min(FIRST, spans.size()) : spans.size();
    int chosen = random.nextInt(among);
    Span span = spans.get(chosen);
    Span other = spans.get(random.nextInt(spans.size()));
    int start = span.start();
    if (span.isKey()) {
      int end = valueEnd(text, span.end());
      String colon = text.substring(span.end(), end);
      return switch (random.nextInt(6)) {
        case 0 -> replaced(text, start, span.end(), other.of(text));
        case 1 -> replaced(text, start, end, span.of(text) + ": " + Telling.value(random));
        case 2 -> replaced(text, start, start, span.of(text) + ": " + Telling.value(random) + ", ");
        case 3 -> replaced(text, start, start, span.of(text) + colon + ", ");
        case 4 -> replaced(text, start, Math.min(text.length(), end + 1), "");
        default -> replaced(text, start, end, span.of(text) + ": [" + Telling.value(random) + "]");
      };
    }
    return switch (random.nextInt(5)) {
      case 0 -> replaced(text, start, span.end(), other.of(text));
      case 1 -> replaced(text, start, span.end(), '"' + span.of(text).replace("\"", "") + '"');
      case 2 -> replaced(text, start, span.end(), near(span.of(text), random));
      default -> replaced(text, start, span.end(), Telling.value(random));
    };
  }

  private static List<Span> spans(String text) {
    List<Span> spans = new ArrayList<>();
    Matcher scalars = SCALAR.matcher(text);
    while (scalars.find()) {
      boolean isKey = scalars.group(1) != null;
      spans.add(new Span(scalars.start(), isKey ? scalars.start(1) : scalars.end(), isKey));
    }
    return spans;
  }

  /** Returns where the value behind a key ends. */
  private static int valueEnd(String text, int key) {
    int depth = 0;
    for (int at = key; at < text.length(); at++) {
      switch (text.charAt(at)) {
        case '[', '{' -> depth++;
        case ']', '}' -> {
          if (depth == 0) {
            return at;
          }
          depth--;
        }
        case ',' -> {
          if (depth == 0) {
            return at;
          }
        }
        default -> {}
      }
    }
    return text.length();
  }

  private static String near(String scalar, RandomGenerator random) {
    try {
      long number = Long.parseLong(scalar);
      return switch (random.nextInt(4)) {
        case 0 -> Long.toString(number + 1);
        case 1 -> Long.toString(number - 1);
        case 2 -> Long.toString(2 * number);
        default -> Long.toString(-number);
      };
    } catch (NumberFormatException e) {
      return Telling.value(random);
    }
  }

  private static String replaced(String text, int start, int end, String by) {
    return text.substring(0, start) + by + text.substring(end);
  }
}
