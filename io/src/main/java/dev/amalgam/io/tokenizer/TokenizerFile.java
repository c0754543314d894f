package dev.amalgam.io.tokenizer;

import static dev.amalgam.core.AmalgamException.quote;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.amalgam.core.tensor.CheckpointException;
import dev.amalgam.io.file.FileProblems;
import dev.amalgam.io.json.Json;
import dev.amalgam.io.json.JsonString;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;

/**
 * Reads a {@code tokenizer.json}: everything as a tree, but the vocabulary and the merges, which
 * are most of it, straight into tables.
 */
final class TokenizerFile {

  private static final int MOST_BYTES = 512 << 20;

  private final Path file;
  private final JsonParser parser;
  private final ObjectNode root = Json.object();
  private final ModelTables tables = new ModelTables();

  private TokenizerFile(Path file, JsonParser parser) {
    this.file = file;
    this.parser = parser;
  }

  /** What is in a file: all of it but the tables, and the tables. */
  record Content(Part root, ModelTables tables) {}

  static Content read(Path file) {
    try (JsonParser parser = Json.tokens(new StringReader(Json.text(file, MOST_BYTES)))) {
      return new TokenizerFile(file, parser).content();
    } catch (CheckpointException e) {
      throw new TokenizerException(e.getMessage(), e);
    } catch (JsonProcessingException e) {
      throw new TokenizerException(Json.malformed(file, e).getMessage(), e);
    } catch (IOException e) {
      throw new TokenizerException(FileProblems.unreadable(file, e).getMessage(), e);
    }
  }

  private Content content() throws IOException {
    if (parser.nextToken() != JsonToken.START_OBJECT) {
      throw problem("the file", "must hold one JSON object");
    }
    Set<String> keys = new HashSet<>();
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String key = unique(keys, "");
      if (parser.nextToken() == JsonToken.START_OBJECT && key.equals("model")) {
        root.set(key, model());
      } else {
        root.set(key, parser.readValueAsTree());
      }
    }
    if (parser.nextToken() != null) {
      throw problem("the file", "goes on behind its JSON object; the file is damaged");
    }
    return new Content(new Part(file, "", root), tables);
  }

  private String unique(Set<String> keys, String path) throws IOException {
    String key = parser.currentName();
    if (!keys.add(key)) {
      throw problem(path + key, "is there twice");
    }
    return key;
  }

  private ObjectNode model() throws IOException {
    ObjectNode model = Json.object();
    Set<String> keys = new HashSet<>();
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String key = unique(keys, "model.");
      JsonToken start = parser.nextToken();
      if (key.equals("vocab") && start == JsonToken.START_OBJECT) {
        ids();
      } else if (key.equals("vocab") && start == JsonToken.START_ARRAY) {
        scoredTokens();
      } else if (key.equals("merges") && start == JsonToken.START_ARRAY) {
        merges();
      } else if (key.equals("vocab")) {
        throw problem("model.vocab", "must be an object, or a list");
      } else if (key.equals("merges")) {
        throw problem("model.merges", "must be a list");
      } else {
        model.set(key, parser.readValueAsTree());
      }
    }
    return model;
  }

  private void ids() throws IOException {
    tables.startIds();
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String token = unicode(parser.currentName(), "model.vocab");
      if (parser.nextToken() != JsonToken.VALUE_NUMBER_INT) {
        throw problem("model.vocab", "must have a whole number for " + quote(token));
      }
      long id = parser.getLongValue();
      if (id < 0 || id > ModelReader.LARGEST_ID) {
        throw problem(
            "model.vocab",
            "must have ids from 0 to "
                + ModelReader.LARGEST_ID
                + ", not "
                + id
                + " for "
                + quote(token));
      }
      if (tables.ids.put(token, (int) id) != null) {
        throw problem("model.vocab", "has the token " + quote(token) + " twice");
      }
    }
  }

  private void scoredTokens() throws IOException {
    tables.startTokens();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      String place = "model.vocab[" + tables.tokens.size() + "]";
      if (parser.currentToken() != JsonToken.START_ARRAY
          || parser.nextToken() != JsonToken.VALUE_STRING) {
        throw problem(place, "must be a token and its score");
      }
      tables.tokens.add(unicode(parser.getText(), place));
      if (!parser.nextToken().isNumeric() || !Double.isFinite(parser.getDoubleValue())) {
        throw problem(place, "must have a number as its score");
      }
      tables.scores.add(parser.getDoubleValue());
      if (parser.nextToken() != JsonToken.END_ARRAY) {
        throw problem(place, "must be a token and its score, nothing more");
      }
    }
  }

  private void merges() throws IOException {
    tables.startMerges();
    JsonToken kind = null;
    for (int i = 0; parser.nextToken() != JsonToken.END_ARRAY; i++) {
      String place = "model.merges[" + i + "]";
      JsonToken start = parser.currentToken();
      if (kind != null && start != kind
          || start != JsonToken.VALUE_STRING && start != JsonToken.START_ARRAY) {
        throw problem(place, "must be two tokens, written like the merges before");
      }
      kind = start;
      if (kind == JsonToken.VALUE_STRING) {
        merge(unicode(parser.getText(), place), place);
      } else {
        for (int side = 0; side < 2; side++) {
          if (parser.nextToken() != JsonToken.VALUE_STRING) {
            throw problem(place, "must be two tokens");
          }
          tables.merges.add(unicode(parser.getText(), place));
        }
        if (parser.nextToken() != JsonToken.END_ARRAY) {
          throw problem(place, "must be two tokens");
        }
      }
    }
  }

  private void merge(String pair, String place) {
    // The first line of merges.txt, which some files have taken over.
    if (pair.startsWith("#version")) {
      return;
    }
    int space = pair.indexOf(' ');
    if (space < 0 || pair.indexOf(' ', space + 1) >= 0) {
      throw problem(place, "must be two tokens with one space between, not " + quote(pair));
    }
    tables.merges.add(pair.substring(0, space));
    tables.merges.add(pair.substring(space + 1));
  }

  private String unicode(String text, String place) {
    if (!JsonString.isUnicode(text)) {
      throw problem(place, "holds half a surrogate pair: " + quote(text));
    }
    return text;
  }

  private TokenizerException problem(String place, String what) {
    return new TokenizerException(quote(file.toString()) + ", " + quote(place) + " " + what);
  }
}
