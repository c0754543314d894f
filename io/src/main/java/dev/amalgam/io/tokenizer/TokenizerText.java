package dev.amalgam.io.tokenizer;

import static dev.amalgam.core.AmalgamException.quote;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.amalgam.io.json.Json;
import dev.amalgam.io.json.JsonString;
import dev.amalgam.io.json.TextEdits;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The files of an extended tokenizer: those that it was read from, as they are written, with the
 * new tokens behind the others.
 */
public final class TokenizerText {

  private static final int MOST_BYTES = 512 << 20;
  private static final String LINE = "\n      ";

  private final TokenTable table;
  private final String text;
  private final TextEdits edits = new TextEdits();

  private TokenizerText(TokenTable table, String text) {
    this.table = table;
    this.text = text;
  }

  /**
   * Returns the text of the {@code tokenizer.json} that gives every token of a table its id.
   *
   * @throws TokenizerException if it cannot be written
   */
  public static String of(TokenTable table) {
    String text = Json.text(table.file(), MOST_BYTES);
    return table.isExtended() ? new TokenizerText(table, text).edited() : text;
  }

  /**
   * Returns the text of a {@code tokenizer_config.json} in which a table's new added tokens are
   * listed, if added tokens are listed there at all.
   */
  public static String config(TokenTable table, Path file) {
    String text = Json.text(file, MOST_BYTES);
    TextEdits edits = new TextEdits();
    try (JsonParser parser = TokenizerFile.parser(text)) {
      while (parser.nextToken() != null) {
        if (parser.currentToken() == JsonToken.START_OBJECT
            && parser
                .getParsingContext()
                .getParent()
                .pathAsPointer()
                .toString()
                .equals("/added_tokens_decoder")) {
          List<String> lines = new ArrayList<>();
          for (AddedToken token : table.additions().added()) {
            lines.add("\n    \"" + token.id() + "\": " + flags(token, "      ", "    "));
          }
          append(parser, edits, lines);
        }
      }
    } catch (IOException e) {
      throw new TokenizerException(
          quote(file.toString()) + " is not JSON: " + quote(e.getMessage()), e);
    }
    return edits.of(text);
  }

  /** Returns the text of an {@code added_tokens.json} with a table's new added tokens. */
  public static String added(TokenTable table, Path file) {
    String text = Json.text(file, MOST_BYTES);
    TextEdits edits = new TextEdits();
    try (JsonParser parser = TokenizerFile.parser(text)) {
      if (parser.nextToken() == JsonToken.START_OBJECT) {
        List<String> lines = new ArrayList<>();
        for (AddedToken token : table.additions().added()) {
          lines.add("\n  " + string(token.content()) + ": " + token.id());
        }
        append(parser, edits, lines);
      }
    } catch (IOException e) {
      throw new TokenizerException(
          quote(file.toString()) + " is not JSON: " + quote(e.getMessage()), e);
    }
    return edits.of(text);
  }

