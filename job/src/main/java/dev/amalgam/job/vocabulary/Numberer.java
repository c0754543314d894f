package dev.amalgam.job.vocabulary;

import static dev.amalgam.core.AmalgamException.quote;

import dev.amalgam.core.model.TokenTensors;
import dev.amalgam.core.plan.MergeInputs;
import dev.amalgam.core.recipe.Recipe;
import dev.amalgam.core.recipe.RecipeException;
import dev.amalgam.core.recipe.TokenizerSettings;
import dev.amalgam.core.recipe.TokenizerSettings.Source;
import dev.amalgam.core.tensor.Checkpoint;
import dev.amalgam.core.tensor.CheckpointException;
import dev.amalgam.core.tensor.Shape;
import dev.amalgam.core.tensor.TensorInfo;
import dev.amalgam.core.vocabulary.RearrangedCheckpoint;
import dev.amalgam.core.vocabulary.TokenRows;
import dev.amalgam.io.file.RegularFile;
import dev.amalgam.io.model.CompanionFiles;
import dev.amalgam.io.tokenizer.TokenTable;
import dev.amalgam.io.tokenizer.TokenUnion;
import dev.amalgam.job.model.InputFile;
import dev.amalgam.job.model.ModelFiles;
import dev.amalgam.job.model.ModelTokenizer;
import dev.amalgam.job.model.Models;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Works out a {@link TokenNumbering}. */
final class Numberer {

  private static final int MOST_ROWS = 1 << 25;
  private static final int MOST_UNUSED_ROWS = 1024;

  private final TokenizerSettings settings;
  private final Models models;
  private final MergeInputs inputs;
  private final List<Checkpoint> checkpoints = new ArrayList<>();
  private final List<ModelTokenizer> tokenizers = new ArrayList<>();
  private final List<String> warnings = new ArrayList<>();
  private final boolean union;

  Numberer(Recipe recipe, TokenizerSettings settings, Models models, MergeInputs inputs) {
    this.settings = settings;
    this.models = models;
    this.inputs = inputs;
    this.union = settings.source() instanceof Source.Union;
    // The base, or else the first model, is the first.
    checkpoints.addAll(inputs.distinct());
    inputs.heads().filter(heads -> !checkpoints.contains(heads)).ifPresent(checkpoints::add);
    for (Checkpoint checkpoint : checkpoints) {
      tokenizers.add(tokenizer(checkpoint));
    }
  }

  private ModelTokenizer tokenizer(Checkpoint checkpoint) {
    ModelFiles files = models.files(checkpoint);
    if (files.tokenizer().hasTable()) {
      return files.tokenizer();
    }
    if (union || tokenizers.isEmpty()) {
      throw new RecipeException(
          "%s has no %s, which says what token each row of its embeddings stands for; copy it there from the model that this one was made of, or remove 'tokenizer' and 'tokenizer_source' to merge rows by number"
              .formatted(quote(checkpoint.name()), CompanionFiles.TOKENIZER));
    }
    warnings.add(
        "%s has no %s; its tokens are taken to be those of %s"
            .formatted(
                quote(checkpoint.name()),
                CompanionFiles.TOKENIZER,
                quote(checkpoints.getFirst().name())));
    return tokenizers.getFirst();
  }

  TokenNumbering number() {
    ModelTokenizer source = source();
    if (settings.tokens().isEmpty()
        && settings.padToMultipleOf().isEmpty()
        && haveTheTokensOf(source)
        && haveTheSameShapes()) {
      return new TokenNumbering(
          inputs, Optional.of(source), List.of(), warnings, Optional.empty(), Map.of());
    }
    List<NumberedModel> numbered = new ArrayList<>();
    for (int i = 0; i < checkpoints.size(); i++) {
      numbered.add(numbered(checkpoints.get(i), tokenizers.get(i)));
    }
    TokenTable tokens = union ? union(numbered) : source.table();
    tokens = tokens.with(List.copyOf(settings.tokens().keySet()));
    int owner = tokenizers.indexOf(source);
    checkGaps(tokens, numbered);
    int rows = rows(tokens, owner < 0 ? 0 : numbered.get(owner).tensors().rows());
    ModelTokenizer extended = source.with(tokens);
    extended.check();
    return arranged(extended, numbered, owner, tokens, rows);
  }

  private ModelTokenizer source() {
    if (!(settings.source() instanceof Source.Folder(String reference))) {
      return tokenizers.getFirst();
    }
    Optional<Checkpoint> model = find(reference);
    if (model.isPresent()) {
      int index = checkpoints.indexOf(model.get());
      if (models.files(model.get()).tokenizer().hasTable()) {
        return index >= 0 ? tokenizers.get(index) : models.files(model.get()).tokenizer();
      }
    }
    Path folder =
        model.map(m -> models.files(m).folder()).orElseGet(() -> models.locate(reference));
    if (!RegularFile.isThere(folder.resolve(CompanionFiles.TOKENIZER))) {
      throw new RecipeException(
          "tokenizer source %s has no %s, which says what tokens there are; name a folder that has one"
              .formatted(quote(reference), CompanionFiles.TOKENIZER));
    }
    return models.tokenizer(reference, folder);
  }

