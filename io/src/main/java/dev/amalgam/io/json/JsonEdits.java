package dev.amalgam.io.json;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;

/**
 * Changes to the text of a JSON file, of which everything else stays as it was written. Edits must
 * not overlap.
 */
public final class JsonEdits {

  private record Edit(int start, int end, String text) {}

  private final Path file;
  private final String text;
  private final List<Edit> edits = new ArrayList<>();

  /**
   * Creates no change yet.
   *
   * @param file what messages name
   */
  public JsonEdits(Path file, String text) {
    this.file = file;
    this.text = text;
  }

  /**
   * Shows the values of the text, each before those in it, to someone who may change them. What is
   * in a value is not shown if the value was changed, skipped or read as a whole.
   *
   * @throws dev.amalgam.core.tensor.CheckpointException if the text is no JSON; the message names
   *     file, line and column
   */
  public void visit(Consumer<JsonPlace> visitor) {
    try (JsonParser parser = Json.strictTokens(text)) {
      for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
        if (token.isStructStart() || token.isScalarValue()) {
          visitor.accept(new JsonPlace(this, parser, text));
        }
      }
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  /**
   * Puts a member in front of the others of the object that the text is, on a line of its own.
   *
   * @param value JSON
   */
  public void insertMember(String key, String value) {
    int start = text.indexOf('{') + 1;
    StringBuilder member = new StringBuilder("\n  ");
    JsonString.append(member, key);
    member.append(": ").append(value);
    replace(start, start, member + (JsonPlace.first(text, start) == '}' ? "\n" : ","));
  }

  void replace(int start, int end, String replacement) {
    edits.add(new Edit(start, end, replacement));
  }

  /** Returns where the last edit ends; 0 if there is none. */
  int end() {
    return edits.isEmpty() ? 0 : edits.getLast().end();
  }

  RuntimeException unreadable(IOException e) {
    return e instanceof JsonProcessingException json
        ? Json.malformed(file, json)
        : new UncheckedIOException(e);
  }

  /** Returns whether there is nothing to change. */
  public boolean isEmpty() {
    return edits.isEmpty();
  }

  /** Returns the changed text. */
  public String text() {
    edits.sort(Comparator.comparingInt(Edit::start));
    StringBuilder edited = new StringBuilder();
    int done = 0;
    for (Edit edit : edits) {
      edited.append(text, done, edit.start()).append(edit.text());
      done = edit.end();
    }
    return edited.append(text, done, text.length()).toString();
  }
}
