package dev.amalgam.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.amalgam.core.tensor.CheckpointException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.function.ToIntFunction;
import org.junit.jupiter.api.Test;

class ErrorsTest {

  private final StringWriter err = new StringWriter();

  @Test
  void whatTheUserCanMendIsOneLine() {
    assertEquals(1, print(e -> Errors.failed(new CheckpointException("a\n b"), e, false)));
    assertEquals("amalgam: a b\n", err.toString());
  }

  @Test
  void anythingElseIsABug() {
    assertEquals(1, print(e -> Errors.failed(new IllegalStateException("x"), e, false)));
    assertEquals(
        "amalgam: this is a bug in Amalgam, please report it: java.lang.IllegalStateException: x;"
            + " --stacktrace shows more\n",
        err.toString());
  }

  @Test
  void withTheStackTraceThereIsNoMore() {
    print(e -> Errors.failed(new IllegalStateException("x"), e, true));
    assertTrue(err.toString().contains(": x\njava.lang.IllegalStateException: x\n\tat "));
  }

  @Test
  void lackOfMemoryIsNoBug() {
    assertEquals(1, print(Errors::outOfMemory));
    assertEquals(
        "amalgam: memory ran out; use fewer --threads, or a larger heap"
            + " (JAVA_TOOL_OPTIONS=-Xmx…)\n",
        err.toString());
  }

  private int print(ToIntFunction<PrintWriter> action) {
    try (PrintWriter writer = new PrintWriter(err)) {
      return action.applyAsInt(writer);
    }
  }
}
