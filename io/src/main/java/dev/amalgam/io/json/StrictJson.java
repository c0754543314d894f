package dev.amalgam.io.json;

import static dev.amalgam.core.AmalgamException.quote;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import dev.amalgam.core.tensor.CheckpointException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Walks one JSON document of a checkpoint, token by token, trusting nothing. Each method takes the
 * next token and throws a {@link CheckpointException}, which names the document, if it is not what
 * was asked for. The caller looks for repeated keys.
 */
public final class StrictJson {

  private final String document;
  private final JsonParser parser;
  private String tensor;

  /**
   * Starts at the beginning of the document.
   *
   * @param document how messages name it, already quoted
   * @param utf8 its bytes
   */
  public StrictJson(String document, byte[] utf8) {
    this.document = document;
    try {
      // A reader, not the bytes: Jackson would guess at other encodings and let malformed ones
      // pass.
      var strict = StandardCharsets.UTF_8.newDecoder();
      this.parser = Json.tokens(new InputStreamReader(new ByteArrayInputStream(utf8), strict));
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  /** Sets the tensor that messages name from here on; null for none. */
  public void within(String tensor) {
    this.tensor = tensor;
  }

  /** Enters an object. */
  public void object(String what) {
    require(next(), JsonToken.START_OBJECT, what, "an object");
  }

  /** Returns the next key of the object, or null, leaving it, if there is none. */
  public String key() {
    if (next() == JsonToken.END_OBJECT) {
      return null;
    }
    try {
      return unicode(parser.currentName(), "a key");
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  /** Returns the next value, a string. */
  public String string(String what) {
    require(next(), JsonToken.VALUE_STRING, what, "a string");
    return unicode(text(), what);
  }

  /**
   * Returns the next value, a list of integers from 0 to 2⁶³−1.
   *
   * @param most how many there may be
   */
  public long[] counts(String what, int most) {
    require(next(), JsonToken.START_ARRAY, what, "a list");
    long[] counts = new long[most];
    int length = 0;
    for (JsonToken token = next(); token != JsonToken.END_ARRAY; token = next()) {
      if (length == most) {
        throw malformed(what + " has more than " + most + " numbers");
      }
      counts[length++] = count(token, what);
    }
    return Arrays.copyOf(counts, length);
  }

  /** Passes over the next value, whatever it is. */
  public void skip() {
    next();
    try {
      parser.skipChildren();
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  /** Requires that only white space follows. */
  public void end() {
    JsonToken token;
    try {
      token = parser.nextToken();
    } catch (CharacterCodingException e) {
      throw unreadable(e);
    } catch (IOException e) {
      throw trailing();
    }
    if (token != null) {
      throw trailing();
    }
  }

  /** Returns the exception for {@code problem}, which names the document and the tensor. */
  public CheckpointException malformed(String problem) {
    return new CheckpointException(place() + problem);
  }

  private CheckpointException trailing() {
    tensor = null;
    return malformed("something follows the end of the JSON object; the file is damaged");
  }

  private long count(JsonToken token, String what) {
    if (token == JsonToken.VALUE_NUMBER_FLOAT) {
      throw malformed(what + " must hold whole numbers, not " + quote(text()));
    }
    require(token, JsonToken.VALUE_NUMBER_INT, what, "a list of whole numbers");
    String digits = text();
    if (digits.startsWith("-")) {
      throw malformed(what + " must not be negative, but holds " + quote(digits));
    }
    try {
      return Long.parseLong(digits);
    } catch (NumberFormatException e) {
      throw malformed(what + " holds " + quote(digits) + ", which is beyond 64 bits");
    }
  }

  private JsonToken next() {
    try {
      JsonToken token = parser.nextToken();
      if (token == null) {
        throw malformed("there is no JSON in it");
      }
      return token;
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  private void require(JsonToken found, JsonToken wanted, String what, String wantedInWords) {
    if (found != wanted) {
      throw malformed(what + " must be " + wantedInWords + ", not " + inWords(found));
    }
  }

  private String inWords(JsonToken token) {
    return switch (token) {
      case START_OBJECT -> "an object";
      case START_ARRAY -> "a list";
      case VALUE_STRING -> "the string " + quote(text());
      default -> quote(text());
    };
  }

  private String unicode(String text, String what) {
    if (!JsonString.isUnicode(text)) {
      throw malformed(what + " holds half a surrogate pair: " + quote(text));
    }
    return text;
  }

  private String text() {
    try {
      return parser.getText();
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  private CheckpointException unreadable(IOException e) {
    String problem =
        switch (e) {
          case CharacterCodingException _ -> "it is not UTF-8";
          case StreamConstraintsException limit ->
              "it exceeds what is accepted: " + quote(limit.getOriginalMessage());
          case JsonProcessingException json ->
              "it is not JSON, at character "
                  + json.getLocation().getCharOffset()
                  + ": "
                  + quote(json.getOriginalMessage());
          default -> String.valueOf(e.getMessage());
        };
    return new CheckpointException(place() + problem + "; the file is damaged", e);
  }

  private String place() {
    return document + (tensor == null ? ": " : ", tensor " + quote(tensor) + ": ");
  }
}
