package dev.amalgam.io.safetensors;

import static dev.amalgam.io.safetensors.RawFile.entry;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.amalgam.core.InterruptedJobException;
import dev.amalgam.core.tensor.CheckpointException;
import dev.amalgam.core.tensor.DType;
import dev.amalgam.core.tensor.Shape;
import dev.amalgam.core.tensor.TensorInfo;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SafetensorsFileTest {

  private static final TensorInfo WORDS = new TensorInfo("words", DType.I32, Shape.of(1 << 20));

  @TempDir Path folder;

  @Test
  void whiteSpaceAroundTheHeaderIsAccepted() throws IOException {
    Path path = RawFile.write(folder, "\t\n {} \r\n\t ", 0);
    try (var file = SafetensorsFile.open(path)) {
      assertEquals(List.of(), file.tensors());
    }
  }

  @Test
  void tensorsComeInTheOrderOfTheirBytesWhateverTheHeadersOrder() throws IOException {
    String header =
        "{%s,%s,%s}"
            .formatted(
                entry("late", "I8", "[2]", "[4,6]"),
                entry("empty", "I8", "[0]", "[4,4]"),
                entry("early", "F32", "[]", "[0,4]"));
    try (var file = SafetensorsFile.open(RawFile.write(folder, header, 6))) {
      assertEquals(
          List.of("early", "empty", "late"),
          file.tensors().stream().map(TensorInfo::name).toList());
    }
  }

  @Test
  void escapedNamesAreDecoded() throws IOException {
    String header = "{" + entry("\\ud83d\\ude00\\u00e9\\/", "I8", "[0]", "[0,0]") + "}";
    try (var file = SafetensorsFile.open(RawFile.write(folder, header, 0))) {
      assertEquals("😀é/", file.tensors().getFirst().name());
    }
  }

  @Test
  void aQuarterOfAMillionTensorsOpenInSeconds() throws IOException {
    StringBuilder header = new StringBuilder("{");
    int count = 250_000;
    for (int i = count - 1; i >= 0; i--) {
      header.append(entry("layer." + i, "I8", "[1]", "[" + i + "," + (i + 1) + "]")).append(',');
    }
    header.setCharAt(header.length() - 1, '}');
    try (var file = SafetensorsFile.open(RawFile.write(folder, header.toString(), count))) {
      assertEquals("layer.249999", file.tensors().getLast().name());
    }
  }

  @Test
  void partsOfATensorAreReadFromWhereTheyAre() throws IOException {
    Path path = words();
    try (var file = SafetensorsFile.open(path);
        Arena arena = Arena.ofConfined()) {
      MemorySegment into = arena.allocate(12);
      file.read("words", 4 * 77_777, into);
      assertArrayEquals(new int[] {77_777, 77_778, 77_779}, into.toArray(ValueLayout.JAVA_INT));
      file.read("words", WORDS.bytes(), arena.allocate(0));
    }
  }

  @Test
  void rangesOutsideATensorAndUnknownTensorsAreErrors() throws IOException {
    try (var file = SafetensorsFile.open(words());
        Arena arena = Arena.ofConfined()) {
      MemorySegment eight = arena.allocate(8);
      assertThrows(IndexOutOfBoundsException.class, () -> file.read("words", -1, eight));
      assertThrows(
          IndexOutOfBoundsException.class, () -> file.read("words", WORDS.bytes() - 7, eight));
      assertThrows(CheckpointException.class, () -> file.read("other", 0, eight));
    }
  }

  @Test
  void aFileThatBecameShorterIsAnError() throws IOException {
    Path path = words();
    try (var file = SafetensorsFile.open(path);
        Arena arena = Arena.ofConfined()) {
      try (var channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
        channel.truncate(1000);
      }
      MemorySegment into = arena.allocate(2000);
      String message =
          assertThrows(CheckpointException.class, () -> file.read("words", 0, into)).getMessage();
      assertTrue(message.contains("tensor 'words': the file ends inside it"), message);
    }
  }

  @Test
  void readingAfterCloseSaysSo() throws IOException {
    var file = SafetensorsFile.open(words());
    file.close();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment into = arena.allocate(4);
      String message =
          assertThrows(CheckpointException.class, () -> file.read("words", 0, into)).getMessage();
      assertTrue(message.contains("it has been closed"), message);
    }
  }

  @Test
  void manyThreadsReadAtOnce() throws Exception {
    try (var file = SafetensorsFile.open(words());
        var threads = Executors.newFixedThreadPool(8)) {
      List<Future<?>> readers =
          IntStream.range(0, 8).<Future<?>>mapToObj(t -> threads.submit(() -> scan(file))).toList();
      for (Future<?> reader : readers) {
        reader.get();
      }
    }
  }

  @Test
  void interruptingOneReaderLeavesTheFileOpenToTheOthers() throws Exception {
    try (var file = SafetensorsFile.open(words());
        var threads = Executors.newFixedThreadPool(2)) {
      AtomicBoolean over = new AtomicBoolean();
      Future<?> steady =
          threads.submit(
              () -> {
                do {
                  scan(file);
                } while (!over.get());
              });
      for (int i = 0; i < 50; i++) {
        Thread victim = Thread.ofPlatform().start(() -> scanUntilInterrupted(file));
        Thread.sleep(2);
        victim.interrupt();
        victim.join();
      }
      over.set(true);
      steady.get();
      scan(file);
    }
  }

  @Test
  void anInterruptedReaderIsTold() throws IOException {
    try (var file = SafetensorsFile.open(words());
        Arena arena = Arena.ofConfined()) {
      MemorySegment into = arena.allocate(4);
      Thread.currentThread().interrupt();
      String message =
          assertThrows(InterruptedJobException.class, () -> file.read("words", 0, into))
              .getMessage();
      assertTrue(Thread.interrupted());
      assertTrue(message.contains("the thread was interrupted"), message);
    }
  }

  private static void scanUntilInterrupted(SafetensorsFile file) {
    try {
      while (true) {
        scan(file);
      }
    } catch (InterruptedJobException e) {
      assertTrue(e.getMessage().contains("interrupted"), e.getMessage());
    }
  }

  private static void scan(SafetensorsFile file) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment into = arena.allocate(1 << 16, 4);
      for (long offset = 0; offset < WORDS.bytes(); offset += into.byteSize()) {
        file.read("words", offset, into);
        for (int i = 0; i < into.byteSize() / 4; i++) {
          assertEquals(offset / 4 + i, into.getAtIndex(ValueLayout.JAVA_INT, i));
        }
      }
    }
  }

  private Path words() throws IOException {
    Path path = folder.resolve("words.safetensors");
    Files.deleteIfExists(path);
    int[] numbers = IntStream.range(0, 1 << 20).toArray();
    try (var writer = SafetensorsWriter.create(path, List.of(WORDS), Map.of());
        Arena arena = Arena.ofConfined()) {
      writer.write("words", 0, arena.allocateFrom(ValueLayout.JAVA_INT, numbers));
    }
    return path;
  }
}
