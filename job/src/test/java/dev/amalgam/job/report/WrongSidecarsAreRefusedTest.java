package dev.amalgam.job.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.amalgam.core.AmalgamException;
import dev.amalgam.core.run.ProgressListener;
import dev.amalgam.job.api.ReportException;
import dev.amalgam.job.api.ReportSettings;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WrongSidecarsAreRefusedTest {

  @TempDir Path folder;

  private static String problem(Path... files) {
    AmalgamException e =
        assertThrows(
            AmalgamException.class,
            () -> {
              try (ReportInputs inputs = ReportInputs.open(List.of(files))) {
                inputs.numbers(ReportSettings.DEFAULT, ProgressListener.NONE);
              }
            });
    assertFalse(e.getMessage().contains("\n"));
    return e.getMessage();
  }

  @Test
  void differentBases() {
    Path a = new HandMade("row", "a").add("w", 1, 1).write(folder.resolve("a.safetensors"));
    Path b =
        new HandMade("row", "b")
            .with("base_sha256", "another")
            .add("w", 1, 1)
            .write(folder.resolve("b.safetensors"));
    assertEquals(
        "'%s' and '%s' hold scores of experts of different bases; make a report of each base's"
            .formatted(a, b),
        problem(a, b));
  }

  @Test
  void oneFileTwice() {
    Path a = new HandMade("row", "a").add("w", 1, 1).write(folder.resolve("a.safetensors"));
    assertEquals("'" + a + "' is named twice; name each sidecar once", problem(a, a));
  }

  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, -1})
  void importanceThatIsNone(float value) {
    Path a =
        new HandMade("row", "a").add("w\u001b", 1, 1, value).write(folder.resolve("a.safetensors"));
    assertTrue(
        problem(a).contains("the importance of 'w\\u{1b}' has the value " + value), problem(a));
  }

  @ParameterizedTest
  @ValueSource(longs = {0, -5, Long.MAX_VALUE})
  void sizesThatCannotBe(long size) {
    Path a = new HandMade("row", "a").add("w", size, 1, 1).write(folder.resolve("a.safetensors"));
    assertTrue(problem(a).contains("work it out again"), problem(a));
  }

  @Test
  void noScoresAtAll() {
    Path a = new HandMade("row", "a").write(folder.resolve("a.safetensors"));
    assertTrue(problem(a).contains("it has no scores"), problem(a));
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 1, -1, Double.NaN})
  void densitiesThatAreNone(double density) {
    assertThrows(ReportException.class, () -> new ReportSettings(List.of(density), 1, 1));
    if (density < 1) {
      assertThrows(ReportException.class, () -> new ReportSettings(List.of(), density, 1));
      assertThrows(ReportException.class, () -> new ReportSettings(List.of(), 1, density));
    }
  }
}