  private String edited() {
    try (JsonParser parser = TokenizerFile.parser(text)) {
      parser.nextToken();
      int start = (int) parser.currentLocation().getCharOffset();
      boolean hasAdded = false;
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String key = parser.currentName();
        int before = (int) parser.currentTokenLocation().getCharOffset();
        JsonToken value = parser.nextToken();
        if (key.equals("added_tokens") && value == JsonToken.START_ARRAY) {
          hasAdded = true;
          append(parser, edits, addedTokens());
        } else if (key.equals("added_tokens")) {
          hasAdded = true;
          parser.skipChildren();
          edits.replace(
              before,
              (int) parser.currentLocation().getCharOffset(),
              "\"added_tokens\": [" + String.join(",", addedTokens()) + "\n  ]");
        } else if (key.equals("model")) {
          model(parser);
        } else {
          parser.skipChildren();
        }
      }
      if (!hasAdded) {
        edits.insert(start, "\n  \"added_tokens\": [" + String.join(",", addedTokens()) + "\n  ],");
      }
    } catch (IOException e) {
      throw new IllegalStateException(table.file() + " was JSON before", e);
    }
    return edits.of(text);
  }

  private void model(JsonParser parser) throws IOException {
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String key = parser.currentName();
      JsonToken value = parser.nextToken();
      if (key.equals("vocab")) {
        append(parser, edits, value == JsonToken.START_ARRAY ? scoredTokens() : numberedTokens());
      } else if (key.equals("merges") && value == JsonToken.START_ARRAY) {
        merges(parser);
      } else {
        parser.skipChildren();
      }
    }
  }

  /** Puts items in front of the end of the list or object that the parser is at the start of. */
  private static void append(JsonParser parser, TextEdits edits, List<String> items)
      throws IOException {
    JsonToken first = parser.nextToken();
    boolean empty = first.isStructEnd();
    int end = (int) parser.currentLocation().getCharOffset();
    while (!empty && !parser.currentToken().isStructEnd()) {
      parser.skipChildren();
      end = parser.currentToken() == JsonToken.FIELD_NAME ? end : endOfValue(parser);
      parser.nextToken();
    }
    if (items.isEmpty()) {
      return;
    }
    int at = empty ? (int) parser.currentTokenLocation().getCharOffset() : end;
    edits.insert(at, (empty ? "" : ",") + String.join(",", items) + (empty ? "\n" : ""));
  }

  private static int endOfValue(JsonParser parser) throws IOException {
    parser.finishToken();
    return (int) parser.currentLocation().getCharOffset();
  }

  private List<String> addedTokens() {
    List<String> items = new ArrayList<>();
    for (AddedToken token : table.additions().added()) {
      items.add(
          "\n    {\n      \"id\": "
              + token.id()
              + ","
              + flags(token, "      ", "    ").substring(1));
    }
    return items;
  }

  private static String flags(AddedToken token, String indent, String outer) {
    String line = ",\n" + indent;
    return "{\n"
        + indent
        + "\"content\": "
        + string(token.content())
        + line
        + "\"single_word\": "
        + token.singleWord()
        + line
        + "\"lstrip\": "
        + token.left()
        + line
        + "\"rstrip\": "
        + token.right()
        + line
        + "\"normalized\": "
        + token.normalized()
        + line
        + "\"special\": "
        + token.special()
        + "\n"
        + outer
        + "}";
  }

  /**
   * Returns the tokens that must be in the vocabulary to have their ids, in the order of ids.
   * Tokens that are in none are numbered from the vocabulary's size on, whatever their file says;
   * so if that is not what they have, those that were added before must be in it too.
   */
  private List<TokenEntries.Entry> missingEntries() {
    List<TokenEntries.Entry> entries = new ArrayList<>(table.additions().entries());
    if (entries.isEmpty() && isNumberedOn()) {
      return List.of();
    }
    double lowest = table.entries().scores().stream().min(Double::compare).orElse(0.0);
    for (AddedToken token : table.added().values()) {
      if (!table.entries().ids().containsKey(token.content())) {
        entries.add(new TokenEntries.Entry(token.content(), token.id(), lowest));
      }
    }
    entries.sort((a, b) -> Integer.compare(a.id(), b.id()));
    return entries;
  }

  private boolean isNumberedOn() {
    int next = table.entries().ids().size();
    for (AddedToken token : table.added().values()) {
      if (!table.entries().ids().containsKey(token.content()) && token.id() != next++) {
        return false;
      }
    }
    return true;
  }

  private List<String> numberedTokens() {
    List<String> items = new ArrayList<>();
    for (TokenEntries.Entry entry : missingEntries()) {
      items.add(LINE + string(entry.token()) + ": " + entry.id());
    }
    return items;
  }

  private List<String> scoredTokens() {
    List<String> items = new ArrayList<>();
    for (TokenEntries.Entry entry : missingEntries()) {
      items.add(
          LINE
              + "[\n        "
              + string(entry.token())
              + ",\n        "
              + entry.score()
              + LINE
              + "]");
    }
    return items;
  }

  private void merges(JsonParser parser) throws IOException {
    int start = (int) parser.currentTokenLocation().getCharOffset();
    List<String> merges = table.additions().merges();
    boolean spaced = merges.stream().anyMatch(token -> token.indexOf(' ') >= 0);
    // Looked at in a parser of its own, since this one must stand at the start.
    boolean pairs = firstIn(start).map(token -> token == JsonToken.START_ARRAY).orElse(spaced);
    if (spaced && !pairs) {
      throw new TokenizerException(
          "%s writes merges as two tokens with a space between, and the union needs one of a token with a space in it, which cannot be written so; save it with tokenizers 0.20 or later"
              .formatted(quote(table.file().toString())));
    }
    List<String> items = new ArrayList<>();
    for (int i = 0; i < merges.size(); i += 2) {
      String left = merges.get(i);
      String right = merges.get(i + 1);
      items.add(
          pairs
              ? LINE + "[\n        " + string(left) + ",\n        " + string(right) + LINE + "]"
              : LINE + string(left + " " + right));
    }
    append(parser, edits, items);
  }

  private Optional<JsonToken> firstIn(int start) throws IOException {
    try (JsonParser inside = TokenizerFile.parser(text.substring(start))) {
      inside.nextToken();
      JsonToken first = inside.nextToken();
      return first.isStructEnd() ? Optional.empty() : Optional.of(first);
    }
  }

  private static String string(String text) {
    StringBuilder written = new StringBuilder();
    JsonString.append(written, text);
    return written.toString();
  }
}
