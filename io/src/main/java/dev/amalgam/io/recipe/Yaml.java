package dev.amalgam.io.recipe;

import static dev.amalgam.core.AmalgamException.quote;

import dev.amalgam.core.NearestWord;
import dev.amalgam.core.recipe.RecipeException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.composer.Composer;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
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

  private final String file;
  private final Node node;

  private Yaml(String file, Node node) {
    this.file = file;
    this.node = node;
  }

  /**
   * Returns the single document of a YAML text.
   *
   * @param file what errors call the text
   */
  static Yaml parse(String file, String text) {
    try {
      LoadSettings settings = LoadSettings.builder().setLabel(file).build();
      Iterator<Node> documents =
          new Composer(settings, new ParserImpl(settings, new StreamReader(settings, text)));
      if (!documents.hasNext()) {
        throw new RecipeException(
            file + ": is empty; a recipe needs at least merge_method and models");
      }
      Yaml first = new Yaml(file, documents.next());
      if (documents.hasNext()) {
        throw new Yaml(file, documents.next())
            .error(
                "is a second document; a recipe is one document (merge in several runs instead)");
      }
      return first;
    } catch (MarkedYamlEngineException e) {
      String place =
          e.getProblemMark()
              .map(m -> ":" + (m.getLine() + 1) + ":" + (m.getColumn() + 1))
              .orElse("");
      throw new RecipeException(file + place + ": is not YAML: " + oneLine(e.getProblem()), e);
    } catch (YamlEngineException e) {
      throw new RecipeException(file + ": is not YAML: " + oneLine(e.getMessage()), e);
    } catch (StackOverflowError e) {
      throw new RecipeException(file + ": is nested too deeply", e);
    }
  }

  private static String oneLine(String text) {
    return String.valueOf(text).replaceAll("\\s+", " ");
  }

  /** Returns an error at this node. */
  RecipeException error(String problem) {
    String place =
        node.getStartMark()
            .map(mark -> ":" + (mark.getLine() + 1) + ":" + (mark.getColumn() + 1))
            .orElse("");
    return new RecipeException(file + place + ": " + problem);
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
    if (!(node instanceof MappingNode mapping)) {
      throw error(what + " must be a map of keys to values");
    }
    Map<String, Yaml> entries = new LinkedHashMap<>();
    List<String> seen = new ArrayList<>();
    for (NodeTuple tuple : mapping.getValue()) {
      Yaml key = new Yaml(file, tuple.getKeyNode());
      String name = key.text("a key of " + what);
      if (seen.contains(name)) {
        throw key.error("key " + quote(name) + " stands twice in " + what);
      }
      seen.add(name);
      Yaml value = new Yaml(file, tuple.getValueNode());
      if (!value.isNull()) {
        entries.put(name, value);
      }
    }
    return entries;
  }

  /** Returns the entries of a map that may have only the {@code known} keys. */
  Map<String, Yaml> entries(String what, Collection<String> known) {
    Map<String, Yaml> entries = entries(what);
    entries.forEach(
        (name, value) -> {
          if (!known.contains(name)) {
            throw value.error(
                "key "
                    + quote(name)
                    + " is not known in "
                    + what
                    + "; "
                    + NearestWord.advice(name, known));
          }
        });
    return entries;
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
          text.matches("[-+]?(\\d+\\.?\\d*|\\.\\d+)([eE][-+]?\\d+)?")
              ? Optional.of(Double.valueOf(text))
              : Optional.empty();
    };
  }
}
