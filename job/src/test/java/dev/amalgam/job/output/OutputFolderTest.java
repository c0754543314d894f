package dev.amalgam.job.output;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.amalgam.core.InterruptedJobException;
import dev.amalgam.core.tensor.CheckpointException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** A folder that the end of the process removes while a run fills or finishes it. */
class OutputFolderTest {

  @TempDir Path root;

  private OutputFolder create() {
    return OutputFolder.create(new OutputTarget(root.resolve("out"), true, List.of()));
  }

  @Test
  void whatIsRemovedIsNotFinished() throws IOException {
    try (OutputFolder folder = create()) {
      folder.removePartial();
      assertEquals(
          root.resolve("out") + ": interrupted before it was finished",
          assertThrows(InterruptedJobException.class, folder::finish).getMessage());
    }
    assertTrue(isEmpty(root));
  }

  @Test
  void whatIsFinishedIsNotRemoved() throws IOException {
    try (OutputFolder folder = create()) {
      Files.writeString(folder.path().resolve("model.safetensors"), "new");
      folder.finish();
      folder.removePartial();
    }
    assertEquals("new", Files.readString(root.resolve("out/model.safetensors")));
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void aFolderThatIsFilledWhileItIsRemovedKeepsItsMark() throws IOException {
    HiddenSibling sibling = HiddenSibling.of(root.resolve("out"), "partial");
    AtomicBoolean filling = new AtomicBoolean(true);
    for (int i = 0; i < 20; i++) {
      Files.createDirectories(sibling.path());
      try (FileChannel mark = sibling.openMark()) {
        HiddenSibling.write(mark);
      }
      filling.set(true);
      CompletableFuture<Void> filler =
          CompletableFuture.runAsync(() -> fill(sibling.path(), filling));
      try {
        sibling.remove();
      } catch (DirectoryNotEmptyException e) {
        // Whether it is depends on the threads.
      } finally {
        filling.set(false);
        filler.join();
      }
      assertTrue(!sibling.exists() || sibling.isOwn());
      sibling.remove();
    }
  }

  private static void fill(Path folder, AtomicBoolean filling) {
    try {
      for (int i = 0; filling.get(); i++) {
        Files.writeString(folder.resolve("file" + i), "");
      }
    } catch (NoSuchFileException e) {
      // It has been removed.
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void aFailureWhileAnOldModelIsRemovedLeavesNoPartialFolder() throws IOException {
    Files.createFile(Files.createDirectory(root.resolve("out")).resolve("model.safetensors"));
    HiddenSibling old = HiddenSibling.of(root.resolve("out"), "replaced");
    Files.createDirectory(old.path());
    try (FileChannel mark = old.openMark()) {
      HiddenSibling.write(mark);
    }
    Path deep = deepFolder(Files.createDirectory(root.resolve("deep")));
    Path tooDeep = Files.move(deep, old.path().resolve("deep"));
    try {
      assertThrows(CheckpointException.class, this::create);
      assertFalse(Files.exists(root.resolve(".out.amalgam-partial")));
    } finally {
      Files.move(tooDeep, deep);
    }
  }

  /** Fills a folder with others in each other, up to the longest path that can be. */
  private static Path deepFolder(Path folder) {
    try {
      for (Path inner = folder; ; ) {
        inner = Files.createDirectory(inner.resolve("0123456789"));
      }
    } catch (IOException e) {
      return folder;
    }
  }

  private static boolean isEmpty(Path folder) throws IOException {
    try (var files = Files.list(folder)) {
      return files.findAny().isEmpty();
    }
  }
}
