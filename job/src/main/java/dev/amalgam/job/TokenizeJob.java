package dev.amalgam.job;

import static dev.amalgam.core.AmalgamException.quote;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.amalgam.io.json.Json;
import dev.amalgam.io.json.JsonString;
import dev.amalgam.io.model.CompanionFiles;
import dev.amalgam.io.tokenizer.Encoding;
import dev.amalgam.io.tokenizer.Tokenizer;
import dev.amalgam.io.tokenizer.TokenizerException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.function.Consumer;

/** Tokenizes texts, those of files too. */
public final class TokenizeJob {

  private static final char BYTE_ORDER_MARK = '\uFEFF';
  private static final int LONGEST_LINE = 1 << 26;

  private TokenizeJob() {}

  /**
   * Returns the tokenizer of a model.
   *
   * @param model a folder with a {@code tokenizer.json}, or that file
   * @throws TokenizerException if there is none, or it cannot be used
   */
  public static Tokenizer tokenizer(Path model) {
    return Tokenizer.read(
        Files.isDirectory(model) ? model.resolve(CompanionFiles.TOKENIZER) : model);
  }

  /**
   * Passes on each text of a file: each line, or if the file's name ends in {@code .jsonl}, the
   * string under {@code text} in the JSON object of each line, or those under {@code prompt} and
   * {@code completion}, one behind the other; there, blank lines do not count.
   *
   * @throws TokenizerException if the file cannot be read, is not UTF-8, or a line is no such
   *     object; the message names file and line
   */
  public static void texts(Path file, Consumer<String> each) {
    boolean json = isJson(file.toString());
    try (InputStream in = Files.newInputStream(file)) {
      lines(
          in,
          file.toString(),
          (line, place) -> {
            if (!json) {
              each.accept(line);
            } else if (!line.isBlank()) {
              each.accept(text(line, place));
            }
          });
    } catch (NoSuchFileException e) {
      throw unreadable(file.toString(), "there is no such file", e);
    } catch (IOException e) {
      throw unreadable(file.toString(), e.getMessage(), e);
    }
  }

  /**
   * Passes on each line.
   *
   * @param name what messages call {@code in}
   * @throws TokenizerException if it cannot be read or is not UTF-8
   */
  public static void texts(InputStream in, String name, Consumer<String> each) {
    try {
      lines(in, name, (line, _) -> each.accept(line));
    } catch (IOException e) {
      throw unreadable(name, e.getMessage(), e);
    }
  }

  /** Returns {@code {"ids": […], "tokens": […]}} in one line of ASCII. */
  public static String json(Encoding encoding) {
    StringBuilder out = new StringBuilder("{\"ids\": [");
    String separator = "";
    for (int id : encoding.ids()) {
      out.append(separator).append(id);
      separator = ", ";
    }
    out.append("], \"tokens\": [");
    separator = "";
    for (String token : encoding.tokens()) {
      JsonString.appendAscii(out.append(separator), token);
      separator = ", ";
    }
    return out.append("]}").toString();
  }

  private static boolean isJson(String name) {
    return name.endsWith(".jsonl");
  }

  private interface LineReader {
    void accept(String line, String place);
  }

  private static void lines(InputStream in, String name, LineReader each) throws IOException {
    BufferedReader reader =
        new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8.newDecoder()), 1 << 16);
    StringBuilder line = new StringBuilder();
    int number = 1;
    while (true) {
      String place = quote(name) + ", line " + number;
      int c;
      try {
        c = reader.read();
      } catch (CharacterCodingException e) {
        throw new TokenizerException(place + " or soon after: it is not UTF-8 text", e);
      }
      if (c == '\n' || c < 0 && !line.isEmpty()) {
        if (!line.isEmpty() && line.charAt(line.length() - 1) == '\r') {
          line.setLength(line.length() - 1);
        }
        each.accept(line.toString(), place);
        line.setLength(0);
        number++;
      }
      if (c < 0) {
        return;
      }
      boolean mark = c == BYTE_ORDER_MARK && number == 1 && line.isEmpty() && isJson(name);
      if (c != '\n' && !mark) {
        if (line.length() == LONGEST_LINE) {
          throw new TokenizerException(
              place + " has more than " + LONGEST_LINE + " characters; split it");
        }
        line.append((char) c);
      }
    }
  }

  private static String text(String line, String place) {
    JsonNode object;
    try {
      object = Json.parse(line);
    } catch (JsonProcessingException e) {
      throw new TokenizerException(place + ": it is not JSON: " + quote(e.getOriginalMessage()), e);
    }
    if (object.has("text")) {
      return string(object, "text", place);
    }
    if (object.has("prompt") && object.has("completion")) {
      return string(object, "prompt", place) + string(object, "completion", place);
    }
    throw new TokenizerException(
        place + ": it must be a JSON object with \"text\", or with \"prompt\" and \"completion\"");
  }

  private static String string(JsonNode object, String key, String place) {
    JsonNode value = object.get(key);
    if (!value.isTextual()) {
      throw new TokenizerException(place + ": the value of " + quote(key) + " must be a string");
    }
    return value.textValue();
  }

  private static TokenizerException unreadable(String name, String reason, IOException e) {
    return new TokenizerException("Cannot read " + quote(name) + ": " + reason, e);
  }
}
