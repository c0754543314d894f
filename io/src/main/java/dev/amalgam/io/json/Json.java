package dev.amalgam.io.json;

import static dev.amalgam.core.AmalgamException.quote;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.amalgam.core.tensor.CheckpointException;
import dev.amalgam.io.file.FileProblems;
import dev.amalgam.io.file.RegularFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Strict JSON: UTF-8, no duplicate keys, nothing behind the value; the one liberty is Python's NaN
 * and Infinity, which configs have. Output looks like Python's {@code json.dumps(indent=2)}.
 */
public final class Json {

  private static final String BYTE_ORDER_MARK = "\uFEFF";

  private static final JsonFactory STREAMS = factory();

  private static final JsonMapper MAPPER =
      JsonMapper.builder(factory())
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
          .build();

  private static final ObjectReader PARTS =
      MAPPER
          .readerFor(JsonNode.class)
          .with(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
          .without(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private static final DefaultPrettyPrinter PRETTY =
      new DefaultPrettyPrinter(
              Separators.createDefaultInstance()
                  .withObjectFieldValueSpacing(Separators.Spacing.AFTER)
                  .withObjectEmptySeparator("")
                  .withArrayEmptySeparator(""))
          .withObjectIndenter(new DefaultIndenter("  ", "\n"))
          .withArrayIndenter(new DefaultIndenter("  ", "\n"));

  private Json() {}

  // Keys are the sender's to choose: a shared table of them could be grown or made to collide.
  private static JsonFactory factory() {
    return JsonFactory.builder()
        .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
        .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
        .build();
  }

  /** Returns a new object without members. */
  public static ObjectNode object() {
    return MAPPER.createObjectNode();
  }

  /** Returns a new list without items. */
  public static ArrayNode list() {
    return MAPPER.createArrayNode();
  }

  /**
   * Returns the value in a JSON file.
   *
   * @param mostBytes the size above which the file is refused
   * @throws CheckpointException if the file cannot be read or is no JSON; the message names file,
   *     line and column
   */
  public static JsonNode read(Path file, int mostBytes) {
    return parse(file, text(file, mostBytes));
  }

  /**
   * Returns the object in a JSON file.
   *
   * @param mostBytes the size above which the file is refused
   * @throws CheckpointException if the file cannot be read or is no JSON object
   */
  public static ObjectNode readObject(Path file, int mostBytes) {
    return parseObject(file, text(file, mostBytes));
  }

  /**
   * Returns the object that the text of a JSON file writes.
   *
   * @param file what the message names
   * @throws CheckpointException if the text is no JSON object
   */
  public static ObjectNode parseObject(Path file, String text) {
    if (parse(file, text) instanceof ObjectNode object) {
      return object;
    }
    throw noObject(file, text.isBlank());
  }

  /**
   * Returns the text of a JSON file, not yet checked, without a byte order mark.
   *
   * @param mostBytes the size above which the file is refused
   * @throws CheckpointException if the file cannot be read
   */
  public static String text(Path file, int mostBytes) {
    try (InputStream in = open(file)) {
      byte[] bytes = in.readNBytes(mostBytes + 1);
      if (bytes.length > mostBytes) {
        throw new CheckpointException(
            quote(file.toString())
                + " is larger than "
                + (mostBytes >> 20)
                + " MiB, which such a file never is; the file is damaged");
      }
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      return text.startsWith(BYTE_ORDER_MARK) ? text.substring(1) : text;
    } catch (CharacterCodingException e) {
      throw new CheckpointException(
          quote(file.toString()) + " is not UTF-8 text; the file is damaged", e);
    } catch (IOException e) {
      throw FileProblems.unreadable(file, e);
    }
  }

  private static InputStream open(Path file) throws IOException {
    RegularFile.check(file);
    return Files.newInputStream(file);
  }

  private static CheckpointException noObject(Path file, boolean empty) {
    return new CheckpointException(
        quote(file.toString())
            + (empty ? " is empty" : " is no JSON object")
            + "; the file is damaged");
  }

  /**
   * Checks that a file holds one JSON object, of which nothing is kept.
   *
   * @param mostBytes the size above which the file is refused
   * @throws CheckpointException if the file cannot be read or is no JSON object
   */
  public static void checkObject(Path file, int mostBytes) {
    try (JsonParser parser = STREAMS.createParser(text(file, mostBytes))) {
      parser.enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS.mappedFeature());
      JsonToken first = parser.nextToken();
      // Only the syntax counts.
      parser.skipChildren();
      if (first != JsonToken.START_OBJECT) {
        throw noObject(file, first == null);
      }
      if (parser.nextToken() != null) {
        throw new CheckpointException(
            quote(file.toString()) + " goes on behind its JSON object; the file is damaged");
      }
    } catch (JsonProcessingException e) {
      throw malformed(file, e);
    } catch (IOException e) {
      throw FileProblems.unreadable(file, e);
    }
  }

  /**
   * Returns the value that the text of a JSON file writes.
   *
   * @param file what the message names
   * @throws CheckpointException if the text is no JSON; the message names file, line and column
   */
  public static JsonNode parse(Path file, String text) {
    try {
      return parse(text);
    } catch (JsonProcessingException e) {
      throw malformed(file, e);
    }
  }

  /**
   * Returns the value that a text writes.
   *
   * @throws JsonProcessingException if it is no JSON
   */
  public static JsonNode parse(String text) throws JsonProcessingException {
    return MAPPER.readTree(text);
  }

  /** Returns the exception that says where the text of a file is no JSON. */
  public static CheckpointException malformed(Path file, JsonProcessingException e) {
    JsonLocation place = e.getLocation();
    return new CheckpointException(
        quote(file.toString())
            + (place == null
                ? ""
                : ", line " + place.getLineNr() + ", column " + place.getColumnNr())
            + ": it is not JSON: "
            + quote(e.getOriginalMessage())
            + "; the file is damaged",
        e);
  }

  /**
   * Returns a walk over the tokens of a text that is too large for a tree, whose parts may be read
   * as trees. It refuses NaN and Infinity; the caller looks for repeated keys outside of trees.
   */
  public static JsonParser tokens(Reader text) throws IOException {
    JsonParser parser = STREAMS.createParser(text);
    parser.setCodec(PARTS);
    return parser;
  }

  /** Returns a walk over the tokens of a text with the liberties and the strictness of trees. */
  static JsonParser strictTokens(String text) throws IOException {
    return MAPPER.createParser(text);
  }

  /**
   * Returns the text of a JSON file that holds {@code value}, with a line feed at the end. What a
   * terminal would not show as it is, is escaped: control characters, marks of direction and what
   * has no width.
   */
  public static String write(Object value) {
    try {
      return JsonString.visible(MAPPER.writer(PRETTY).writeValueAsString(value)) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e);
    }
  }
}
