package dev.amalgam.io.safetensors;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.amalgam.core.tensor.CheckpointException;
import dev.amalgam.core.tensor.DType;
import dev.amalgam.core.tensor.Shape;
import dev.amalgam.core.tensor.TensorInfo;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SafetensorsWriterTest {

  @TempDir Path folder;

  @ParameterizedTest
  @EnumSource
  void everyTypeSurvivesARoundTrip(DType dtype) throws IOException {
    TensorInfo tensor = new TensorInfo("t", dtype, Shape.of(3, 4, 2));
    byte[] data = new byte[Math.toIntExact(tensor.bytes())];
    new Random(5).nextBytes(data);
    Path path = folder.resolve("round.safetensors");
    try (Arena arena = Arena.ofConfined()) {
      try (var writer = SafetensorsWriter.create(path, List.of(tensor), Map.of("k", "v"))) {
        writer.write("t", 0, arena.allocateFrom(ValueLayout.JAVA_BYTE, data));
        writer.force();
      }
      try (var file = SafetensorsFile.open(path)) {
        assertEquals(List.of(tensor), file.tensors());
        MemorySegment bytes = arena.allocate(data.length);
        file.read("t", 0, bytes);
        assertArrayEquals(data, bytes.toArray(ValueLayout.JAVA_BYTE));
      }
    }
  }

  @Test
  void tensorsOfSixBitsAreLaidOutAsTheReferenceWould() throws IOException {
    Path path = folder.resolve("six.safetensors");
    List<TensorInfo> tensors =
        List.of(
            new TensorInfo("a", DType.F4, Shape.of(2)),
            new TensorInfo("b", DType.F6_E2M3, Shape.of(4)),
            new TensorInfo("c", DType.F6_E3M2, Shape.of(4)),
            new TensorInfo("d", DType.U8, Shape.of(1)));
    SafetensorsWriter.create(path, tensors, Map.of()).close();
    String header = new String(Files.readAllBytes(path), StandardCharsets.UTF_8).substring(8);
    assertEquals(
        "{\"d\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]},"
            + "\"c\":{\"dtype\":\"F6_E3M2\",\"shape\":[4],\"data_offsets\":[1,4]},"
            + "\"b\":{\"dtype\":\"F6_E2M3\",\"shape\":[4],\"data_offsets\":[4,7]},"
            + "\"a\":{\"dtype\":\"F4\",\"shape\":[2],\"data_offsets\":[7,8]}}",
        header.strip());
    assertEquals(0, header.length() % 8);
  }

  @Test
  void metadataIsSortedByCodePoint() throws IOException {
    Path path = folder.resolve("meta.safetensors");
    Map<String, String> metadata = Map.of("b", "1", "a", "2", "\ue000", "3", "😀", "4");
    try (var writer = SafetensorsWriter.create(path, List.of(), metadata)) {
      assertEquals(
          List.of("a", "b", "\ue000", "😀"), List.copyOf(writer.header().metadata().keySet()));
    }
    try (var file = SafetensorsFile.open(path)) {
      assertEquals(metadata, file.header().metadata());
    }
  }

  @Test
  void randomNamesSurviveARoundTrip() {
    Random random = new Random(11);
    List<TensorInfo> tensors = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      StringBuilder name = new StringBuilder().append(i);
      for (int c = 0; c < 8; c++) {
        int point = random.nextInt(random.nextBoolean() ? 0x80 : Character.MAX_CODE_POINT + 1);
        name.appendCodePoint(point >= 0xd800 && point < 0xe000 ? '?' : point);
      }
      tensors.add(new TensorInfo(name.toString(), DType.I8, Shape.of(0)));
    }
    Path path = folder.resolve("names.safetensors");
    SafetensorsWriter.create(path, tensors, Map.of()).close();
    try (var file = SafetensorsFile.open(path)) {
      tensors.forEach(t -> assertEquals(t, file.find(t.name()).orElseThrow()));
      assertEquals(tensors.size(), file.tensors().size());
    }
  }

  @Test
  void moreThanTwoGibibytesAreWrittenAndReadAtTheirPlaces() throws IOException {
    long gibibyte = 1L << 30;
    List<TensorInfo> tensors =
        List.of(
            new TensorInfo("large", DType.F32, Shape.of(3, gibibyte / 4)),
            new TensorInfo("last", DType.I8, Shape.of(5)));
    Path path = folder.resolve("sparse.safetensors");
    // Holes take no room on the disk.
    try (Arena arena = Arena.ofConfined();
        var writer = SafetensorsWriter.create(path, tensors, Map.of())) {
      writer.write("last", 0, arena.allocateFrom("tail"));
      writer.write("large", 3 * gibibyte - 5, arena.allocateFrom("deep"));
      try (var file = SafetensorsFile.open(path)) {
        assertEquals("tail", text(file, "last", 0));
        assertEquals("deep", text(file, "large", 3 * gibibyte - 5));
        assertEquals("", text(file, "large", 2 * gibibyte));
      }
    } finally {
      Files.delete(path);
    }
  }

  @Test
  void aSegmentLongerThanOneStepIsWrittenAndReadWhole() {
    int length = (40 << 20) + 3;
    TensorInfo tensor = new TensorInfo("t", DType.U8, Shape.of(length));
    byte[] data = new byte[length];
    new Random(9).nextBytes(data);
    Path path = folder.resolve("steps.safetensors");
    try (Arena arena = Arena.ofConfined();
        var writer = SafetensorsWriter.create(path, List.of(tensor), Map.of())) {
      writer.write("t", 0, arena.allocateFrom(ValueLayout.JAVA_BYTE, data));
      try (var file = SafetensorsFile.open(path)) {
        MemorySegment bytes = arena.allocate(length);
        file.read("t", 0, bytes);
        assertEquals(-1, bytes.mismatch(MemorySegment.ofArray(data)));
      }
    }
  }

  @Test
  void namesThatCannotBeWrittenAreRefused() {
    TensorInfo twin = new TensorInfo("twin", DType.I8, Shape.of(1));
    refused(List.of(twin, new TensorInfo("twin", DType.F32, Shape.of(2))), "'twin' occurs twice");
    refused(List.of(new TensorInfo("__metadata__", DType.I8, Shape.of(1))), "'__metadata__'");
    refused(List.of(new TensorInfo("\ud83d", DType.I8, Shape.of(1))), "half a surrogate pair");
  }

  @Test
  void sizesThatCannotBeWrittenAreRefused() {
    refused(List.of(new TensorInfo("odd", DType.F4, Shape.of(3))), "'odd' cannot be stored");
    refused(List.of(new TensorInfo("huge", DType.U8, Shape.of(Long.MAX_VALUE))), "'huge' cannot");
    TensorInfo half = new TensorInfo("half", DType.U8, Shape.of(1L << 59));
    List<TensorInfo> many = new ArrayList<>();
    for (int i = 0; i < 16; i++) {
      many.add(new TensorInfo("half" + i, half.dtype(), half.shape()));
    }
    refused(many, "cannot be stored");
  }

  @Test
  void headersOverTheLimitAreRefused() {
    Path path = folder.resolve("long.safetensors");
    Map<String, String> metadata = Map.of("k", "x".repeat(100_000_000));
    String message =
        assertThrows(
                CheckpointException.class,
                () -> SafetensorsWriter.create(path, List.of(), metadata))
            .getMessage();
    assertTrue(message.contains("the safetensors format allows 100000000"), message);
    assertFalse(Files.exists(path));
  }

  @Test
  void filesThatExistAreNotOverwritten() throws IOException {
    Path path = Files.writeString(folder.resolve("mine.safetensors"), "precious");
    String message =
        assertThrows(
                CheckpointException.class,
                () -> SafetensorsWriter.create(path, List.of(), Map.of()))
            .getMessage();
    assertTrue(message.contains("it exists already"), message);
    assertEquals("precious", Files.readString(path));
  }

  @Test
  void writesOutsideATensorAreErrors() {
    TensorInfo tensor = new TensorInfo("t", DType.I8, Shape.of(4));
    Path path = folder.resolve("bounds.safetensors");
    try (Arena arena = Arena.ofConfined();
        var writer = SafetensorsWriter.create(path, List.of(tensor), Map.of())) {
      MemorySegment two = arena.allocate(2);
      assertThrows(IndexOutOfBoundsException.class, () -> writer.write("t", 3, two));
      assertThrows(IndexOutOfBoundsException.class, () -> writer.write("t", -1, two));
      assertThrows(IllegalArgumentException.class, () -> writer.write("u", 0, two));
    }
  }

  private void refused(List<TensorInfo> tensors, String problem) {
    Path path = folder.resolve("refused.safetensors");
    String message =
        assertThrows(
                CheckpointException.class, () -> SafetensorsWriter.create(path, tensors, Map.of()))
            .getMessage();
    assertTrue(message.contains(problem), message);
    assertFalse(Files.exists(path));
  }

  private static String text(SafetensorsFile file, String tensor, long offset) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment bytes = arena.allocate(5);
      file.read(tensor, offset, bytes);
      return bytes.getString(0);
    }
  }
}
