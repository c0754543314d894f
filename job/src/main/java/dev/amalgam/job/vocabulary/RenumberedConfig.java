package dev.amalgam.job.vocabulary;

import static dev.amalgam.core.AmalgamException.quote;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.amalgam.io.json.Json;
import dev.amalgam.io.json.TextEdits;
import dev.amalgam.io.model.CompanionFiles;
import dev.amalgam.io.model.ConfigText;
import dev.amalgam.io.tokenizer.TokenTable;
import dev.amalgam.job.model.ModelFiles;
import java.io.IOException;
import java.nio.file.Files;
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

  private static final int MOST_BYTES = 64 << 20;
  private static final String ROWS = "vocab_size";

  private static final Predicate<String> IDS =
      Pattern.compile(".*_token_ids?|.*_token_index|bad_words_ids|(begin_)?suppress_tokens")
          .asMatchPredicate();

  /** Returns the text of {@code config.json}. */
  public String config(String text, Consumer<String> warnings) {
    TextEdits edits = new TextEdits();
    boolean counted = edit(text, ConfigText.FILE, true, edits, warnings);
    if (!counted && rows != rowsBefore) {
      int start = text.indexOf('{') + 1;
      boolean empty = text.substring(start).stripLeading().startsWith("}");
      edits.insert(start, "\n  \"" + ROWS + "\": " + rows + (empty ? "\n" : ","));
    }
    return edits.of(text);
  }

  /** Returns the text of {@code generation_config.json}, if there is one that changes. */
  public Optional<String> generation(ModelFiles files, Consumer<String> warnings) {
    String name = CompanionFiles.GENERATION_CONFIG;
    Path file = files.folder().resolve(name);
    if (!files.edited().containsKey(name) && !Files.isRegularFile(file)) {
      return Optional.empty();
    }
    String text = files.edited().get(name);
    if (text == null) {
      text = Json.text(file, MOST_BYTES);
    }
    Json.parse(file, text);
    TextEdits edits = new TextEdits();
    edit(text, name, false, edits, warnings);
    return edits.isEmpty() ? Optional.empty() : Optional.of(edits.of(text));
  }

  /** Returns whether the number of rows was found. */
  private boolean edit(
      String text, String file, boolean rowsToo, TextEdits edits, Consumer<String> warnings) {
    boolean counted = false;
    try (JsonParser parser = Json.mapper().createParser(text)) {
      for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
        String key = token == JsonToken.FIELD_NAME ? parser.currentName() : "";
        if (key.equals(ROWS) && rowsToo) {
          // The model's own number, whatever it was; of its parts those that have as many rows.
          boolean own = parser.getParsingContext().getParent().inRoot();
          boolean scalar = parser.nextToken().isScalarValue();
          if (scalar && (own || parser.getText().equals(Integer.toString(rowsBefore)))) {
            replace(parser, edits, Integer.toString(rows));
            counted = true;
          }
        } else if (IDS.test(key)) {
          parser.nextToken();
          ids(parser, text, file + ", " + quote(key), edits, warnings);
        }
      }
    } catch (IOException e) {
      throw new IllegalStateException(file + " was JSON before", e);
    }
    return counted;
  }

  private static void replace(JsonParser parser, TextEdits edits, String value) throws IOException {
    int start = (int) parser.currentTokenLocation().getCharOffset();
    parser.skipChildren();
    parser.finishToken();
    edits.replace(start, (int) parser.currentLocation().getCharOffset(), value);
  }

  private void ids(
      JsonParser parser, String text, String place, TextEdits edits, Consumer<String> warnings)
      throws IOException {
    int start = (int) parser.currentTokenLocation().getCharOffset();
    parser.skipChildren();
    parser.finishToken();
    int end = (int) parser.currentLocation().getCharOffset();
    JsonNode value = Json.mapper().readTree(text.substring(start, end));
    JsonNode changed = renumbered(value, true, place, warnings);
    if (changed == null) {
      edits.replace(start, end, "null");
    } else if (!changed.equals(value)) {
      edits.replace(start, end, changed.toString());
    }
  }

  /**
   * Returns what stands for the same tokens in the output, or null if it lacks one; of a list of
   * tokens it is left out, a sequence of tokens is left out with it.
   */
  private JsonNode renumbered(
      JsonNode value, boolean outermost, String place, Consumer<String> warnings) {
    if (value instanceof ArrayNode list) {
      ArrayNode all = Json.mapper().createArrayNode();
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
    return Json.mapper().getNodeFactory().numberNode(id);
  }
}
