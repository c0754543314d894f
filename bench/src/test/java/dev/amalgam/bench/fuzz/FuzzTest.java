package dev.amalgam.bench.fuzz;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.amalgam.core.tensor.CheckpointException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Damaged files are worked with or refused in one line. */
class FuzzTest {

  private static final Path SOURCES = Path.of("..");
  private static final Path FOUND = Path.of("src/test/resources/fuzz");

  @TempDir private static Path folder;

  private static Corpus corpus;

  @BeforeAll
  static void makeCorpus() throws IOException {
    corpus = Corpus.make(SOURCES, folder.resolve("corpus"));
  }

  private static Trial trial(Duration limit) {
    return new Trial(corpus, folder.resolve("outputs"), limit);
  }

  static Stream<Scenario> scenarios() {
    return Scenario.ALL.stream();
  }

  static Stream<Path> found() throws IOException {
    try (Stream<Path> inputs = Files.list(FOUND)) {
      return inputs.sorted().toList().stream();
    }
  }

  @Test
  void everyJobWorksOrSaysInOneLineWhyNot() throws Exception {
    long seed = Long.getLong("amalgam.fuzz.seed", 1);
    Duration time = Duration.ofSeconds(Long.getLong("amalgam.fuzz.seconds", 60));
    Path kept = Path.of("target/fuzz");
    Fuzz fuzz = new Fuzz(SOURCES, folder.resolve("fuzz"), kept, System.out);
    fuzz.run(seed, time);
    fuzz.print();
    assertEquals(Set.of(), fuzz.failures(), "the inputs are in " + kept.toAbsolutePath());
  }

  @ParameterizedTest
  @MethodSource("found")
  void whatFailedOnceDoesSoNoMore(Path input) throws Exception {
    Outcome outcome = trial(Fuzz.LIMIT).of(FuzzInput.read(input));
    assertTrue(!(outcome instanceof Outcome.Failed), outcome::toString);
  }

  @ParameterizedTest
  @MethodSource("scenarios")
  void wholeFilesWork(Scenario scenario) throws Exception {
    FuzzInput whole = new FuzzInput(scenario, new TreeMap<>());
    assertEquals(new Outcome.Worked(), trial(Fuzz.LIMIT).of(whole));
  }

  @Test
  void theSameSeedGivesTheSameInputs() {
    for (long index = 0; index < 50; index++) {
      FuzzInput first = FuzzInput.of(corpus, 7, index);
      FuzzInput second = FuzzInput.of(corpus, 7, index);
      assertEquals(first.scenario(), second.scenario());
      assertEquals(first.damaged().keySet(), second.damaged().keySet());
      first
          .damaged()
          .forEach((file, bytes) -> assertArrayEquals(bytes, second.damaged().get(file)));
    }
  }

  @Test
  void everyFileOfEveryJobIsDamagedSoonerOrLater() {
    Set<String> damaged = new TreeSet<>();
    for (long index = 0; index < 2000; index++) {
      damaged.addAll(FuzzInput.of(corpus, 1, index).damaged().keySet());
    }
    Set<String> read = new TreeSet<>();
    Scenario.ALL.forEach(scenario -> read.addAll(scenario.files()));
    assertEquals(read, damaged);
  }

  private static Outcome of(Scenario.Job job) throws Exception {
    Scenario scenario = new Scenario("made/up", List.of(), job);
    return trial(Duration.ofMillis(200)).of(new FuzzInput(scenario, new TreeMap<>()));
  }

  @Test
  void otherExceptionsAreFailures() throws Exception {
    Outcome outcome =
        of(
            (_, _) -> {
              throw new IllegalStateException("broken");
            });
    assertInstanceOf(Outcome.Failed.class, outcome);
  }

  @Test
  void errorsOfTheVirtualMachineAreFailures() throws Exception {
    Outcome outcome =
        of(
            (_, _) -> {
              throw new StackOverflowError();
            });
    assertInstanceOf(Outcome.Failed.class, outcome);
  }

  @Test
  void messagesOfTwoLinesAreFailures() throws Exception {
    Outcome outcome =
        of(
            (_, _) -> {
              throw new CheckpointException("one\ntwo");
            });
    assertInstanceOf(Outcome.Failed.class, outcome);
  }

  @Test
  void jobsWithoutAnEndAreFailures() throws Exception {
    Outcome outcome =
        of(
            (_, _) -> {
              try {
                Thread.sleep(Duration.ofMinutes(5));
              } catch (InterruptedException e) {
                throw new AssertionError(e);
              }
            });
    assertInstanceOf(Outcome.Failed.class, outcome);
  }

  @Test
  void filesLeftBehindAreFailures() throws Exception {
    assertInstanceOf(
        Outcome.Failed.class, of((_, out) -> write(out.resolveSibling(".out.amalgam-partial"))));
    assertInstanceOf(
        Outcome.Failed.class,
        of(
            (_, out) -> {
              write(out);
              throw new CheckpointException("the disk is full");
            }));
    assertEquals(new Outcome.Worked(), of((_, out) -> write(out)));
  }

  private static void write(Path file) {
    try {
      Files.writeString(file, "half");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void anInputThatFailsIsShrunkToWhatMatters() throws Exception {
    Scenario scenario =
        new Scenario(
            "made/up",
            List.of(),
            (from, _) -> {
              try {
                if (Files.readString(from.resolve("examples.jsonl")).contains("#")) {
                  throw new IllegalStateException();
                }
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            });
    SortedMap<String, byte[]> damaged = new TreeMap<>();
    damaged.put("examples.jsonl", ("a".repeat(99) + "#bc").getBytes(StandardCharsets.UTF_8));
    damaged.put("classes.jsonl", new byte[3]);
    FuzzInput input = new FuzzInput(scenario, damaged);
    Trial trial = trial(Fuzz.LIMIT);
    Outcome.Failed failure = (Outcome.Failed) trial.of(input);
    FuzzInput shrunk = Shrinker.shrink(input, failure, trial);
    assertEquals(Set.of("examples.jsonl"), shrunk.damaged().keySet());
    assertArrayEquals(new byte[] {'#'}, shrunk.damaged().get("examples.jsonl"));
  }
}
