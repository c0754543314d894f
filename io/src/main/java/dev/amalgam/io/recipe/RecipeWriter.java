package dev.amalgam.io.recipe;

import dev.amalgam.core.recipe.ModelEntry;
import dev.amalgam.core.recipe.Recipe;
import dev.amalgam.core.recipe.RecipeException;
import dev.amalgam.core.recipe.Setting;
import dev.amalgam.core.recipe.Slice;
import dev.amalgam.core.tensor.DType;
import dev.amalgam.io.json.YamlString;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Writes a recipe as YAML: equal recipes give the same text, parameters in the order of names. */
final class RecipeWriter {

  private final StringBuilder out = new StringBuilder();

  private RecipeWriter() {}

  /** Returns the text, of which {@link RecipeReader} makes the same recipe. */
  static String write(Recipe recipe) {
    RecipeWriter writer = new RecipeWriter();
    writer.document(recipe);
    return writer.out.toString();
  }

  private void document(Recipe recipe) {
    key("merge_method", Optional.of(recipe.mergeMethod()));
    key("base_model", recipe.baseModel());
    if (!recipe.models().isEmpty()) {
      out.append("models:\n");
      recipe.models().forEach(entry -> model("", entry, Optional.empty()));
    }
    if (!recipe.slices().isEmpty()) {
      out.append("slices:\n");
      recipe.slices().forEach(this::slice);
    }
    parameters("", recipe.parameters());
    key("dtype", recipe.dtype().map(RecipeWriter::name));
    key("out_dtype", recipe.outDtype().map(RecipeWriter::name));
    recipe.tokenizer().map(TokenizerWriter::write).ifPresent(out::append);
    if (recipe.randomMasks() == Recipe.RandomMasks.MERGEKIT) {
      key("random_compatibility", Optional.of("mergekit"));
    }
    if (recipe.missing() != Recipe.Missing.ERROR) {
      key("missing", Optional.of(recipe.missing().name().toLowerCase(Locale.ROOT)));
    }
    if (recipe.nonFinite() != Recipe.NonFinite.ERROR) {
      key("non_finite", Optional.of(recipe.nonFinite().name().toLowerCase(Locale.ROOT)));
    }
    if (recipe.names() != Recipe.Names.MATCH) {
      key("names", Optional.of(recipe.names().name().toLowerCase(Locale.ROOT)));
    }
    key("heads", recipe.heads());
  }

  // A type that no recipe may name gets a name that no reader knows.
  private static String name(DType type) {
    return type.isArithmetic() ? type.torchName() : type.name();
  }

  private void key(String key, Optional<String> value) {
    value.ifPresent(text -> out.append(key).append(": ").append(YamlString.of(text)).append('\n'));
  }

  private void slice(Slice slice) {
    out.append("- sources:\n");
    for (Slice.Source source : slice.sources()) {
      model(
          "  ",
          source.entry(),
          Optional.of("layer_range: [%d, %d]".formatted(source.from(), source.to())));
    }
    parameters("  ", slice.parameters());
  }

  private void model(String indent, ModelEntry entry, Optional<String> line) {
    out.append(indent).append("- model: ").append(YamlString.of(entry.model())).append('\n');
    line.ifPresent(text -> out.append(indent).append("  ").append(text).append('\n'));
    parameters(indent + "  ", entry.parameters());
  }

  private void parameters(String indent, Map<String, Setting> parameters) {
    if (parameters.isEmpty()) {
      return;
    }
    out.append(indent).append("parameters:\n");
    new TreeMap<>(parameters)
        .forEach(
            (name, setting) -> {
              out.append(indent).append("  ").append(YamlString.of(name)).append(':');
              setting(indent + "  ", setting);
            });
  }

  private void setting(String indent, Setting setting) {
    if (!(setting instanceof Setting.ByName(List<Setting.Case> cases))) {
      out.append(' ').append(value(setting)).append('\n');
      return;
    }
    out.append('\n');
    for (Setting.Case choice : cases) {
      String value = "value: " + value(choice.value());
      out.append(indent)
          .append("- ")
          .append(
              choice
                  .filter()
                  .map(filter -> "filter: " + YamlString.of(filter) + "\n" + indent + "  " + value)
                  .orElse(value))
          .append('\n');
    }
  }

  private static String value(Setting setting) {
    return switch (setting) {
      case Setting.Number(double number) -> number(number);
      // A word of these two means the same without quotes.
      case Setting.Word(String word) ->
          word.equals("true") || word.equals("false") ? word : YamlString.of(word);
      case Setting.Gradient(List<Double> values) ->
          values.stream().map(RecipeWriter::number).collect(Collectors.joining(", ", "[", "]"));
      case Setting.ByName _ ->
          throw new RecipeException(
              "a choice by tensor name holds other choices; write one list of them");
    };
  }

  private static String number(double number) {
    if (Double.isInfinite(number)) {
      return number > 0 ? ".inf" : "-.inf";
    }
    String text = Double.toString(number);
    return text.endsWith(".0") ? text.substring(0, text.length() - 2) : text;
  }
}
