package dev.amalgam.io.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.amalgam.core.tensor.CheckpointException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileBytesTest {

  @TempDir Path root;

  @Test
  void theFileThatCannotBeReadIsNamed() throws IOException {
    Path there = Files.writeString(root.resolve("there"), "x");
    Path gone = root.resolve("gone");
    String problem = "Cannot read '" + gone + "': there is no such file or folder";
    assertEquals(problem, failure(gone, there));
    assertEquals(problem, failure(there, gone));
  }

  private static String failure(Path file, Path other) {
    return assertThrows(CheckpointException.class, () -> FileBytes.areEqual(file, other))
        .getMessage();
  }
}
