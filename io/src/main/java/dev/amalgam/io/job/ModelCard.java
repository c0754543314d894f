package dev.amalgam.io.job;

import dev.amalgam.core.recipe.ModelEntry;
import dev.amalgam.core.recipe.Recipe;
import dev.amalgam.io.json.JsonString;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** Writes the {@code README.md} that says what a merged model was made of. */
final class ModelCard {

  /** The file's name in the output folder. */
  static final String FILE = "README.md";

  private ModelCard() {}

  static String of(Recipe recipe, String recipeText, long seed, String version) {
    Set<String> models = new LinkedHashSet<>();
    recipe.baseModel().ifPresent(models::add);
    recipe.listed().stream().map(ModelEntry::model).forEach(models::add);
    StringBuilder card = new StringBuilder("---\nbase_model:\n");
    models.forEach(model -> card.append("- ").append(yaml(model)).append('\n'));
    card.append("library_name: transformers\ntags:\n- amalgam\n- merge\n---\n# Merged model\n\n");
    card.append("Merged by Amalgam ").append(version).append(" with the method `");
    card.append(recipe.mergeMethod()).append("` and seed ").append(seed).append(".\n\n");
    recipe
        .baseModel()
        .ifPresent(base -> card.append("Base model: ").append(code(base)).append("\n\n"));
    card.append("Models:\n\n");
    List<String> listed = recipe.listed().stream().map(ModelEntry::model).distinct().toList();
    listed.forEach(model -> card.append("* ").append(code(model)).append('\n'));
    String fence = fence(recipeText);
    card.append("\nThe recipe:\n\n").append(fence).append("yaml\n").append(recipeText);
    card.append(recipeText.endsWith("\n") ? "" : "\n").append(fence);
    card.append("\n\n`").append(Provenance.FILE);
    card.append("` holds the SHA-256 of the files that went in and came out.\n");
    return card.toString();
  }

  // A JSON string is a YAML string, but for line ends and control characters that JSON lets pass.
  private static String yaml(String text) {
    StringBuilder json = new StringBuilder();
    JsonString.append(json, text);
    return Pattern.compile("[\\x7f-\\x9f\\u2028\\u2029\\ufeff]")
        .matcher(json)
        .replaceAll(found -> "\\\\u%04x".formatted((int) found.group().charAt(0)));
  }

  private static String code(String text) {
    return "`" + text.replaceAll("[`\\p{Cc}\\u2028\\u2029]", "?") + "`";
  }

  // Longer than any run of backticks in the text, so that the text cannot end the block.
  private static String fence(String text) {
    String fence = "```";
    while (text.contains(fence)) {
      fence += "`";
    }
    return fence;
  }
}
