package dev.amalgam.job.model;

import dev.amalgam.core.NearestWord;
import dev.amalgam.core.name.RenamedCheckpoint;
import dev.amalgam.core.name.Renaming;
import dev.amalgam.core.plan.MatchedNames;
import dev.amalgam.core.plan.MergeInputs;
import dev.amalgam.core.recipe.ModelEntry;
import dev.amalgam.core.recipe.Recipe;
import dev.amalgam.core.recipe.RecipeException;
import dev.amalgam.core.tensor.Checkpoint;
import dev.amalgam.io.checkpoint.StoredCheckpoint;
import dev.amalgam.io.config.ConfigFile;
import dev.amalgam.io.model.ModelPath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The models of a recipe, found on disk and opened; a model that is named twice is opened once. */
public final class Models implements AutoCloseable {

  /**
   * A model of a recipe.
   *
   * @param reference what the recipe calls it
   * @param location where it is
   * @param checkpoint its tensors
   */
  public record Model(String reference, ModelPath location, StoredCheckpoint checkpoint) {

    /** Returns the folder that holds the model's other files. */
    public Path folder() {
      return location.folder();
    }

    /** Returns the folder that holds the model's tokenizer. */
    public Path tokenizerFolder() {
      return location.tokenizerFolder();
    }

    /** Returns the model's config, if it has one. */
    public Optional<ConfigFile> config() {
      return location.findConfig();
    }
  }

  /** The result of a stage. */
  private record Staged(Checkpoint checkpoint, ModelFiles files) {}

  // As a shell would write it out; recipes are read by none.
  private static final Pattern HOME = Pattern.compile("^~(?=/|$)");

  private final Optional<Path> recipeFolder;
  private final Map<List<Path>, Model> byRealPath = new LinkedHashMap<>();
  private final Map<String, Staged> stages = new LinkedHashMap<>();
  private final Map<Checkpoint, Checkpoint> views = new IdentityHashMap<>();
  private final Set<Renaming> renamings = new LinkedHashSet<>();
  private final TokenTables tables = new TokenTables();

  private Models(Optional<Path> recipeFolder) {
    this.recipeFolder = recipeFolder;
  }

  /**
   * Opens nothing yet.
   *
   * @param recipe the recipe's file, beside which references are looked up that the current folder
   *     does not have
   */
  public static Models besides(Optional<Path> recipe) {
    return new Models(recipe.map(file -> file.toAbsolutePath().getParent()));
  }

  /**
   * Opens the models of a recipe, all by the names of the tensors of one.
   *
   * @throws dev.amalgam.core.tensor.CheckpointException if a model cannot be read, or its names
   *     differ and the recipe does not allow for it
   */
  public MergeInputs open(Recipe recipe) {
    Optional<Checkpoint> base = recipe.baseModel().map(this::checkpoint);
    List<Checkpoint> models = new ArrayList<>();
    for (ModelEntry entry : recipe.listed()) {
      models.add(checkpoint(entry.model()));
    }
    MatchedNames matched =
        MatchedNames.of(
            recipe, new MergeInputs(base, models, recipe.headsModel().map(this::checkpoint)));
    for (RenamedCheckpoint view : matched.views()) {
      addView(view, view.stored());
      renamings.add(view.renaming());
    }
    return matched.inputs();
  }

  /** Adds the result of a stage, which from now on its name refers to. */
  public void add(String name, Checkpoint result, ModelFiles files) {
    stages.put(name, new Staged(result, files));
  }

  /** Adds a view of a model, which has the same files. */
  public void addView(Checkpoint view, Checkpoint model) {
    views.put(view, itself(model));
  }

  /** Returns how models are called whose tensors have other names than a recipe's first one's. */
  public List<Renaming> renamings() {
    return List.copyOf(renamings);
  }

  /** Returns the model of a view, or of a view of a view; what is none is returned itself. */
  public Checkpoint itself(Checkpoint checkpoint) {
    Checkpoint found = checkpoint;
    while (views.containsKey(found)) {
      found = views.get(found);
    }
    return found;
  }

  /** Returns whether a checkpoint is the result of a stage, or a view of one. */
  public boolean isStage(Checkpoint checkpoint) {
    Checkpoint itself = itself(checkpoint);
    return stages.values().stream().anyMatch(staged -> staged.checkpoint() == itself);
  }

  /** Returns the tokenizer in a folder that is no model. */
  public ModelTokenizer tokenizer(String reference, Path folder) {
    return new ModelTokenizer(reference, folder, tables);
  }

