package dev.amalgam.job.vocabulary;

import static dev.amalgam.core.AmalgamException.quote;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.IntNode;
import dev.amalgam.io.config.ConfigFile;
import dev.amalgam.io.file.RegularFile;
import dev.amalgam.io.json.Json;
import dev.amalgam.io.json.JsonEdits;
import dev.amalgam.io.json.JsonPlace;
import dev.amalgam.io.model.CompanionFiles;
import dev.amalgam.io.tokenizer.TokenTable;
import dev.amalgam.job.model.ModelFiles;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * The configs of a model whose tokens are numbered anew: with the new number of rows, and with the
 * ids of special tokens that are named there.
 *
 * @param rowsBefore the number of rows of the model whose configs they are
 * @param rows that of the output
 * @param before the model's tokens
 * @param after the output's
 */
public record RenumberedConfig(int rowsBefore, int rows, TokenTable before, TokenTable after) {

  private static final String ROWS = "vocab_size";

  private static final Predicate<String> IDS =
      Pattern.compile(".*_token_ids?|.*_token_index|bad_words_ids|(begin_)?suppress_tokens")
          .asMatchPredicate();

  /**
   * Returns the text of {@code config.json}.
   *
   * @param config the model's, perhaps edited already
   */
  public String config(ConfigFile config, Consumer<String> warnings) {
    JsonEdits edits = config.edits();
    boolean[] counted = new boolean[1];
    edits.visit(
        place -> {
          if (isRows(place)) {
            place.replace(Integer.toString(rows));
            counted[0] = true;
          } else {
            renumber(place, ConfigFile.NAME, warnings);
          }
        });
    if (!counted[0] && rows != rowsBefore) {
      edits.insertMember(ROWS, Integer.toString(rows));
    }
    return edits.text();
  }

  /** Returns the text of {@code generation_config.json}, if there is one that changes. */
  public Optional<String> generation(ModelFiles files, Consumer<String> warnings) {
    String name = CompanionFiles.GENERATION_CONFIG;
    Path file = files.folder().resolve(name);
    String edited = files.edited().get(name);
    if (edited == null && !RegularFile.isThere(file)) {
      return Optional.empty();
    }
    ConfigFile config = edited == null ? ConfigFile.read(file) : ConfigFile.of(file, edited);
    JsonEdits edits = config.edits();
    edits.visit(place -> renumber(place, name, warnings));
    return edits.isEmpty() ? Optional.empty() : Optional.of(edits.text());
  }

  // The model's own number, whatever it was; of its parts those that have as many rows.
  private boolean isRows(JsonPlace place) {
    return place.key().equals(ROWS)
        && place.isScalar()
        && (place.pointer().equals("/" + ROWS)
            || place.value().asText().equals(Integer.toString(rowsBefore)));
  }

  private void renumber(JsonPlace place, String file, Consumer<String> warnings) {
    if (!IDS.test(place.key())) {
      return;
    }
    JsonNode value = place.value();
    JsonNode changed = renumbered(value, true, file + ", " + quote(place.key()), warnings);
    if (changed == null) {
      place.replace("null");
    } else if (!changed.equals(value)) {
      place.replace(changed.toString());
    }
  }

  /**
   * Returns what stands for the same tokens in the output, or null if it lacks one; of a list of
   * tokens it is left out, a sequence of tokens is left out with it.
   */
  private JsonNode renumbered(
      JsonNode value, boolean outermost, String place, Consumer<String> warnings) {
    if (value instanceof ArrayNode list) {
      ArrayNode all = Json.list();
      for (JsonNode item : list) {
        JsonNode changed = renumbered(item, false, place, warnings);
        if (changed != null) {
          all.add(changed);
        } else if (!outermost) {
          return null;
        }
      }
      return all;
    }
    // A number that is no token of the model's stays: such configs exist.
    if (!value.isInt() || before.token(value.intValue()).isEmpty()) {
      return value;
    }
    String token = before.token(value.intValue()).get();
    int id = after.id(token);
    if (id < 0) {
      warnings.accept(
          "%s names the token %s, which the tokenizer of the output lacks; it is left out, so check that the output knows where texts end"
              .formatted(place, quote(token)));
      return null;
    }
    return IntNode.valueOf(id);
  }
}
