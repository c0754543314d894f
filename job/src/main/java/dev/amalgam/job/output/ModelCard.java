package dev.amalgam.job.output;

import dev.amalgam.core.recipe.Recipe;
import dev.amalgam.io.json.YamlString;
import dev.amalgam.io.model.HubId;
import dev.amalgam.io.recipe.RecipeFile;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Writes the {@code README.md} that says what a merged model was made of. */
public final class ModelCard {

  /** The file's name in the output folder. */
  public static final String FILE = "README.md";

  private ModelCard() {}

  static String of(RecipeFile file, long seed, String version) {
    Recipe last = file.recipe();
    Optional<String> base = last.baseModel().filter(model -> !isStage(file, model));
    Set<String> listed = new LinkedHashSet<>();
    for (RecipeFile.Stage stage : file.stages()) {
      stage.recipe().baseModel().ifPresent(listed::add);
      stage.recipe().listed().forEach(entry -> listed.add(entry.model()));
    }
    last.listed().forEach(entry -> listed.add(entry.model()));
    listed.removeIf(model -> isStage(file, model));
    Set<String> models = new LinkedHashSet<>();
    base.ifPresent(models::add);
    models.addAll(listed);
    StringBuilder card = new StringBuilder("---\n");
    List<String> ids =
        models.stream().flatMap(model -> HubId.in(model).stream()).distinct().toList();
    if (!ids.isEmpty()) {
      card.append("base_model:\n");
      ids.forEach(id -> card.append("- ").append(YamlString.quoted(id)).append('\n'));
      card.append("base_model_relation: merge\n");
    }
    card.append("library_name: transformers\ntags:\n- amalgam\n- merge\n---\n# Merged model\n\n");
    card.append("Merged by Amalgam ").append(version).append(" with the method `");
    card.append(last.mergeMethod()).append("` and seed ").append(seed);
    if (!file.stages().isEmpty()) {
      card.append(", from the results of other merges");
    }
    card.append(".\n\n");
    base.ifPresent(model -> card.append("Base model: ").append(code(model)).append("\n\n"));
    // A base that the recipe lists is merged like any other model only where there is no base.
    Set<String> experts = new LinkedHashSet<>(listed);
    boolean apart = base.isPresent() && experts.size() > 1 && experts.remove(base.get());
    card.append(base.isPresent() && (apart || !listed.contains(base.get())) ? "Experts" : "Models");
    card.append(":\n\n");
    experts.forEach(model -> card.append("* ").append(code(model)).append('\n'));
    String recipeText = file.text();
    String fence = fence(recipeText);
    card.append("\nThe recipe:\n\n").append(fence).append("yaml\n").append(recipeText);
    card.append(recipeText.endsWith("\n") ? "" : "\n").append(fence);
    card.append("\n\n`").append(Provenance.FILE);
    card.append("` holds the SHA-256 of the files that went in and came out.\n");
    return card.toString();
  }

  private static boolean isStage(RecipeFile file, String model) {
    return file.stages().stream().anyMatch(stage -> stage.name().equals(model));
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
