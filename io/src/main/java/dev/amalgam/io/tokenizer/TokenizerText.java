package dev.amalgam.io.tokenizer;

import static dev.amalgam.core.AmalgamException.quote;

import dev.amalgam.io.json.Json;
import dev.amalgam.io.json.JsonEdits;
import dev.amalgam.io.json.JsonPlace;
import dev.amalgam.io.json.JsonString;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The files of an extended tokenizer: those that it was read from, as they are written, with the
 * new tokens behind the others.
 */
public final class TokenizerText {

  private static final int MOST_BYTES = 512 << 20;
  private static final String ADDED = "added_tokens";
  private static final String LINE = "\n      ";

  private final TokenTable table;
  private final JsonEdits edits;
  private boolean hasAdded;

  private TokenizerText(TokenTable table, JsonEdits edits) {
    this.table = table;
    this.edits = edits;
  }

  /**
   * Returns the text of the {@code tokenizer.json} that gives every token of a table its id.
   *
   * @throws TokenizerException if it cannot be written
   */
  public static String of(TokenTable table) {
    String text = Json.text(table.file(), MOST_BYTES);
    return table.isExtended()
        ? new TokenizerText(table, new JsonEdits(table.file(), text)).edited()
        : text;
  }

  /**
   * Returns the text of a {@code tokenizer_config.json} in which a table's new added tokens are
   * listed, if added tokens are listed there at all.
   *
   * @throws dev.amalgam.core.tensor.CheckpointException if it cannot be read or is no JSON
   */
  public static String config(TokenTable table, Path file) {
    List<String> lines = new ArrayList<>();
    for (AddedToken token : table.additions().added()) {
      lines.add("\n    \"" + token.id() + "\": " + flags(token, "      ", "    "));
    }
    return appended(file, "/added_tokens_decoder", lines);
  }

  /**
   * Returns the text of an {@code added_tokens.json} with a table's new added tokens.
   *
   * @throws dev.amalgam.core.tensor.CheckpointException if it cannot be read or is no JSON
   */
  public static String added(TokenTable table, Path file) {
    List<String> lines = new ArrayList<>();
    for (AddedToken token : table.additions().added()) {
      lines.add("\n  " + string(token.content()) + ": " + token.id());
    }
    return appended(file, "", lines);
  }

  private static String appended(Path file, String pointer, List<String> members) {
    JsonEdits edits = new JsonEdits(file, Json.text(file, MOST_BYTES));
    edits.visit(
        place -> {
          if (place.pointer().equals(pointer) && place.isObject()) {
            place.append(members);
          } else if (!place.pointer().isEmpty()) {
            place.skip();
          }
        });
    return edits.text();
  }

  private String edited() {
    edits.visit(
        place -> {
          switch (place.pointer()) {
            case "", "/model" -> {
              // What is to be changed is in it.
            }
            case "/" + ADDED -> {
              hasAdded = true;
              addTokens(place);
            }
            case "/model/vocab" -> place.append(place.isList() ? scoredTokens() : numberedTokens());
            case "/model/merges" -> addMerges(place);
            default -> place.skip();
          }
        });
    if (!hasAdded) {
      edits.insertMember(ADDED, listOfAdded());
    }
    return edits.text();
  }

  private void addTokens(JsonPlace place) {
    if (place.isList()) {
      place.append(addedTokens());
    } else {
      place.replace(listOfAdded());
    }
  }

  private String listOfAdded() {
    return "[" + String.join(",", addedTokens()) + "\n  ]";
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

  private void addMerges(JsonPlace place) {
    if (!place.isList()) {
      return;
    }
    List<String> merges = table.additions().merges();
    boolean spaced = merges.stream().anyMatch(token -> token.indexOf(' ') >= 0);
    boolean pairs = place.isEmpty() ? spaced : place.startsWithList();
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
    place.append(items);
  }

  private static String string(String text) {
    StringBuilder written = new StringBuilder();
    JsonString.append(written, text);
    return written.toString();
  }
}
