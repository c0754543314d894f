package dev.amalgam.io.safetensors;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

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
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that Hugging Face's library wrote; {@code make.py} beside them made them. */
class ReferenceFilesTest {

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"every-type", "odd-shapes", "odd-names", "nothing", "only-metadata"})
  void theBytesReadAreThoseThatWereSaved(String name) throws IOException {
    try (var file = SafetensorsFile.open(reference(name));
        Arena arena = Arena.ofConfined()) {
      for (TensorInfo tensor : file.tensors()) {
        MemorySegment bytes = arena.allocate(tensor.bytes());
        file.read(tensor.name(), 0, bytes);
        assertArrayEquals(expected(tensor), bytes.toArray(ValueLayout.JAVA_BYTE), tensor.name());
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"every-type", "odd-shapes", "odd-names", "nothing", "only-metadata"})
  void writingTheSameTensorsInAnyOrderGivesTheSameFile(String name) throws IOException {
    Path copy = folder.resolve("copy.safetensors");
    try (var file = SafetensorsFile.open(reference(name));
        Arena arena = Arena.ofConfined()) {
      List<TensorInfo> shuffled = new ArrayList<>(file.tensors());
      Collections.shuffle(shuffled, new Random(3));
      try (var writer = SafetensorsWriter.create(copy, shuffled, file.header().metadata())) {
        for (TensorInfo tensor : shuffled) {
          MemorySegment bytes = arena.allocate(tensor.bytes());
          file.read(tensor.name(), 0, bytes);
          long half = bytes.byteSize() / 2;
          writer.write(tensor.name(), half, bytes.asSlice(half));
          writer.write(tensor.name(), 0, bytes.asSlice(0, half));
        }
        assertEquals(Files.size(copy), writer.header().fileBytes());
      }
    }
    assertArrayEquals(Files.readAllBytes(reference(name)), Files.readAllBytes(copy));
  }

  @Test
  void everyTypeThatThePythonLibraryWritesIsCovered() {
    try (var file = SafetensorsFile.open(reference("every-type"))) {
      Set<DType> types =
          file.tensors().stream()
              .map(TensorInfo::dtype)
              .collect(Collectors.toCollection(() -> EnumSet.noneOf(DType.class)));
      assertEquals(EnumSet.complementOf(EnumSet.of(DType.F6_E2M3, DType.F6_E3M2)), types);
      assertEquals(Map.of("format", "pt"), file.header().metadata());
    }
  }

  @Test
  void scalarsAndEmptyTensorsHaveTheirShapes() {
    try (var file = SafetensorsFile.open(reference("odd-shapes"))) {
      assertEquals(Shape.of(), file.find("scalar").orElseThrow().shape());
      assertEquals(Shape.of(0, 7), file.find("empty").orElseThrow().shape());
      assertEquals(Shape.of(7, 0), file.find("also-empty").orElseThrow().shape());
    }
  }

  @Test
  void namesComeOutAsTheyWentIn() {
    try (var file = SafetensorsFile.open(reference("odd-names"))) {
      List<String> names = file.tensors().stream().map(TensorInfo::name).toList();
      assertEquals(List.of("", "\0\1\37", " ", "<&>'", "back\\slash"), names.subList(0, 5));
      assertEquals(
          List.of("\ue000", "\ufeff", "\uffff", "😀", "😀\ue000", "\udbff\udfff"),
          names.subList(names.size() - 6, names.size()));
      assertEquals(Map.of("for\"mat", "pt\n\7 é 😀"), file.header().metadata());
    }
  }

  private static Path reference(String name) {
    return Path.of("src", "test", "resources", "safetensors", name + ".safetensors");
  }

  private static byte[] expected(TensorInfo tensor) {
    int seed = tensor.name().getBytes(StandardCharsets.UTF_8).length;
    byte[] bytes = new byte[Math.toIntExact(tensor.bytes())];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) ((31 * i + seed) % (tensor.dtype() == DType.BOOL ? 2 : 251));
    }
    return bytes;
  }
}
