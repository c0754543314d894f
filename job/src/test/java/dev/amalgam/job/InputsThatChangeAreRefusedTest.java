package dev.amalgam.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.amalgam.core.run.ProgressListener;
import dev.amalgam.core.tensor.CheckpointException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that change between being read and being hashed would make amalgam.json certify a lie. */
class InputsThatChangeAreRefusedTest {

  @TempDir Path root;
  private MergeFixture merge;

  @BeforeEach
  void makeModels() throws IOException {
    merge = new MergeFixture(root);
  }

  private enum Change {
    OVERWRITTEN("it was written at "),
    REPLACED("another file has taken its name"),
    LENGTHENED("bytes and has ");

    private final String said;

    Change(String said) {
      this.said = said;
    }

    void apply(Path file) throws IOException {
      FileTime time = Files.getLastModifiedTime(file);
      byte[] bytes = Files.readAllBytes(file);
      switch (this) {
        case OVERWRITTEN -> {
          bytes[bytes.length - 1] ^= 1;
          Files.write(file, bytes);
          Files.setLastModifiedTime(file, FileTime.fromMillis(time.toMillis() + 1));
        }
        case REPLACED -> {
          Path other = file.resolveSibling("other");
          Files.write(other, bytes);
          Files.setLastModifiedTime(other, time);
          Files.move(other, file, StandardCopyOption.REPLACE_EXISTING);
        }
        case LENGTHENED -> Files.write(file, new byte[bytes.length + 8]);
      }
    }
  }

  /** Changes a file when a phase begins. */
  private record Meddler(Path file, Change change, String phase) implements ProgressListener {
    @Override
    public void started(String name, long bytes) {
      if (name.equals(phase)) {
        try {
          change.apply(file);
        } catch (IOException e) {
          throw new AssertionError(e);
        }
      }
    }

    @Override
    public void advanced(long bytes) {}
  }

  private void refused(Path file, Change change) {
    try (MergeJob job = MergeJob.prepare(merge.recipe, merge.out, MergeFixture.SETTINGS)) {
      // When all tensors have been merged, and nothing but stamps can tell.
      String message =
          assertThrows(
                  CheckpointException.class, () -> job.run(new Meddler(file, change, "finishing")))
              .getMessage();
      assertTrue(message.startsWith(file + ": was changed while it was read ("), message);
      assertTrue(message.contains(change.said), message);
    }
    assertTrue(Files.notExists(merge.out));
    assertTrue(Files.notExists(root.resolve(".out.amalgam-partial")));
  }

  @ParameterizedTest
  @EnumSource
  void tensorsThatChangeFailTheMerge(Change change) {
    refused(root.resolve("b/model.safetensors"), change);
  }

  @ParameterizedTest
  @ValueSource(strings = {"base/config.json", "base/tokenizer.json"})
  void companionsThatChangeFailTheMerge(String file) {
    refused(root.resolve(file), Change.REPLACED);
  }

  @Test
  void entriesThatAreNoNumbersLeaveNoOutput() throws IOException {
    WholeFile.overwrite(root.resolve("a/model.safetensors"), "layers.0.w", Float.NaN);
    String message = merge.refused();
    assertTrue(message.contains("is no finite number, the first NaN at [0, 0]"), message);
    assertEquals(List.of(), leftovers());
    merge.recipe(MergeFixture.RECIPE + "non_finite: allow\n").merge();
    assertTrue(Files.exists(merge.out.resolve("model.safetensors")));
  }

  private List<Path> leftovers() throws IOException {
    try (var files = Files.list(root)) {
      return files.filter(file -> file.getFileName().toString().contains("out")).toList();
    }
  }
}
