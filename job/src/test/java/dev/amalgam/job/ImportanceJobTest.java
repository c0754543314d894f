package dev.amalgam.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.amalgam.core.run.ProgressListener;
import dev.amalgam.core.tensor.CheckpointException;
import dev.amalgam.job.api.ScoringSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImportanceJobTest {

  private static final Path FAMILY = Path.of("../examples/tiny-llama");

  @TempDir Path root;

  @Test
  void examplesThatVanishAreNamed() throws IOException {
    Path data = root.resolve("data.jsonl");
    Files.copy(FAMILY.resolve("data/math.fewshot.jsonl"), data);
    Path scores = root.resolve("scores.safetensors");
    ScoringSettings settings = ScoringSettings.defaults().withExamples(1).withThreads(1);
    try (ImportanceJob job =
        ImportanceJob.prepare(FAMILY.resolve("math"), FAMILY.resolve("base"), data, settings)) {
      Files.delete(data);
      String message =
          assertThrows(CheckpointException.class, () -> job.run(scores, ProgressListener.NONE))
              .getMessage();
      assertEquals("Cannot read '" + data + "': there is no such file or folder", message);
    }
    assertFalse(Files.exists(scores));
  }
}
