package dev.amalgam.io.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.amalgam.core.tensor.CheckpointException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonTest {

  @TempDir Path folder;

  @Test
  void outputLooksLikePythons() {
    var root = Json.object().put("a", 1).put("b", "x\"ü");
    root.putArray("c").add(1.5).add(true);
    root.putArray("d");
    root.putObject("e");
    assertEquals(
        """
        {
          "a": 1,
          "b": "x\\"ü",
          "c": [
            1.5,
            true
          ],
          "d": [],
          "e": {}
        }
        """,
        Json.write(root));
  }

  @Test
  void pythonsInfinityAndNaNAreRead() throws IOException {
    JsonNode node = read("[Infinity, -Infinity, NaN, 0.5]");
    assertEquals(Double.POSITIVE_INFINITY, node.get(0).asDouble());
    assertEquals(Double.NEGATIVE_INFINITY, node.get(1).asDouble());
    assertTrue(Double.isNaN(node.get(2).asDouble()));
  }

  @Test
  void errorsAreOneLineWithThePlaceAndNoControlCharacters() throws IOException {
    String message =
        assertThrows(CheckpointException.class, () -> read("{\n \"a\u202e\": x\u202e\n}"))
            .getMessage();
    assertTrue(message.contains("x.json', line 2, column "), message);
    assertFalse(message.contains("\n"), message);
    assertFalse(message.contains("\u202e"), message);
  }

  @Test
  void filesThatAreNotThereAreNamed() {
    Path file = folder.resolve("absent.json");
    assertEquals(
        "Cannot read '" + file + "': there is no such file or folder",
        assertThrows(CheckpointException.class, () -> Json.read(file, 10)).getMessage());
  }

  @Test
  void theGreatestSizeIsStillRead() throws IOException {
    assertEquals(1, Json.read(Files.writeString(folder.resolve("x.json"), "[1]"), 3).size());
    assertThrows(CheckpointException.class, () -> Json.read(folder.resolve("x.json"), 2));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {} {}        | ' goes on behind its JSON object; the file is damaged'
          {} 1         | ' goes on behind its JSON object; the file is damaged'
          {} x         | ', line 1, column 4: it is not JSON: '
          {"a": [{}, 1 | ', line 1, column 13: it is not JSON: '
          [] {}        | ' is no JSON object; the file is damaged'
          """)
  void aFileThatIsCheckedHoldsOneObject(String text, String why) throws IOException {
    Path file = Files.writeString(folder.resolve("x.json"), text);
    String message =
        assertThrows(CheckpointException.class, () -> Json.checkObject(file, 1000)).getMessage();
    assertTrue(message.startsWith("'" + file + "'" + why), message);
    Json.checkObject(Files.writeString(file, " {\"a\": [{}, NaN]}\n"), 1000);
  }

  private JsonNode read(String text) throws IOException {
    return Json.read(Files.writeString(folder.resolve("x.json"), text), 1000);
  }
}
