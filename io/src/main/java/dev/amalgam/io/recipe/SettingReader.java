package dev.amalgam.io.recipe;

import static dev.amalgam.core.AmalgamException.quote;

import dev.amalgam.core.recipe.Setting;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads the values of parameters: scalars, gradients, and choices by tensor name. */
final class SettingReader {

  private SettingReader() {}

  static Map<String, Setting> readAll(String what, Yaml parameters) {
    Map<String, Setting> settings = new LinkedHashMap<>();
    parameters.entries(what).forEach((name, value) -> settings.put(name, read(name, value)));
    return settings;
  }

  private static Setting read(String name, Yaml value) {
    return isByName(value) ? byName(name, value.items(name)) : scalarOrGradient(name, value);
  }

  private static boolean isByName(Yaml value) {
    return value.isList() && value.items("").stream().findFirst().filter(Yaml::isMap).isPresent();
  }

  private static Setting scalarOrGradient(String name, Yaml value) {
    if (value.isMap()) {
      throw value.error(
          quote(name)
              + " is a map; write a value, a list of numbers, or a list of choices"
              + " ('- filter: …' and 'value: …')");
    }
    return value.isList() ? gradient(name, value) : scalar(name, value);
  }

  private static Setting.Scalar scalar(String name, Yaml value) {
    String text = value.text(quote(name));
    Optional<Double> number = value.number();
    if (number.isPresent()) {
      return new Setting.Number(number.get());
    }
    return new Setting.Word(value.isPlain() ? flag(text) : text);
  }

  /** Returns a plain word, true and false in the one spelling of the many that YAML 1.1 has. */
  static String flag(String word) {
    // Those of YAML 1.1 because mergekit reads it.
    return switch (word) {
      case "True", "TRUE", "yes", "Yes", "YES", "on", "On", "ON" -> "true";
      case "False", "FALSE", "no", "No", "NO", "off", "Off", "OFF" -> "false";
      default -> word;
    };
  }

  private static Setting gradient(String name, Yaml list) {
    List<Double> values = new ArrayList<>();
    for (Yaml item : list.items(name)) {
      values.add(
          item.number()
              .filter(Double::isFinite)
              .orElseThrow(
                  () -> item.error("a gradient of " + quote(name) + " holds numbers only")));
    }
    if (values.isEmpty()) {
      throw list.error(quote(name) + " is an empty list; write a value, or several numbers");
    }
    return new Setting.Gradient(values);
  }

  private static Setting byName(String name, List<Yaml> items) {
    List<Setting.Case> cases = new ArrayList<>();
    for (Yaml item : items) {
      Map<String, Yaml> entries =
          item.entries("a choice of " + quote(name), List.of("filter", "value"));
      Yaml value = entries.get("value");
      if (value == null) {
        throw item.error("a choice of " + quote(name) + " has no 'value'; add it");
      }
      if (isByName(value)) {
        throw value.error(
            "a choice of " + quote(name) + " holds other choices; write one list of them");
      }
      // mergekit writes "every name" as no filter or as a star.
      Optional<String> filter =
          Optional.ofNullable(entries.get("filter"))
              .map(text -> text.text("filter"))
              .filter(text -> !text.equals("*"));
      cases.add(new Setting.Case(filter, scalarOrGradient(name, value)));
    }
    return new Setting.ByName(cases);
  }
}
