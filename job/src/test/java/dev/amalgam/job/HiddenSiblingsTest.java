package dev.amalgam.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.amalgam.core.run.ProgressListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SortedMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What bears the name of a merge's hidden folders: left by a merge, or put there by others. */
class HiddenSiblingsTest {

  @TempDir Path root;
  private MergeFixture merge;
  private Path partial;
  private Path replaced;

  @BeforeEach
  void makeModels() throws IOException {
    merge = new MergeFixture(root);
    partial = root.resolve(".out.amalgam-partial");
    replaced = root.resolve(".out.amalgam-replaced");
  }

  /** Makes a hidden folder as a merge does that is killed, and returns its mark. */
  private String mark() throws IOException {
    String[] mark = new String[1];
    Path lock = partial.resolve(".lock");
    try (MergeJob job =
        MergeJob.prepare(merge.recipe, root.resolve("other"), MergeFixture.SETTINGS)) {
      Path other = root.resolve(".other.amalgam-partial/.lock");
      job.run(
          new ProgressListener() {
            @Override
            public void started(String phase, long bytes) {
              try {
                mark[0] = Files.readString(other);
              } catch (IOException e) {
                throw new AssertionError(e);
              }
            }

            @Override
            public void advanced(long bytes) {}
          });
    }
    MergeFixture.removeTree(root.resolve("other"));
    Files.createDirectories(partial);
    Files.writeString(lock, mark[0]);
    return mark[0];
  }

  @Test
  void whatAKilledRunLeftIsCleanedAway() throws IOException {
    mark();
    Files.createDirectories(partial.resolve("x/y"));
    Files.writeString(partial.resolve("model.safetensors"), "half");
    merge.merge();
    assertEquals(7 + 1, MergeFixture.digests(merge.out).size());
    assertFalse(Files.exists(partial));
  }

  @ParameterizedTest
  @ValueSource(strings = {".out.amalgam-partial", ".out.amalgam-replaced"})
  @DisabledOnOs(OS.WINDOWS)
  void aPlantedLinkIsRefusedAndWhereItLeadsStays(String name) throws IOException {
    String mark = mark();
    MergeFixture.removeTree(partial);
    Path victim = Files.createDirectory(root.resolve("victim"));
    Files.writeString(victim.resolve("a.txt"), "precious");
    Files.writeString(victim.resolve(".lock"), mark);
    Files.createSymbolicLink(root.resolve(name), victim);
    merge.changesNothing(
        () ->
            assertEquals(
                root.resolve(name)
                    + ": is a link, and a merge writes under that name; move it away or remove it,"
                    + " or name another folder",
                merge.refused()));
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void linksInsideAreRemovedAndNotFollowed() throws IOException {
    mark();
    Path victim = Files.createDirectory(root.resolve("victim"));
    Files.writeString(victim.resolve("a.txt"), "precious");
    Files.createSymbolicLink(partial.resolve("link"), victim);
    merge.merge();
    assertEquals("precious", Files.readString(victim.resolve("a.txt")));
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void aLockThatIsALinkIsRefused() throws IOException {
    mark();
    Path foreign = Files.writeString(root.resolve("foreign"), "precious");
    Files.delete(partial.resolve(".lock"));
    Files.createSymbolicLink(partial.resolve(".lock"), foreign);
    assertTrue(merge.refused().startsWith("Cannot write "));
    assertEquals("precious", Files.readString(foreign));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "precious", "Amalgam"})
  void aFolderWithoutTheMarkIsNotEmptied(String lock) throws IOException {
    Files.createDirectory(partial);
    Files.writeString(partial.resolve("a.txt"), "precious");
    if (!lock.isEmpty()) {
      Files.writeString(partial.resolve(".lock"), lock);
    }
    merge.changesNothing(
        () ->
            assertTrue(
                merge.refused().contains(": holds files and no lock of an interrupted merge, ")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "precious"})
  void aFolderOfOthersUnderTheNameOfAnOldModelIsRefusedBeforeWork(String lock) throws IOException {
    merge.merge();
    Files.createDirectory(replaced);
    Files.writeString(replaced.resolve("a.txt"), "precious");
    Files.writeString(replaced.resolve(".lock"), lock);
    merge.changesNothing(
        () -> {
          String message = merge.refused(merge.out, MergeFixture.REPLACING);
          assertTrue(message.startsWith(replaced + ": holds files and no lock of an"), message);
        });
  }

  @Test
  void aFileInPlaceOfTheHiddenFolderIsNamed() throws IOException {
    Files.writeString(partial, "precious");
    merge.changesNothing(
        () -> assertTrue(merge.refused().startsWith(partial + ": is no folder, ")));
  }

  @Test
  void aModelThatWasSetAsideWhenTheRunWasKilledIsBackUnderItsName() throws IOException {
    merge.merge();
    SortedMap<String, String> old = MergeFixture.digests(merge.out);
    setAside(mark());
    String message = merge.refused();
    assertTrue(message.contains("exists already"), message);
    assertEquals(old, MergeFixture.digests(merge.out));
    assertFalse(Files.exists(partial));
    assertFalse(Files.exists(replaced));
  }

  @Test
  void aModelThatWasSetAsideIsReplacedByTheNextRunWithForce() throws IOException {
    merge.merge();
    SortedMap<String, String> old = MergeFixture.digests(merge.out);
    String mark = mark();
    Files.writeString(merge.out.resolve("amalgam.json"), "old");
    setAside(mark);
    merge.merge(merge.out, MergeFixture.REPLACING);
    assertEquals(old, MergeFixture.digests(merge.out));
    assertFalse(Files.exists(replaced));
  }

  @Test
  void aFailureAfterItCameBackLeavesTheOldModel() throws IOException {
    merge.merge();
    SortedMap<String, String> old = MergeFixture.digests(merge.out);
    setAside(mark());
    try (MergeJob job = MergeJob.prepare(merge.recipe, merge.out, MergeFixture.REPLACING)) {
      assertThrows(
          IllegalStateException.class,
          () ->
              job.run(
                  new ProgressListener() {
                    @Override
                    public void started(String phase, long bytes) {
                      throw new IllegalStateException();
                    }

                    @Override
                    public void advanced(long bytes) {}
                  }));
    }
    assertEquals(old, MergeFixture.digests(merge.out));
  }

  @Test
  void anOldModelWhoseSuccessorHasTheNameIsRemoved() throws IOException {
    merge.merge();
    Files.createDirectory(replaced);
    Files.writeString(replaced.resolve("model.safetensors"), "old");
    Files.writeString(replaced.resolve(".lock"), mark());
    merge.merge(merge.out, MergeFixture.REPLACING);
    assertFalse(Files.exists(replaced));
    assertTrue(Files.size(merge.out.resolve("model.safetensors")) > 100);
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void aParentThatIsALinkToNothingIsNamed() throws IOException {
    Path link = Files.createSymbolicLink(root.resolve("link"), Path.of("gone"));
    assertEquals(
        link.resolve("out")
            + ": cannot be made, because "
            + link
            + " is a link to nothing; name another folder",
        merge.refused(link.resolve("out"), MergeFixture.SETTINGS));
    assertEquals(
        link + ": is a link to nothing; name another folder",
        merge.refused(link, MergeFixture.REPLACING));
  }

  /** Leaves what a run leaves that is killed between the two renames. */
  private void setAside(String mark) throws IOException {
    Files.writeString(merge.out.resolve(".lock"), mark);
    Files.move(merge.out, replaced);
    Files.writeString(partial.resolve("model.safetensors"), "new");
  }
}
