package dev.amalgam.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.amalgam.core.run.ProgressListener;
import dev.amalgam.core.tensor.CheckpointException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OutputIsWholeOrAbsentTest {

  @TempDir Path root;
  private MergeFixture merge;

  @BeforeEach
  void makeModels() throws IOException {
    merge = new MergeFixture(root);
  }

  @Test
  void whatExistsIsNotTouchedWithoutForce() throws IOException {
    Files.createDirectory(merge.out);
    merge.changesNothing(
        () ->
            assertEquals(
                merge.out + ": exists already; name another folder, or replace it with --force",
                merge.refused()));
  }

  @Test
  void forceReplacesAModel() throws IOException {
    merge.merge();
    TinyModel.tensors(merge.out.resolve("old.safetensors"), 5, "x");
    merge.merge(merge.out, MergeFixture.REPLACING);
    assertFalse(Files.exists(merge.out.resolve("old.safetensors")));
    assertEquals(Set.of("recipe.yml", "base", "a", "b", "out"), names(root));
  }

  @Test
  void forceReplacesAnEmptyFolder() throws IOException {
    Files.createDirectory(merge.out);
    merge.merge(merge.out, MergeFixture.REPLACING);
    assertTrue(Files.exists(merge.out.resolve("model.safetensors")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"thesis.docx", ".git/HEAD", "model.safetensors.d/x"})
  void forceReplacesNoFolderWithOtherThings(String other) throws IOException {
    merge.merge();
    Path file = merge.out.resolve(other);
    Files.createDirectories(file.getParent());
    Files.writeString(file, "precious");
    merge.changesNothing(
        () -> {
          String message = merge.refused(merge.out, MergeFixture.REPLACING);
          String name = merge.out.relativize(file).getName(0).toString();
          assertEquals(
              merge.out
                  + ": holds '"
                  + name
                  + "', which no merge writes, so --force does not replace it; name another folder",
              message);
        });
  }

  @Test
  void forceReplacesNoFolderWithoutAModel() throws IOException {
    Files.createDirectory(merge.out);
    Files.writeString(merge.out.resolve("README.md"), "precious");
    assertTrue(
        merge.refused(merge.out, MergeFixture.REPLACING).contains(": holds no model, so --force"));
    Files.writeString(root.resolve("file"), "precious");
    assertTrue(
        merge
            .refused(root.resolve("file"), MergeFixture.REPLACING)
            .contains(": is no folder, so --force"));
    assertEquals("precious", Files.readString(merge.out.resolve("README.md")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"base", "a", "a/../a", "tok", "."})
  void forceReplacesNothingThatTheMergeReadsNorAFolderAboveIt(String output) throws IOException {
    Path tokenizer = Files.createDirectory(root.resolve("tok"));
    Files.copy(root.resolve("base/tokenizer.json"), tokenizer.resolve("tokenizer.json"));
    Files.delete(root.resolve("a/notes.txt"));
    merge.recipe(MergeFixture.RECIPE + "tokenizer_source: tok\n");
    merge.changesNothing(
        () -> {
          String message =
              merge.refused(
                  root.resolve("b").resolve("..").resolve(output), MergeFixture.REPLACING);
          assertTrue(message.contains(": cannot be replaced, because this merge reads "), message);
        });
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void forceReplacesNoFolderThatAModelsLinksLeadTo() throws IOException {
    Path blobs = Files.createDirectory(root.resolve("blobs"));
    Files.move(root.resolve("a/model.safetensors"), blobs.resolve("model.safetensors"));
    Files.createSymbolicLink(
        root.resolve("a/model.safetensors"), blobs.resolve("model.safetensors"));
    assertTrue(merge.refused(blobs, MergeFixture.REPLACING).contains("because this merge reads"));
    Files.createSymbolicLink(root.resolve("link"), Path.of("base"));
    assertTrue(
        merge
            .refused(root.resolve("link"), MergeFixture.REPLACING)
            .contains("because this merge reads"));
  }

  @Test
  void aFailureLeavesNothingBehind() throws IOException {
    Path deep = root.resolve("new/folders/out");
    merge.changesNothing(
        () -> {
          try (MergeJob job = MergeJob.prepare(merge.recipe, deep, MergeFixture.SETTINGS)) {
            assertThrows(StopException.class, () -> job.run(new Stop("merging")));
          }
        });
  }

  @Test
  void aFailureLeavesTheModelThatWasToBeReplaced() throws IOException {
    merge.merge();
    for (String phase : List.of("merging", "finishing")) {
      merge.changesNothing(
          () -> {
            try (MergeJob job = MergeJob.prepare(merge.recipe, merge.out, MergeFixture.REPLACING)) {
              assertThrows(StopException.class, () -> job.run(new Stop(phase)));
            }
          });
    }
  }

  @Test
  void anInputThatShrinksWhileItIsReadFailsTheMergeCleanly() throws IOException {
    Path input = root.resolve("b/model.safetensors");
    try (MergeJob job = MergeJob.prepare(merge.recipe, merge.out, MergeFixture.SETTINGS)) {
      byte[] whole = Files.readAllBytes(input);
      Files.write(input, java.util.Arrays.copyOf(whole, whole.length / 2));
      merge.changesNothing(
          () -> {
            String message =
                assertThrows(CheckpointException.class, () -> job.run(ProgressListener.NONE))
                    .getMessage();
            assertTrue(message.contains("model.safetensors"), message);
          });
    }
  }

  @Test
  void ofTwoMergesIntoOneFolderTheSecondIsRefused() throws IOException {
    try (MergeJob first = MergeJob.prepare(merge.recipe, merge.out, MergeFixture.SETTINGS);
        MergeJob second = MergeJob.prepare(merge.recipe, merge.out, MergeFixture.SETTINGS)) {
      String[] refusal = new String[1];
      first.run(
          new ProgressListener() {
            @Override
            public void started(String phase, long bytes) {
              refusal[0] =
                  assertThrows(CheckpointException.class, () -> second.run(NONE)).getMessage();
            }

            @Override
            public void advanced(long bytes) {}
          });
      assertEquals(
          merge.out
              + ": another merge is writing it ("
              + root.resolve(".out.amalgam-partial")
              + " is locked); wait for its end, or name another folder",
          refusal[0]);
      SortedMap<String, String> finished = MergeFixture.digests(root);
      assertTrue(finished.containsKey("out/amalgam.json"));
      String late =
          assertThrows(CheckpointException.class, () -> second.run(ProgressListener.NONE))
              .getMessage();
      assertTrue(late.contains("exists already"), late);
      assertEquals(finished, MergeFixture.digests(root));
    }
  }

  @Test
  void aFolderThatAppearsMeanwhileIsLeftAloneAndTheMergeIsKept() throws IOException {
    try (MergeJob job = MergeJob.prepare(merge.recipe, merge.out, MergeFixture.SETTINGS)) {
      String message =
          assertThrows(
                  CheckpointException.class,
                  () ->
                      job.run(
                          new ProgressListener() {
                            @Override
                            public void started(String phase, long bytes) {
                              writePrecious();
                            }

                            @Override
                            public void advanced(long bytes) {}
                          }))
              .getMessage();
      Path kept = root.resolve(".out.amalgam-partial");
      assertTrue(message.contains("exists already"), message);
      assertTrue(message.endsWith("(the finished merge is in " + kept + ": rename it)"), message);
      assertEquals("precious", Files.readString(merge.out.resolve("precious.txt")));
      assertEquals(
          Set.of(
              "model.safetensors",
              "config.json",
              "generation_config.json",
              "tokenizer.json",
              "tokenizer_config.json",
              "README.md",
              "amalgam.json"),
          names(kept));
    }
  }

  @Test
  void placesWhereNoFolderCanBe() throws IOException {
    Files.writeString(root.resolve("file"), "");
    assertTrue(
        merge
            .refused(root.resolve("file/out"), MergeFixture.SETTINGS)
            .endsWith(
                "cannot be made, because "
                    + root.resolve("file")
                    + " is no folder; name another folder"));
    assertEquals(
        "'' is no folder that could be written; name a new one",
        merge.refused(Path.of(""), MergeFixture.SETTINGS));
    assertTrue(
        merge
            .refused(root.getRoot(), MergeFixture.REPLACING)
            .contains("is no folder that could be written"));
  }

  private void writePrecious() {
    try {
      Files.createDirectories(merge.out);
      Files.writeString(merge.out.resolve("precious.txt"), "precious");
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static Set<String> names(Path folder) throws IOException {
    try (var files = Files.list(folder)) {
      return new TreeSet<>(files.map(file -> file.getFileName().toString()).toList());
    }
  }

  private static final class StopException extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  /** Fails the run in a phase. */
  private record Stop(String phase) implements ProgressListener {
    @Override
    public void started(String name, long bytes) {
      if (name.equals(phase)) {
        throw new StopException();
      }
    }

    @Override
    public void advanced(long bytes) {}
  }
}
