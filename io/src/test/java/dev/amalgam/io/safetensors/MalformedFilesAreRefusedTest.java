package dev.amalgam.io.safetensors;

import static dev.amalgam.io.safetensors.RawFile.entry;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.amalgam.core.tensor.CheckpointException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MalformedFilesAreRefusedTest {

  private static final String GOOD = entry("a", "F32", "[2]", "[0,8]");

  @TempDir Path folder;

  @Test
  void noSuchFile() {
    refused(folder.resolve("absent.safetensors"), "there is no such file");
  }

  @Test
  void folderInsteadOfFile() {
    refused(folder, "is a folder");
  }

  @Test
  void emptyFile() throws IOException {
    refused(bytes(), "is 0 bytes long, too short");
  }

  @Test
  void fileShorterThanTheLengthField() throws IOException {
    refused(bytes(2, 0, 0, 0, 0, 0, 0), "is 7 bytes long, too short");
  }

  @Test
  void lengthBeyondTheFile() throws IOException {
    refused(bytes(3, 0, 0, 0, 0, 0, 0, 0, '{', '}'), "header is 3 bytes long, but only 2");
  }

  @Test
  void lengthOverTheLimit() throws IOException {
    Path file = folder.resolve("model.safetensors");
    ByteBuffer length = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(100_000_001);
    Files.write(file, length.array());
    refused(file, "100000001 bytes long, and 100000000 is the most allowed");
  }

  @Test
  void lengthThatIsNegativeIfReadAsSigned() throws IOException {
    refused(
        bytes(0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, '{', '}'),
        "18446744073709551615 bytes long");
  }

  @Test
  void gitLfsPointer() throws IOException {
    Path file = folder.resolve("model.safetensors");
    Files.writeString(
        file, "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 9\n");
    refused(file, "is a Git LFS pointer");
  }

  @Test
  void emptyHeader() throws IOException {
    refused("", 0, "there is no JSON in it");
    refused("    ", 0, "there is no JSON in it");
  }

  @Test
  void headerThatIsNotUtf8() throws IOException {
    refused(bytes(4, 0, 0, 0, 0, 0, 0, 0, '{', 0xff, '}', ' '), "it is not UTF-8");
  }

  @Test
  void overlongUtf8() throws IOException {
    refused(header('{', '"', 0xc0, 0x80, '"'), "it is not UTF-8");
  }

  @Test
  void surrogatesInUtf8() throws IOException {
    refused(header('{', '"', 0xed, 0xa0, 0x80, '"'), "it is not UTF-8");
  }

  @Test
  void utf16() throws IOException {
    refused(RawFile.write(folder, "{}  ".getBytes(StandardCharsets.UTF_16LE), 0), "it is not JSON");
  }

  @Test
  void byteOrderMark() throws IOException {
    refused("\ufeff{}", 0, "it is not JSON");
  }

  @Test
  void headerThatIsNotJson() throws IOException {
    refused("{\"a\":}", 0, "it is not JSON, at character 5");
    refused("{a:1}", 0, "it is not JSON");
    refused("{} // comment", 0, "something follows");
    refused("{'a':1}", 0, "it is not JSON");
    refused("{\"a\nb\":1}", 0, "it is not JSON");
    refused("{\"a\":{\"shape\":[NaN]}}", 0, "it is not JSON");
    refused("{" + GOOD + ",}", 8, "it is not JSON");
  }

  @Test
  void headerThatStopsInTheMiddle() throws IOException {
    refused("{\"a\":{\"dtype\":\"F3", 0, "it is not JSON");
    refused("{" + GOOD, 8, "it is not JSON");
  }

  @Test
  void headerThatIsNotAnObject() throws IOException {
    refused("[]", 0, "the whole must be an object, not a list");
    refused("\"a\"", 0, "the whole must be an object, not the string 'a'");
    refused("null", 0, "the whole must be an object, not 'null'");
  }

  @Test
  void garbageAfterTheHeader() throws IOException {
    refused("{" + GOOD + "}x", 8, "something follows the end");
    refused("{" + GOOD + "}{}", 8, "something follows the end");
    refused("{" + GOOD + "}\0", 8, "something follows the end");
  }

  @Test
  void tensorNamedTwice() throws IOException {
    refused("{" + GOOD + "," + GOOD + "}", 8, "tensor 'a': it occurs twice");
    String escaped = GOOD.replace("\"a\"", "\"\\u0061\"");
    refused("{" + GOOD + "," + escaped + "}", 8, "tensor 'a': it occurs twice");
  }

  @Test
  void keyTwiceInAnEntry() throws IOException {
    refused("{\"a\":{\"dtype\":\"F32\",\"dtype\":\"F32\"}}", 0, "tensor 'a': dtype occurs twice");
    refused("{\"a\":{\"shape\":[],\"shape\":[]}}", 0, "shape occurs twice");
    refused("{\"a\":{\"data_offsets\":[0,0],\"data_offsets\":[0,0]}}", 0, "offsets occurs twice");
  }

  @Test
  void unknownKeyInAnEntry() throws IOException {
    refused("{\"a\":{\"stride\":[1]}}", 0, "tensor 'a': unknown key 'stride'");
  }

  @Test
  void missingKey() throws IOException {
    refused("{\"a\":{\"shape\":[],\"data_offsets\":[0,4]}}", 4, "tensor 'a': dtype is missing");
    refused("{\"a\":{\"dtype\":\"F32\",\"data_offsets\":[0,4]}}", 4, "shape is missing");
    refused("{\"a\":{\"dtype\":\"F32\",\"shape\":[]}}", 4, "data_offsets is missing");
  }

  @Test
  void wrongTypes() throws IOException {
    refused("{\"a\":[]}", 0, "tensor 'a': its entry must be an object, not a list");
    refused("{\"a\":{\"dtype\":32}}", 0, "dtype must be a string, not '32'");
    refused("{\"a\":{\"shape\":4}}", 0, "shape must be a list, not '4'");
    refused("{\"a\":{\"shape\":[\"4\"]}}", 0, "a list of whole numbers, not the string '4'");
    refused("{\"a\":{\"shape\":[[4]]}}", 0, "a list of whole numbers, not a list");
    refused("{\"a\":{\"shape\":[null]}}", 0, "a list of whole numbers, not 'null'");
    refused("{\"a\":{\"data_offsets\":{}}}", 0, "data_offsets must be a list, not an object");
  }

  @Test
  void metadataThatIsNotStrings() throws IOException {
    refused("{\"__metadata__\":{\"step\":7}}", 0, "metadata 'step' must be a string, not '7'");
    refused("{\"__metadata__\":{\"x\":{\"y\":\"\"}}}", 0, "'x' must be a string, not an object");
    refused("{\"__metadata__\":[]}", 0, "__metadata__ must be an object, not a list");
  }

  @Test
  void metadataTwice() throws IOException {
    refused("{\"__metadata__\":{},\"__metadata__\":{}}", 0, "__metadata__ occurs twice");
    refused("{\"__metadata__\":{\"k\":\"1\",\"k\":\"1\"}}", 0, "metadata 'k' occurs twice");
  }

  @Test
  void unknownType() throws IOException {
    refused("{" + entry("a", "F128", "[1]", "[0,16]") + "}", 16, "unknown dtype 'F128'; known are");
    refused(
        "{" + entry("a", "F128", "[1]", "[0,16]") + "}",
        16,
        "may be a quantized type of a newer version");
    refused("{" + entry("a", "f32", "[1]", "[0,4]") + "}", 4, "unknown dtype 'f32'");
  }

  @Test
  void dimensionsThatAreNoCounts() throws IOException {
    refused("{" + entry("a", "I8", "[-2]", "[0,2]") + "}", 2, "shape must not be negative");
    refused("{" + entry("a", "I8", "[1.5]", "[0,2]") + "}", 2, "whole numbers, not '1.5'");
    refused("{" + entry("a", "I8", "[2e0]", "[0,2]") + "}", 2, "whole numbers, not '2e0'");
    refused(
        "{" + entry("a", "I8", "[9223372036854775808]", "[0,2]") + "}",
        2,
        "shape holds '9223372036854775808', which is beyond 64 bits");
  }

  @Test
  void offsetsThatAreNoCounts() throws IOException {
    refused("{" + entry("a", "I8", "[2]", "[-1,1]") + "}", 2, "data_offsets must not be negative");
    refused("{" + entry("a", "I8", "[2]", "[0.0,2]") + "}", 2, "whole numbers, not '0.0'");
    refused("{" + entry("a", "I8", "[2]", "[0,18446744073709551617]") + "}", 2, "beyond 64 bits");
  }

  @Test
  void offsetsThatAreNoPair() throws IOException {
    refused("{" + entry("a", "I8", "[2]", "[2]") + "}", 2, "must be two numbers, not [2]");
    refused("{" + entry("a", "I8", "[2]", "[0,2,2]") + "}", 2, "has more than 2 numbers");
  }

  @Test
  void endBeforeBegin() throws IOException {
    refused("{" + entry("a", "I8", "[2]", "[2,0]") + "}", 2, "[2, 0] end before they begin");
  }

  @Test
  void sizeThatDoesNotMatchTheShape() throws IOException {
    refused(
        "{" + entry("a", "F32", "[2,2]", "[0,4]") + "}",
        4,
        "tensor 'a': shape [2, 2] of F32 needs 16 bytes, but data_offsets [0, 4] hold 4");
  }

  @Test
  void elementsThatOverflow() throws IOException {
    String huge = "[4294967296,4294967296]";
    refused("{" + entry("a", "I8", huge, "[0,0]") + "}", 0, "more elements than 64 bits can count");
    String large = "[2305843009213693952]";
    refused("{" + entry("a", "F32", large, "[0,0]") + "}", 0, "more elements than 64 bits");
  }

  @Test
  void elementsThatAreNoWholeBytes() throws IOException {
    refused(
        "{" + entry("a", "F4", "[1,3]", "[0,2]") + "}", 2, "no whole number of bytes, at 4 bits");
    refused("{" + entry("a", "F6_E2M3", "[3]", "[0,2]") + "}", 2, "no whole number of bytes, at 6");
  }

  @Test
  void moreDimensionsThanAnyoneUses() throws IOException {
    String shape = "[" + "1,".repeat(100) + "1]";
    refused("{" + entry("a", "I8", shape, "[0,1]") + "}", 1, "shape has more than 100 numbers");
  }

  @Test
  void tensorsThatOverlap() throws IOException {
    String b = entry("b", "F32", "[2]", "[4,12]");
    refused(
        "{" + GOOD + "," + b + "}", 12, "tensor 'b': its data begins at 4, but that of 'a' ends");
    String same = entry("b", "F32", "[2]", "[0,8]");
    refused("{" + GOOD + "," + same + "}", 8, "they overlap");
  }

  @Test
  void holeBetweenTensors() throws IOException {
    String b = entry("b", "F32", "[2]", "[9,17]");
    refused("{" + GOOD + "," + b + "}", 17, "1 bytes between belong to no tensor");
  }

  @Test
  void holeBeforeTheFirstTensor() throws IOException {
    refused(
        "{" + entry("a", "I8", "[2]", "[1,3]") + "}", 3, "but the data of the file begins at 0");
  }

  @Test
  void bytesAfterTheLastTensor() throws IOException {
    refused("{" + GOOD + "}", 11, "has 3 bytes after its last tensor");
    refused("{}", 1, "has 1 bytes after its last tensor");
  }

  @Test
  void truncation() throws IOException {
    refused(
        "{" + GOOD + "}", 5, "announces 8 bytes of data, but 3 of them are missing; the download");
  }

  @Test
  void dataBeyondAnyFile() throws IOException {
    String shape = "[1000000000000000000]";
    refused("{" + entry("a", "U8", shape, "[0,1000000000000000000]") + "}", 0, "is truncated");
  }

  @Test
  void nameWithHalfASurrogatePair() throws IOException {
    refused("{" + entry("\\ud83d", "I8", "[0]", "[0,0]") + "}", 0, "surrogate");
    refused("{" + entry("\\ude00\\ud83d", "I8", "[0]", "[0,0]") + "}", 0, "surrogate");
    refused("{\"__metadata__\":{\"k\":\"\\ud83d \"}}", 0, "surrogate");
  }

  @Test
  void nameTooLongForTheParser() throws IOException {
    String name = "n".repeat(60_000);
    refused("{" + entry(name, "I8", "[0]", "[0,0]") + "}", 0, "it exceeds what is accepted");
  }

  @Test
  void numberTooLongForTheParser() throws IOException {
    String shape = "[" + "1".repeat(5_000) + "]";
    refused("{" + entry("a", "I8", shape, "[0,0]") + "}", 0, "it exceeds what is accepted");
  }

  @Test
  void nestingThatWouldExhaustTheStack() throws IOException {
    refused("[".repeat(1_000_000), 0, "the whole must be an object");
    refused("{\"a\":" + "{\"a\":".repeat(1_000_000), 0, "tensor 'a': unknown key 'a'");
  }

  @Test
  void controlCharactersDoNotReachTheTerminal() throws IOException {
    Path file = RawFile.write(folder, "{\"\\u001b[31m\\n\":3}", 0);
    String message =
        assertThrows(CheckpointException.class, () -> SafetensorsFile.open(file)).getMessage();
    assertFalse(message.chars().anyMatch(Character::isISOControl), message);
    assertTrue(message.contains("'\\u{1b}[31m\\u{a}'"), message);
  }

  @Test
  void namesWithEqualHashesCostNoQuadraticTime() throws IOException {
    StringBuilder header = new StringBuilder("{");
    for (int i = 0; i < 1 << 16; i++) {
      StringBuilder name = new StringBuilder();
      for (int bit = 0; bit < 16; bit++) {
        name.append((i >> bit & 1) == 0 ? "Aa" : "BB");
      }
      header.append(entry(name.toString(), "I8", "[0]", "[0,0]")).append(',');
    }
    header.setCharAt(header.length() - 1, '}');
    Path file = RawFile.write(folder, header.toString(), 0);
    assertTimeoutPreemptively(
        Duration.ofSeconds(30),
        () -> {
          try (var opened = SafetensorsFile.open(file)) {
            assertEquals(1 << 16, opened.tensors().size());
          }
        });
  }

  private void refused(String header, int dataBytes, String problem) throws IOException {
    refused(RawFile.write(folder, header, dataBytes), problem);
  }

  private void refused(Path file, String problem) {
    String message =
        assertThrows(CheckpointException.class, () -> SafetensorsFile.open(file)).getMessage();
    assertTrue(message.contains(problem), message);
    assertTrue(message.contains(file.getFileName().toString()), message);
    assertEquals(1, message.lines().count());
  }

  private Path bytes(int... bytes) throws IOException {
    byte[] content = new byte[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      content[i] = (byte) bytes[i];
    }
    return Files.write(folder.resolve("model.safetensors"), content);
  }

  private Path header(int... bytes) throws IOException {
    byte[] content = new byte[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      content[i] = (byte) bytes[i];
    }
    return RawFile.write(folder, content, 0);
  }
}
