package dev.amalgam.io.recipe;

import static dev.amalgam.core.AmalgamException.quote;

import dev.amalgam.core.NearestWord;
import dev.amalgam.core.recipe.RecipeException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.composer.Composer;
import org.snakeyaml.engine.v2.events.CollectionEndEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.ReaderException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.parser.ParserImpl;
import org.snakeyaml.engine.v2.scanner.StreamReader;

/** A YAML node that knows its place, so that errors name file, line and column. */
final class Yaml {

  private static final int MOST_LEVELS = 50;

  // YAML 1.1's key for "and the entries of these maps", which PyYAML, and so mergekit, knows.
  private static final String MERGE = "<<";

  // Possessive, so that a long run of digits is read once.
  private static final Pattern NUMBER =
      Pattern.compile("[-+]?(\\d++(\\.\\d*+)?|\\.\\d++)([eE][-+]?\\d++)?");

  private record Entry(Yaml key, Yaml value) {}

  private final String file;
  private final Node node;

  private Yaml(String file, Node node) {
    this.file = file;
    this.node = node;
  }

  /**
   * Returns the documents of a YAML text, at least one.
   *
   * @param file what errors call the text
   */
  static List<Yaml> parse(String file, String text) {
    try {
      LoadSettings settings = LoadSettings.builder().setLabel(file).build();
      checkDepth(file, parser(settings, text));
      Iterator<Node> documents = new Composer(settings, parser(settings, text));
      if (!documents.hasNext()) {
        throw new RecipeException(
            file + ": is empty; a recipe needs at least merge_method and models");
      }
      List<Yaml> all = new ArrayList<>();
      documents.forEachRemaining(document -> all.add(new Yaml(file, document)));
      // A separator at the end begins a document of nothing.
      if (all.size() > 1 && all.getLast().isNull()) {
        all.removeLast();
      }
      return all;
    } catch (MarkedYamlEngineException e) {
      throw new RecipeException(
          file + place(e.getProblemMark()) + ": is not YAML: " + oneLine(e.getProblem()), e);
    } catch (ReaderException e) {
      throw new RecipeException(
          "%s%s: is not YAML: it has the control character U+%04X; remove it"
              .formatted(file, place(text, e.getPosition()), e.getCodePoint()),
          e);
    } catch (YamlEngineException e) {
      throw new RecipeException(file + ": is not YAML: " + oneLine(e.getMessage()), e);
    }
  }

  private static ParserImpl parser(LoadSettings settings, String text) {
    return new ParserImpl(settings, new StreamReader(settings, text));
  }

  // Before the composer, which calls itself for each level, runs out of stack.
  private static void checkDepth(String file, Iterator<Event> events) {
    int depth = 0;
    while (events.hasNext()) {
      Event event = events.next();
      depth += event instanceof CollectionStartEvent ? 1 : 0;
      depth -= event instanceof CollectionEndEvent ? 1 : 0;
      if (depth > MOST_LEVELS) {
        throw new RecipeException(
            file
                + place(event.getStartMark())
                + ": is nested deeper than "
                + MOST_LEVELS
                + " levels, which no recipe is");
      }
    }
  }

  private static String place(Optional<Mark> mark) {
    return mark.map(m -> ":" + (m.getLine() + 1) + ":" + (m.getColumn() + 1)).orElse("");
  }

  private static String place(String text, int codePoints) {
    String before = text.substring(0, text.offsetByCodePoints(0, codePoints));
    int line = (int) before.chars().filter(c -> c == '\n').count();
    return ":" + (line + 1) + ":" + (before.length() - before.lastIndexOf('\n'));
  }

  private static String oneLine(String text) {
    // The end of the text is a NUL to the library, which names it.
    return String.valueOf(text).replaceAll("[\\s\\p{Cc}]+", " ");
  }

  /** Returns an error at this node. */
  RecipeException error(String problem) {
    return new RecipeException(file + place(node.getStartMark()) + ": " + problem);
  }

  boolean isList() {
    return node instanceof SequenceNode;
  }

