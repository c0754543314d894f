package dev.amalgam.io.job;

import dev.amalgam.core.plan.MergeInputs;
import dev.amalgam.core.recipe.ModelEntry;
import dev.amalgam.core.recipe.Recipe;
import dev.amalgam.core.recipe.RecipeException;
import dev.amalgam.core.tensor.Checkpoint;
import dev.amalgam.io.checkpoint.StoredCheckpoint;
import dev.amalgam.io.lora.ModelPath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The models of a recipe, found on disk and opened; a model that is named twice is opened once. */
final class Models implements AutoCloseable {

  /**
   * A model of a recipe.
   *
   * @param reference what the recipe calls it
   * @param location where it is
   * @param checkpoint its tensors
   */
  record Model(String reference, ModelPath location, StoredCheckpoint checkpoint) {

    /** Returns the folder that holds the model's other files. */
    Path folder() {
      return location.folder();
    }

    /** Returns the folder that holds the model's tokenizer. */
    Path tokenizerFolder() {
      return location.tokenizerFolder();
    }
  }

  private final Path recipeFolder;
  private final Map<List<Path>, Model> byRealPath = new LinkedHashMap<>();

  private Models(Path recipeFolder) {
    this.recipeFolder = recipeFolder;
  }

  /**
   * Opens nothing yet.
   *
   * @param recipeFolder where references are looked up that the current folder does not have
   */
  static Models besides(Path recipeFolder) {
    return new Models(recipeFolder);
  }

  /** Opens the models of a recipe. */
  MergeInputs open(Recipe recipe) {
    Optional<Checkpoint> base = recipe.baseModel().map(reference -> open(reference).checkpoint());
    List<Checkpoint> models = new ArrayList<>();
    for (ModelEntry entry : recipe.models()) {
      models.add(open(entry.model()).checkpoint());
    }
    return new MergeInputs(base, models, recipe.headsModel().map(h -> open(h).checkpoint()));
  }

  private Model open(String reference) {
    List<Path> parts = ModelPath.parts(reference, this::exists).stream().map(this::locate).toList();
    ModelPath location = ModelPath.of(parts);
    return byRealPath.computeIfAbsent(
        parts.stream().map(Models::realPath).toList(),
        real -> new Model(reference, location, location.open()));
  }

  private boolean exists(String reference) {
    try {
      Path path = Path.of(reference);
      return Files.exists(path) || Files.exists(recipeFolder.resolve(path));
    } catch (InvalidPathException e) {
      return false;
    }
  }

  /** Returns the file or folder that a reference names. */
  Path locate(String reference) {
    try {
      Path here = Path.of(reference);
      if (Files.exists(here)) {
        return here;
      }
      Path besideRecipe = recipeFolder.resolve(here);
      if (Files.exists(besideRecipe)) {
        return besideRecipe;
      }
      throw new RecipeException(
          "model "
              + RecipeException.quote(reference)
              + ": no such folder here, nor beside the recipe in "
              + recipeFolder
              + "; models are read from folders on this disk, so download it first (hf download"
              + " <model> --local-dir <folder>)");
    } catch (InvalidPathException e) {
      throw new RecipeException("model " + RecipeException.quote(reference) + ": is no path", e);
    }
  }

  /** Returns the file that a parameter names. */
  Path locateFile(String parameter, String reference) {
    try {
      Path here = Path.of(reference);
      for (Path path : List.of(here, recipeFolder.resolve(here))) {
        if (Files.isRegularFile(path)) {
          return path;
        }
      }
    } catch (InvalidPathException e) {
      // Falls through to what a path without a file gets.
    }
    throw new RecipeException(
        "%s %s: there is no such file here, nor beside the recipe in %s"
            .formatted(parameter, RecipeException.quote(reference), recipeFolder));
  }

  private static Path realPath(Path path) {
    try {
      return path.toRealPath();
    } catch (IOException e) {
      throw new RecipeException(path + ": cannot be read: " + e.getMessage(), e);
    }
  }

  /** Returns the opened models, each once, in the recipe's order with the base first. */
  List<Model> all() {
    return List.copyOf(byRealPath.values());
  }

  /** Returns the model of an opened checkpoint. */
  Model of(Checkpoint checkpoint) {
    return byRealPath.values().stream()
        .filter(model -> model.checkpoint() == checkpoint)
        .findFirst()
        .orElseThrow();
  }

  @Override
  public void close() {
    byRealPath.values().forEach(model -> model.checkpoint().close());
  }
}
