package dev.amalgam.io.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.amalgam.core.tensor.CheckpointException;
import dev.amalgam.core.tensor.DType;
import dev.amalgam.core.tensor.TensorInfo;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CheckpointWriterTest {

  private static final Map<String, String> METADATA = Map.of("format", "pt");

  private static final List<TensorInfo> MODEL =
      List.of(
          Models.tensor("embed", DType.BF16, 1000, 300),
          Models.tensor("layer.0", DType.F32, 200, 300),
          Models.tensor("nothing", DType.F32, 0, 300),
          Models.tensor("scale", DType.F8_E4M3),
          Models.tensor("layer.1 😀", DType.F16, 200, 300),
          Models.tensor("head", DType.BF16, 1000, 300));

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(longs = {1, 100_000, 700_000, 1_000_000_000})
  void whatIsWrittenIsReadAgain(long maxShardBytes) throws Exception {
    ShardLayout layout = ShardLayout.of(MODEL, maxShardBytes);
    List<WrittenFile> files;
    try (var writer = CheckpointWriter.create(folder, layout, METADATA, true)) {
      writeAll(writer, layout);
      files = writer.finish();
    }
    assertEquals(namesIn(folder), files.stream().map(WrittenFile::name).sorted().toList());
    for (WrittenFile file : files) {
      byte[] content = Files.readAllBytes(folder.resolve(file.name()));
      assertEquals(content.length, file.bytes());
      assertEquals(Optional.of(sha256(content)), file.sha256());
    }
    try (var model = CheckpointFolder.open(folder)) {
      assertEquals(layout.order(), model.tensors());
      assertEquals(METADATA, model.metadata());
      assertEquals(layout.isSharded(), model.indexFile().isPresent());
      for (TensorInfo tensor : model.tensors()) {
        assertArrayEquals(Models.data(tensor), Models.read(model, tensor), tensor.name());
      }
    }
  }

  @Test
  void withoutHashingThereAreNoHashes() {
    ShardLayout layout = ShardLayout.of(MODEL, 700_000);
    try (var writer = CheckpointWriter.create(folder, layout, METADATA, false)) {
      writeAll(writer, layout);
      assertTrue(writer.finish().stream().allMatch(f -> f.sha256().isEmpty()));
    }
  }

  @Test
  void theIndexIsAsPythonWritesIt() throws IOException {
    List<TensorInfo> tensors =
        Stream.of(
                "é",
                "\ue000",
                "😀",
                "quo\"te",
                "back\\slash",
                "tab\tnew\nline",
                "\0",
                "del\177",
                "sla/sh",
                "a")
            .map(name -> Models.tensor(name, DType.I32))
            .toList();
    ShardLayout layout = ShardLayout.of(tensors, 20);
    try (var writer = CheckpointWriter.create(folder, layout, METADATA, false)) {
      writeAll(writer, layout);
      writer.finish();
    }
    assertEquals(
        Files.readString(Path.of("src/test/resources/checkpoint/odd-names.index.json")),
        Files.readString(folder.resolve("model.safetensors.index.json")));
  }

  @Test
  void aModelWithoutTensorsIsOneFile() {
    ShardLayout layout = ShardLayout.of(List.of(), 10);
    try (var writer = CheckpointWriter.create(folder, layout, METADATA, true)) {
      List<WrittenFile> files = writer.finish();
      assertEquals(1, files.size());
      assertTrue(files.getFirst().sha256().isPresent());
    }
    try (var model = CheckpointFolder.open(folder)) {
      assertEquals(List.of(), model.tensors());
    }
  }

  @Test
  void manyThreadsWriteAtOnceAndAheadOfWhatIsCompleted() throws Exception {
    List<TensorInfo> tensors = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      tensors.add(Models.tensor("t" + i, DType.U8, 100_003));
    }
    ShardLayout layout = ShardLayout.of(tensors, 500_000);
    List<WrittenFile> files;
    // Flushes all the time.
    try (var writer = CheckpointWriter.create(folder, layout, METADATA, true, 50_000);
        var threads = Executors.newFixedThreadPool(4)) {
      List<Future<?>> writes =
          layout.order().reversed().stream()
              .<Future<?>>map(t -> threads.submit(() -> write(writer, t)))
              .toList()
              .reversed();
      for (int i = 0; i < writes.size(); i++) {
        writes.get(i).get();
        writer.completed(layout.order().get(i).name());
      }
      files = writer.finish();
    }
    for (WrittenFile file : files) {
      byte[] content = Files.readAllBytes(folder.resolve(file.name()));
      assertEquals(sha256(content), file.sha256().orElseThrow());
    }
  }

  @Test
  void finishRefusesWhenATensorIsMissing() {
    ShardLayout layout = ShardLayout.of(MODEL, 700_000);
    try (var writer = CheckpointWriter.create(folder, layout, METADATA, true)) {
      TensorInfo first = layout.order().getFirst();
      write(writer, first);
      writer.completed(first.name());
      String message = assertThrows(IllegalStateException.class, writer::finish).getMessage();
      assertTrue(message.startsWith("5 tensors were not completed"), message);
    }
    assertFalse(Files.exists(folder.resolve("model.safetensors.index.json")));
  }

  @Test
  void aTensorWithMissingBytesIsNotComplete() {
    ShardLayout layout = ShardLayout.of(List.of(Models.tensor("t", DType.I8, 4)), 10);
    try (var writer = CheckpointWriter.create(folder, layout, METADATA, true);
        Arena arena = Arena.ofConfined()) {
      writer.write("t", 0, arena.allocate(3));
      String message =
          assertThrows(IllegalStateException.class, () -> writer.completed("t")).getMessage();
      assertEquals("1 bytes of t are missing", message);
    }
  }

  @Test
  void tensorsAreCompletedInOrder() {
    ShardLayout layout = ShardLayout.of(MODEL, 700_000);
    try (var writer = CheckpointWriter.create(folder, layout, METADATA, false)) {
      TensorInfo second = layout.order().get(1);
      write(writer, second);
      assertThrows(IllegalStateException.class, () -> writer.completed(second.name()));
      assertThrows(IllegalArgumentException.class, () -> writer.completed("stranger"));
    }
  }

  @Test
  void aFolderThatDoesNotExistIsRefused() {
    ShardLayout layout = ShardLayout.of(MODEL, 700_000);
    Path absent = folder.resolve("absent");
    assertThrows(
        CheckpointException.class, () -> CheckpointWriter.create(absent, layout, METADATA, true));
  }

  @Test
  void filesThatExistAreNotOverwritten() throws IOException {
    Files.createFile(folder.resolve("model.safetensors"));
    ShardLayout layout = ShardLayout.of(MODEL, 1_000_000_000);
    try (var writer = CheckpointWriter.create(folder, layout, METADATA, true)) {
      TensorInfo first = layout.order().getFirst();
      String message =
          assertThrows(CheckpointException.class, () -> write(writer, first)).getMessage();
      assertTrue(message.contains("it exists already"), message);
    }
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void failuresInTheBackgroundReachTheCaller() throws IOException {
    ShardLayout layout = ShardLayout.of(List.of(Models.tensor("t", DType.I8, 4)), 10);
    try (var writer = CheckpointWriter.create(folder, layout, METADATA, true)) {
      write(writer, layout.order().getFirst());
      Files.delete(folder.resolve("model.safetensors"));
      writer.completed("t");
      String message = assertThrows(CheckpointException.class, writer::finish).getMessage();
      assertTrue(message.contains("model.safetensors': there is no such file"), message);
    }
  }

  @Test
  void closingWithoutFinishEndsTheThreads() throws InterruptedException {
    ShardLayout layout = ShardLayout.of(MODEL, 700_000);
    try (var writer = CheckpointWriter.create(folder, layout, METADATA, true)) {
      TensorInfo first = layout.order().getFirst();
      write(writer, first);
      writer.completed(first.name());
      assertTrue(background().findAny().isPresent());
    }
    for (int i = 0; i < 100 && background().findAny().isPresent(); i++) {
      Thread.sleep(20);
    }
    assertEquals(List.of(), background().map(Thread::getName).toList());
  }

  @Test
  void filesAreHashedFromFirstByteToLast() throws Exception {
    byte[] content = new byte[1_000_001];
    new Random(1).nextBytes(content);
    Path file = Files.write(folder.resolve("any"), content);
    AtomicLong progress = new AtomicLong();
    assertEquals(sha256(content), FileHasher.sha256(file, progress::addAndGet, () -> false));
    assertEquals(content.length, progress.get());
  }

  @Test
  void hashingCanBeCancelled() throws IOException {
    Path file = Files.write(folder.resolve("any"), new byte[2_000_000]);
    AtomicLong progress = new AtomicLong();
    assertThrows(
        CancellationException.class,
        () -> FileHasher.sha256(file, progress::addAndGet, () -> progress.get() > 0));
    assertTrue(progress.get() < 2_000_000);
  }

  private static void writeAll(CheckpointWriter writer, ShardLayout layout) {
    for (TensorInfo tensor : layout.order()) {
      write(writer, tensor);
      writer.completed(tensor.name());
    }
  }

  private static void write(CheckpointWriter writer, TensorInfo tensor) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment data = arena.allocateFrom(ValueLayout.JAVA_BYTE, Models.data(tensor));
      for (long end = data.byteSize(); end > 0; end -= 10_000) {
        long begin = Math.max(0, end - 10_000);
        writer.write(tensor.name(), begin, data.asSlice(begin, end - begin));
      }
    }
  }

  private static Stream<Thread> background() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(t -> t.getName().startsWith("amalgam-"));
  }

  private static List<String> namesIn(Path folder) throws IOException {
    try (var files = Files.list(folder)) {
      return files.map(f -> f.getFileName().toString()).sorted().toList();
    }
  }

  private static String sha256(byte[] content) throws Exception {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
  }
}
