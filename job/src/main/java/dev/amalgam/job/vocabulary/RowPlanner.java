package dev.amalgam.job.vocabulary;

import static dev.amalgam.core.AmalgamException.quote;

import dev.amalgam.core.NearestWord;
import dev.amalgam.core.recipe.RecipeException;
import dev.amalgam.core.recipe.TokenizerSettings;
import dev.amalgam.core.recipe.TokenizerSettings.Row;
import dev.amalgam.core.tensor.Checkpoint;
import dev.amalgam.core.vocabulary.TokenRows;
import dev.amalgam.core.vocabulary.TokenRows.Place;
import dev.amalgam.io.tokenizer.TokenTable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Says where each row of each model's embeddings comes from, as mergekit documents it: a token's
 * row is the model's own; that of a token which it lacks is what the recipe says, else the base's,
 * else that of the only model that has it, else the mean of all that have it.
 *
 * <p>Rows that stand for no token, up to as many as the model has whose tokenizer it is, are the
 * model's own if they stand for none there either, else that model's; rows beyond are zero.
 */
final class RowPlanner {

  private static final int BASE = 0;

  private final TokenizerSettings settings;
  private final List<NumberedModel> models;
  private final int owner;
  private final TokenTable tokens;
  private final int rows;
  private final Map<String, Optional<Place>> given = new HashMap<>();
  private final List<String> nowhere = new ArrayList<>();

  /**
   * Looks up the rows that the recipe names.
   *
   * @param models the models, the base or else the first one in front
   * @param owner the number of the model whose tokenizer the output's is or begins with; -1 if none
   * @param tokens the output's tokens
   * @param rows how many rows the output's embeddings have
   * @param find the model of a reference
   * @throws RecipeException if a model or token does not exist
   */
  RowPlanner(
      TokenizerSettings settings,
      List<NumberedModel> models,
      int owner,
      TokenTable tokens,
      int rows,
      Function<String, Optional<Checkpoint>> find) {
    this.settings = settings;
    this.models = models;
    this.owner = owner;
    this.tokens = tokens;
    this.rows = rows;
    settings.tokens().forEach((token, says) -> given.put(token, place(token, says.row(), find)));
  }

  private Optional<Place> place(
      String token, Row row, Function<String, Optional<Checkpoint>> find) {
    return switch (row) {
      case Row.Zero() -> Optional.empty();
      case Row.OfModel(String reference) ->
          Optional.of(ofToken(token, model(token, reference, find), token));
      case Row.OfToken(String reference, String other) ->
          Optional.of(ofToken(token, model(token, reference, find), other));
      case Row.OfId(String reference, int id) -> {
        int model = model(token, reference, find);
        int size = models.get(model).tensors().rows();
        if (id >= size) {
          throw new RecipeException(
              "token %s: token_id is %d, but %s has %d rows of tokens; write a number from 0 to %d"
                  .formatted(quote(token), id, quote(reference), size, size - 1));
        }
        yield Optional.of(new Place(model, id));
      }
    };
  }

  private int model(String token, String reference, Function<String, Optional<Checkpoint>> find) {
    Optional<Checkpoint> checkpoint = find.apply(reference);
    for (int i = 0; i < models.size() && checkpoint.isPresent(); i++) {
      if (models.get(i).checkpoint() == checkpoint.get()) {
        return i;
      }
    }
    throw new RecipeException(
        "token %s: its source %s is not one of the models that are merged; %s"
            .formatted(
                quote(token),
                quote(reference),
                NearestWord.advice(
                    reference, models.stream().map(NumberedModel::reference).toList())));
  }

  private Place ofToken(String token, int model, String wanted) {
    NumberedModel from = models.get(model);
    int row = from.row(wanted);
    if (row < 0) {
      throw new RecipeException(
          "token %s: %s has no token %s%s"
              .formatted(
                  quote(token),
                  quote(from.reference()),
                  quote(wanted),
                  NearestWord.nearest(wanted, from.tokens().ids().keySet())
                      .map(word -> "; did you mean " + quote(word) + "?")
                      .orElse(
                          "; name a token of its tokenizer.json, or write {kind: zero} as the"
                              + " source")));
    }
    return new Place(model, row);
  }

  /** Returns where the rows of a model come from. */
  TokenRows rows(int model) {
    TokenRows plan = new TokenRows(rows);
    for (int i = 0; i < rows; i++) {
      Optional<String> token = tokens.token(i);
      if (token.isPresent()) {
        ofToken(plan, model, i, token.get());
      } else if (owner >= 0 && models.get(owner).isUnused(i)) {
        plan.copy(i, new Place(models.get(model).isUnused(i) ? model : owner, i));
      }
    }
    return plan;
  }

  private void ofToken(TokenRows plan, int model, int at, String token) {
    int own = models.get(model).row(token);
    TokenizerSettings.Token says = settings.tokens().get(token);
    if (own >= 0 && (says == null || !says.force())) {
      plan.copy(at, new Place(model, own));
    } else if (says != null) {
      given.get(token).ifPresent(place -> plan.copy(at, place));
    } else {
      fill(plan, model, at, token);
    }
  }

  private void fill(TokenRows plan, int model, int at, String token) {
    List<Place> holders = new ArrayList<>();
    for (int i = 0; i < models.size(); i++) {
      int row = models.get(i).row(token);
      if (row >= 0) {
        holders.add(new Place(i, row));
      }
    }
    if (holders.isEmpty()) {
      if (model == BASE) {
        nowhere.add(token);
      }
    } else if (holders.size() == 1 || holders.getFirst().model() == BASE) {
      plan.copy(at, holders.getFirst());
    } else {
      plan.mean(at, holders);
    }
  }

  /** Returns what is to be said when all rows are planned. */
  List<String> warnings() {
    if (nowhere.isEmpty()) {
      return List.of();
    }
    return List.of(
        "no model has a row for the token %s%s of the output's tokenizer; what none has is zero"
            .formatted(
                quote(nowhere.getFirst()),
                nowhere.size() == 1 ? "" : " and " + (nowhere.size() - 1) + " others"));
  }
}