  private Optional<Checkpoint> find(String reference) {
    return models
        .opened(reference)
        .map(
            model ->
                checkpoints.stream()
                    .filter(checkpoint -> models.itself(checkpoint) == model)
                    .findFirst()
                    .orElse(model));
  }

  private boolean haveTheTokensOf(ModelTokenizer source) {
    TokenTable table = source.table();
    for (ModelTokenizer other : tokenizers) {
      if (other.table() != table && !other.table().hasTheIdsOf(table)) {
        return false;
      }
    }
    return true;
  }

  // Models of one tokenizer may have more or fewer rows than it has tokens.
  private boolean haveTheSameShapes() {
    Map<String, Shape> shapes = new HashMap<>();
    for (Checkpoint checkpoint : checkpoints) {
      for (TensorInfo tensor : checkpoint.tensors()) {
        Shape known = shapes.putIfAbsent(tensor.name(), tensor.shape());
        if (known != null && !known.equals(tensor.shape())) {
          return false;
        }
      }
    }
    return true;
  }

  private NumberedModel numbered(Checkpoint checkpoint, ModelTokenizer tokenizer) {
    ModelFiles files = models.files(checkpoint);
    Optional<String> type = files.config().flatMap(config -> config.string("model_type"));
    TokenTensors tensors =
        TokenTensors.find(checkpoint, type)
            .orElseThrow(
                () ->
                    new CheckpointException(
                        "%s: no tensor has a name that is known to be an input embedding's, so its rows cannot be arranged by tokens; merge models of one tokenizer, without 'tokenizer' and 'tokenizer_source'"
                            .formatted(quote(checkpoint.name()))));
    return new NumberedModel(files.reference(), checkpoint, tensors, tokenizer.table());
  }

  private static TokenTable union(List<NumberedModel> numbered) {
    List<TokenUnion.Member> others = new ArrayList<>();
    for (NumberedModel model : numbered.subList(1, numbered.size())) {
      others.add(new TokenUnion.Member(model.tokens(), model.tensors().rows()));
    }
    return TokenUnion.of(numbered.getFirst().tokens(), others);
  }

  // Ids may be anything, and each up to the largest would get a row in the output.
  private static void checkGaps(TokenTable tokens, List<NumberedModel> numbered) {
    int rows = numbered.stream().mapToInt(model -> model.tensors().rows()).max().orElse(0);
    int used = tokens.ids().size();
    if (tokens.size() - (long) Math.max(rows, used) > MOST_UNUSED_ROWS + (long) used) {
      throw new CheckpointException(
          "%s: its ids go up to %d, but there are %d tokens and at most %d rows of embeddings, so most rows of the output would stand for no token; the file is damaged, or not that of these models"
              .formatted(quote(tokens.file().toString()), tokens.size() - 1, used, rows));
    }
  }

  private int rows(TokenTable tokens, int ofOwner) {
    int least = Math.max(tokens.size(), ofOwner);
    int multiple = settings.padToMultipleOf().orElse(1);
    int rows = Math.ceilDiv(least, multiple) * multiple;
    if (rows > MOST_ROWS) {
      throw new RecipeException(
          "the output would have %d rows of tokens, and at most %d are supported; merge models of fewer tokens"
              .formatted(rows, MOST_ROWS));
    }
    return rows;
  }

  private TokenNumbering arranged(
      ModelTokenizer tokenizer,
      List<NumberedModel> numbered,
      int owner,
      TokenTable tokens,
      int rows) {
    RowPlanner planner = new RowPlanner(settings, numbered, owner, tokens, rows, this::find);
    List<RearrangedCheckpoint.Model> parts =
        numbered.stream()
            .map(model -> new RearrangedCheckpoint.Model(model.checkpoint(), model.tensors()))
            .toList();
    Map<Checkpoint, Checkpoint> views = new IdentityHashMap<>();
    Map<Checkpoint, NumberedModel> before = new IdentityHashMap<>();
    boolean changed = false;
    for (int i = 0; i < numbered.size(); i++) {
      Checkpoint model = numbered.get(i).checkpoint();
      TokenRows plan = planner.rows(i);
      Checkpoint view = model;
      if (!plan.isUnchanged(i, numbered.get(i).tensors().rows())) {
        view = new RearrangedCheckpoint(parts, i, plan);
        models.addView(view, model);
        changed = true;
      }
      views.put(model, view);
      before.put(view, numbered.get(i));
    }
    warnings.addAll(planner.warnings());
    return new TokenNumbering(
        new MergeInputs(
            inputs.base().map(views::get),
            inputs.models().stream().map(views::get).toList(),
            inputs.heads().map(views::get)),
        Optional.of(tokenizer),
        changed ? files() : List.of(),
        warnings,
        changed ? Optional.of(new TokenNumbering.Output(tokens, rows)) : Optional.empty(),
        before);
  }

  private List<InputFile> files() {
    return tokenizers.stream()
        .map(tokenizer -> new InputFile(tokenizer.owner(), tokenizer.file()))
        .toList();
  }
}
