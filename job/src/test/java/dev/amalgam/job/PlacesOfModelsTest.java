package dev.amalgam.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.amalgam.core.InterruptedJobException;
import dev.amalgam.core.run.ProgressListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SortedMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The ways in which recipes that were made for mergekit name models. */
@Isolated("It changes user.home.")
class PlacesOfModelsTest {

  @TempDir Path root;
  private MergeFixture merge;

  @BeforeEach
  void makeModels() throws IOException {
    merge = new MergeFixture(root);
  }

  private void name(String model) throws IOException {
    merge.recipe(
        "merge_method: linear\nmodels:\n- model: %s\n  parameters: {weight: 1}\n".formatted(model));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a",
        "{model: {path: a}}",
        "{model: {path: a, revision: null}, lora: null, override_architecture: null}",
        "{path: a}",
        "{model: a}"
      })
  void aReferenceAsMergekitPrintsIt(String reference) throws IOException {
    name(reference);
    merge.merge();
    assertEquals(
        MergeFixture.sha256(root.resolve("a/model.safetensors")),
        MergeFixture.sha256(merge.out.resolve("model.safetensors")));
  }

  @Test
  void aRevisionIsAnErrorWithTheCommandThatDownloadsIt() throws IOException {
    name("{model: {path: a, revision: v2}}");
    assertTrue(
        merge.refused().contains("hf download <model> --revision v2 --local-dir <folder>"),
        merge.refused());
  }

  @Test
  void anAdapterInAReferenceIsApplied() throws IOException {
    name("{model: {path: a}, lora: {path: b}}");
    assertTrue(merge.refused().contains("'" + root.resolve("b") + "' is no adapter"));
  }

  @Test
  void aTildeIsTheHomeFolder() throws IOException {
    String home = System.getProperty("user.home");
    System.setProperty("user.home", root.toString());
    try {
      name("~/a");
      merge.merge();
    } finally {
      System.setProperty("user.home", home);
    }
  }

  @Test
  void aFolderOfTheHubsCacheMeansItsSnapshot() throws IOException {
    Path snapshots = root.resolve("models--org--m/snapshots");
    TinyModel.make(snapshots.resolve("abc"), 1);
    name("models--org--m");
    merge.merge();
    TinyModel.make(snapshots.resolve("abd"), 2);
    merge.out.toFile().renameTo(root.resolve("first").toFile());
    assertTrue(
        merge
            .refused()
            .endsWith(
                "holds 2 snapshots of a model; name the folder of one, as '"
                    + snapshots.resolve("abc")
                    + "'"),
        merge.refused());
    Files.createDirectory(root.resolve("models--org--m/refs"));
    Files.writeString(root.resolve("models--org--m/refs/main"), "abd");
    merge.merge();
    assertEquals(
        MergeFixture.sha256(root.resolve("b/model.safetensors")),
        MergeFixture.sha256(merge.out.resolve("model.safetensors")));
  }

  @Test
  void anInterruptedJobSaysSoAndLeavesNothing() throws IOException {
    SortedMap<String, String> before = MergeFixture.digests(root);
    try (MergeJob job = MergeJob.prepare(merge.recipe, merge.out, MergeFixture.SETTINGS)) {
      Thread.currentThread().interrupt();
      assertThrows(InterruptedJobException.class, () -> job.run(ProgressListener.NONE));
      assertTrue(Thread.interrupted());
    }
    assertEquals(before, MergeFixture.digests(root));
  }
}
