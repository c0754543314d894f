package dev.amalgam.core.recipe;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What tokens the output has. Where a recipe has these settings, the rows of embeddings are merged
 * by the tokens that they stand for, whatever their numbers.
 *
 * @param source whose tokens they are
 * @param tokens where rows come from that stand for single tokens, in the recipe's order; a token
 *     that the source lacks is added
 * @param padToMultipleOf what the number of rows is rounded up to a multiple of
 */
public record TokenizerSettings(
    Source source, Map<String, Token> tokens, OptionalInt padToMultipleOf) {

  /** Copies the map. */
  public TokenizerSettings {
    tokens = Collections.unmodifiableMap(new LinkedHashMap<>(tokens));
  }

  /** Returns the settings that say whose tokens they are and nothing else. */
  public static TokenizerSettings of(Source source) {
    return new TokenizerSettings(source, Map.of(), OptionalInt.empty());
  }

  /** Whose tokens the output has. */
  public sealed interface Source {
    /** The base model's, or, where there is none, the first model's. */
    record Base() implements Source {}

    /** The base's, and behind them those that the other models have besides. */
    record Union() implements Source {}

    /**
     * Those of a model or of a folder with a tokenizer.
     *
     * @param reference the reference as the recipe writes it
     */
    record Folder(String reference) implements Source {}
  }

  /**
   * What a recipe says of one token.
   *
   * @param row what models get that lack the token
   * @param force whether those get it too that have the token
   */
  public record Token(Row row, boolean force) {}

  /** A row of embeddings. */
  public sealed interface Row {
    /**
     * The row of the same token in a model.
     *
     * @param model the reference as the recipe writes it
     */
    record OfModel(String model) implements Row {}

    /**
     * The row of another token.
     *
     * @param model the reference as the recipe writes it
     * @param token how the other token is written
     */
    record OfToken(String model, String token) implements Row {}

    /**
     * A row by its number.
     *
     * @param model the reference as the recipe writes it
     * @param id the number, from 0
     */
    record OfId(String model, int id) implements Row {}

    /** Zeros. */
    record Zero() implements Row {}
  }

  /** Returns the references of all models that the settings name. */
  public List<String> references() {
    List<String> references = new ArrayList<>();
    if (source instanceof Source.Folder(String reference)) {
      references.add(reference);
    }
    tokens.values().forEach(token -> model(token.row()).ifPresent(references::add));
    return references;
  }

  private static Optional<String> model(Row row) {
    return switch (row) {
      case Row.OfModel(String model) -> Optional.of(model);
      case Row.OfToken(String model, String _) -> Optional.of(model);
      case Row.OfId(String model, int _) -> Optional.of(model);
      case Row.Zero() -> Optional.empty();
    };
  }
}
