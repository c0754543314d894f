package dev.amalgam.io.dataset;

import static dev.amalgam.core.AmalgamException.quote;

import dev.amalgam.io.file.FileProblems;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Reads the lines of a UTF-8 file that are not blank. */
final class LineReader implements AutoCloseable {

  private static final int MOST_BYTES = 16 << 20;
  private static final int BUFFER_BYTES = 1 << 16;
  private static final String BYTE_ORDER_MARK = "\uFEFF";

  private final Path file;
  private final InputStream in;
  private long number;

  LineReader(Path file) {
    this.file = file;
    try {
      this.in = new BufferedInputStream(Files.newInputStream(file), BUFFER_BYTES);
    } catch (IOException e) {
      throw FileProblems.unreadable(file, e);
    }
  }

  /** Returns the next line that is not blank, without its end; nothing behind the last. */
  Optional<String> next() {
    Optional<String> line = any();
    while (line.isPresent() && line.get().isBlank()) {
      line = any();
    }
    return line;
  }

  private Optional<String> any() {
    number++;
    try {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      int next = in.read();
      if (next < 0) {
        return Optional.empty();
      }
      for (; next >= 0 && next != '\n'; next = in.read()) {
        if (bytes.size() == MOST_BYTES) {
          throw problem("it is longer than " + (MOST_BYTES >> 20) + " MiB; is this JSON lines?");
        }
        bytes.write(next);
      }
      String line =
          StandardCharsets.UTF_8
              .newDecoder()
              .decode(ByteBuffer.wrap(bytes.toByteArray()))
              .toString();
      return Optional.of(
          number == 1 && line.startsWith(BYTE_ORDER_MARK) ? line.substring(1) : line);
    } catch (CharacterCodingException e) {
      throw problem("it is not UTF-8 text; convert the file", e);
    } catch (IOException e) {
      throw FileProblems.unreadable(file, e);
    }
  }

  /** Returns the exception for a problem in the line that was read last. */
  DatasetException problem(String problem) {
    return problem(problem, null);
  }

  /** Returns the exception for a problem in the line that was read last. */
  DatasetException problem(String problem, Throwable cause) {
    return new DatasetException(
        "%s, line %d: %s".formatted(quote(file.toString()), number, problem), cause);
  }

  @Override
  public void close() {
    try {
      in.close();
    } catch (IOException e) {
      throw FileProblems.unreadable(file, e);
    }
  }
}
