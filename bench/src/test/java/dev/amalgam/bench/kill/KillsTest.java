package dev.amalgam.bench.kill;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A merge that is killed leaves a whole model or none, and the next one is right. */
class KillsTest {

  private static final Path SOURCES = Path.of("..");

  @TempDir private Path folder;

  @Test
  void mergesThatAreKilledLeaveAWholeModelOrNoneAndTheNextIsRight() throws Exception {
    int count = Integer.getInteger("amalgam.kills", 16);
    Kills kills = new Kills(amalgam(), SOURCES, folder, System.out);
    kills.run(count, Long.getLong("amalgam.kills.seed", 1));
    assertEquals(List.of(), kills.broken());
    assertTrue(kills.killedWriting() > 0, "no kill met a merge that wrote");
  }

  @Test
  void aMergeThatWritesInPlaceIsFound() throws Exception {
    Path inPlace = folder.resolve("in-place.sh");
    Files.writeString(
        inPlace,
        """
        # merge RECIPE OUT …: the first half, a while, then the second.
        mkdir -p "$3"
        basename "$2" >"$3/model"
        sleep 0.3
        basename "$2" >>"$3/model"
        """);
    PrintStream silent = new PrintStream(OutputStream.nullOutputStream());
    Path work = Files.createDirectory(folder.resolve("work"));
    Kills kills = new Kills(List.of("sh", inPlace.toString()), SOURCES, work, silent);
    kills.run(12, 1);
    assertFalse(kills.broken().isEmpty());
  }

  @Test
  void anEmptyFolderIsNotAbsent() throws IOException {
    Path empty = Files.createDirectory(folder.resolve("empty"));
    assertNotEquals(FolderState.ABSENT, FolderState.of(empty));
    assertEquals(FolderState.ABSENT, FolderState.of(folder.resolve("none")));
  }

  private static List<String> amalgam() {
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        // What starts fastest: more of the kills then meet the merge itself.
        "-XX:+UseSerialGC",
        "-XX:TieredStopAtLevel=1",
        "-Xlog:disable",
        // Without it the process would start another, which a kill does not meet.
        "--add-modules=jdk.incubator.vector",
        "--enable-native-access=ALL-UNNAMED",
        "-cp",
        System.getProperty("java.class.path"),
        "dev.amalgam.cli.Main");
  }
}