  boolean isMap() {
    return node instanceof MappingNode;
  }

  /** Returns whether this is nothing: an empty value, {@code null} or {@code ~}. */
  boolean isNull() {
    return node instanceof ScalarNode scalar
        && scalar.isPlain()
        && List.of("", "null", "Null", "NULL", "~").contains(scalar.getValue());
  }

  /** Returns the text of a scalar. */
  String text(String what) {
    if (node instanceof ScalarNode scalar && !isNull()) {
      return scalar.getValue();
    }
    throw error(what + " must be a single value");
  }

  /** Returns whether this scalar stands without quotes. */
  boolean isPlain() {
    return node instanceof ScalarNode scalar && scalar.isPlain();
  }

  /** Returns the items of a list. */
  List<Yaml> items(String what) {
    if (node instanceof SequenceNode sequence) {
      return sequence.getValue().stream().map(item -> new Yaml(file, item)).toList();
    }
    throw error(what + " must be a list");
  }

  /** Returns the entries of a map; a null value counts as an absent key. */
  Map<String, Yaml> entries(String what) {
    Map<String, Yaml> entries = new LinkedHashMap<>();
    allEntries(what)
        .forEach(
            (name, entry) -> {
              if (!entry.value().isNull()) {
                entries.put(name, entry.value());
              }
            });
    return entries;
  }

  /** Returns the entries of a map that may have only the {@code known} keys. */
  Map<String, Yaml> entries(String what, Collection<String> known) {
    keys(what)
        .forEach(
            (name, key) -> {
              if (!known.contains(name)) {
                throw key.error(
                    "key "
                        + quote(name)
                        + " is not known in "
                        + what
                        + "; "
                        + NearestWord.advice(name, known));
              }
            });
    return entries(what);
  }

  /** Returns the keys of a map, those of null values too, as nodes that know their place. */
  Map<String, Yaml> keys(String what) {
    Map<String, Yaml> keys = new LinkedHashMap<>();
    allEntries(what).forEach((name, entry) -> keys.put(name, entry.key()));
    return keys;
  }

  private Map<String, Entry> allEntries(String what) {
    Map<String, Entry> entries = new LinkedHashMap<>();
    collect(what, entries, new HashSet<>());
    return entries;
  }

  /**
   * Adds the entries of this map and then of those that it merges ({@code <<}), unless their keys
   * are there already. Seeing a map twice adds nothing, so each is visited once, be it merged by
   * many or by itself.
   */
  private void collect(String what, Map<String, Entry> entries, Set<Node> visited) {
    if (!(node instanceof MappingNode mapping)) {
      throw error(what + " must be a map of keys to values");
    }
    if (!visited.add(node)) {
      return;
    }
    Set<String> own = new HashSet<>();
    List<Yaml> merged = new ArrayList<>();
    for (NodeTuple tuple : mapping.getValue()) {
      Yaml key = new Yaml(file, tuple.getKeyNode());
      Yaml value = new Yaml(file, tuple.getValueNode());
      String name = key.text("a key of " + what);
      if (name.equals(MERGE) && key.isPlain()) {
        merged.addAll(value.isList() ? value.items(MERGE) : List.of(value));
        continue;
      }
      if (!own.add(name)) {
        throw key.error("key " + quote(name) + " stands twice in " + what + "; remove one");
      }
      entries.putIfAbsent(name, new Entry(key, value));
    }
    merged.forEach(map -> map.collect("what << merges", entries, visited));
  }

  /** Returns the number that a plain scalar writes, if it does. */
  Optional<Double> number() {
    if (!(node instanceof ScalarNode scalar) || !scalar.isPlain()) {
      return Optional.empty();
    }
    String text = scalar.getValue();
    return switch (text) {
      case ".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF" ->
          Optional.of(Double.POSITIVE_INFINITY);
      case "-.inf", "-.Inf", "-.INF" -> Optional.of(Double.NEGATIVE_INFINITY);
      default ->
          NUMBER.matcher(text).matches() ? Optional.of(Double.valueOf(text)) : Optional.empty();
    };
  }
}
