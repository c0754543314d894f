package dev.amalgam.job;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.amalgam.core.kernel.Kernels;
import dev.amalgam.core.tensor.CheckpointException;
import dev.amalgam.job.api.MergeSummary;
import dev.amalgam.job.output.Resources;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ResourcesTest {

  private static final long GB = 1_000_000_000;

  @Test
  void enoughIsEnough() {
    assertDoesNotThrow(() -> Resources.check(merge(10 * GB, 11 * GB, GB), GB));
  }

  @Test
  void aFullDiskIsToldBeforeTheMerge() {
    assertEquals(
        "out: the merged model needs 10067 MB, but only 10000 MB are free there; free some space or"
            + " choose another disk",
        problem(merge(10 * GB, 10 * GB, 0), GB));
  }

  @Test
  void aSmallHeapIsToldBeforeTheMerge() {
    assertEquals(
        "the merge needs buffers of 2000 MB, but the heap is limited to 1000 MB; use fewer"
            + " --threads or a larger heap (JAVA_TOOL_OPTIONS=-Xmx…)",
        problem(merge(0, GB, 2 * GB), GB));
  }

  @Test
  void missingVectorsAreToldAndOnlyThen() {
    assertTrue(Resources.slowness(Kernels.get()).isEmpty());
    assertTrue(Resources.slowness(Kernels.scalar()).orElseThrow().contains("Vector API"));
  }

  private static String problem(MergeSummary merge, long heap) {
    return assertThrows(CheckpointException.class, () -> Resources.check(merge, heap)).getMessage();
  }

  private static MergeSummary merge(long outputBytes, long freeBytes, long memoryBytes) {
    return new MergeSummary(
        List.of(),
        "linear",
        List.of(),
        Optional.of(Path.of("out")),
        0,
        0,
        0,
        Map.of(),
        List.of(),
        0,
        outputBytes,
        0,
        freeBytes,
        memoryBytes,
        List.of(),
        List.of(),
        List.of());
  }
}