  /** Returns the model that a reference names, if it has been opened. */
  public Optional<Checkpoint> opened(String reference) {
    Staged staged = stages.get(reference);
    if (staged != null) {
      return Optional.of(staged.checkpoint());
    }
    List<Path> parts = ModelPath.parts(reference, this::exists).stream().map(this::locate).toList();
    return Optional.ofNullable(byRealPath.get(parts.stream().map(Models::realPath).toList()))
        .map(Model::checkpoint);
  }

  private Checkpoint checkpoint(String reference) {
    Staged staged = stages.get(reference);
    return staged == null ? open(reference).checkpoint() : staged.checkpoint();
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
      return places(reference).stream().anyMatch(Files::exists);
    } catch (InvalidPathException e) {
      return false;
    }
  }

  /** Returns the file or folder that a reference names. */
  public Path locate(String reference) {
    try {
      for (Path path : places(reference)) {
        if (Files.exists(path)) {
          return path;
        }
      }
      throw new RecipeException(
          "model "
              + RecipeException.quote(reference)
              + ": no such folder here"
              + besideRecipe()
              + "; "
              + cure(reference));
    } catch (InvalidPathException e) {
      throw new RecipeException("model " + RecipeException.quote(reference) + ": is no path", e);
    }
  }

  /** Returns the file that a parameter names. */
  public Path locateFile(String parameter, String reference) {
    try {
      for (Path path : places(reference)) {
        if (Files.isRegularFile(path)) {
          return path;
        }
      }
    } catch (InvalidPathException e) {
      // Falls through to what a path without a file gets.
    }
    throw new RecipeException(
        "%s %s: there is no such file here%s"
            .formatted(parameter, RecipeException.quote(reference), besideRecipe()));
  }

  /** Returns where a reference may lead, the first place first. */
  private List<Path> places(String reference) {
    Path here = Path.of(HOME.matcher(reference).replaceFirst(home()));
    return recipeFolder.map(folder -> List.of(here, folder.resolve(here))).orElse(List.of(here));
  }

  private static String home() {
    return Matcher.quoteReplacement(System.getProperty("user.home"));
  }

  private String besideRecipe() {
    return recipeFolder.map(folder -> ", nor beside the recipe in " + folder).orElse("");
  }

  private String cure(String reference) {
    return NearestWord.nearest(reference, stages.keySet())
        .map(stage -> "did you mean '" + stage + "', the result of another document?")
        .orElse(
            "models are read from folders on this disk, so download it first (hf download <model>"
                + " --local-dir <folder>)");
  }

  private static Path realPath(Path path) {
    try {
      return path.toRealPath();
    } catch (IOException e) {
      throw new RecipeException(path + ": cannot be read: " + e.getMessage(), e);
    }
  }

  /** Returns the opened models, each once, in the recipe's order with the base first. */
  public List<Model> all() {
    return List.copyOf(byRealPath.values());
  }

  /** Returns the model of an opened checkpoint. */
  public Model of(Checkpoint checkpoint) {
    Checkpoint itself = itself(checkpoint);
    return byRealPath.values().stream()
        .filter(model -> model.checkpoint() == itself)
        .findFirst()
        .orElseThrow(
            () ->
                new RecipeException(
                    checkpoint.name()
                        + " is no model on disk, which this needs; merge it in a run of its own"));
  }

  /** Returns where the model of a checkpoint has what is no tensor. */
  public ModelFiles files(Checkpoint checkpoint) {
    Checkpoint itself = itself(checkpoint);
    return stages.values().stream()
        .filter(staged -> staged.checkpoint() == itself)
        .map(Staged::files)
        .findFirst()
        .orElseGet(() -> files(of(itself)));
  }

  private ModelFiles files(Model model) {
    return new ModelFiles(
        model.reference(),
        model.folder(),
        model.config(),
        Map.of(),
        new ModelTokenizer(model.reference(), model.tokenizerFolder(), tables));
  }

  /** Returns the configs of all models that have one, the results of stages and views included. */
  public Map<Checkpoint, ConfigFile> configs() {
    Map<Checkpoint, ConfigFile> configs = new IdentityHashMap<>();
    for (Model model : byRealPath.values()) {
      model.config().ifPresent(config -> configs.put(model.checkpoint(), config));
    }
    for (Staged staged : stages.values()) {
      staged.files().config().ifPresent(config -> configs.put(staged.checkpoint(), config));
    }
    for (Checkpoint view : views.keySet()) {
      Optional.ofNullable(configs.get(itself(view))).ifPresent(c -> configs.put(view, c));
    }
    return configs;
  }

  @Override
  public void close() {
    views.keySet().forEach(Checkpoint::close);
    stages.values().forEach(staged -> staged.checkpoint().close());
    byRealPath.values().forEach(model -> model.checkpoint().close());
  }
}
