package dev.amalgam.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.amalgam.core.run.Comparison;
import dev.amalgam.core.run.ProgressListener;
import dev.amalgam.core.tensor.DType;
import dev.amalgam.io.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InspectionAndDiffTest {

  @TempDir Path root;

  @Test
  void anInspectionIsWhatTheHeadersSay() throws IOException {
    Path model = TinyModel.make(root.resolve("m"), 1);
    Inspection inspection = Inspection.of(model);
    assertEquals(6300, inspection.elements());
    assertEquals(25_200, inspection.bytes());
    assertEquals(Map.of(DType.F32, 25_200L), inspection.bytesByType());
    assertEquals(Map.of("format", "pt"), inspection.metadata());
    JsonNode json = parse(inspection.json());
    assertEquals(model.toString(), json.get("path").asText());
    assertEquals("model.safetensors", json.get("files").get(0).asText());
    assertEquals("pt", json.get("metadata").get("format").asText());
    assertEquals(3, json.get("tensors").size());
    JsonNode tensor = json.get("tensors").get(0);
    assertEquals("embed.weight", tensor.get("name").asText());
    assertEquals("F32", tensor.get("dtype").asText());
    assertEquals("[300,7]", tensor.get("shape").toString());
    assertEquals(8400, tensor.get("bytes").asLong());
    assertEquals(6300, json.get("elements").asLong());
    assertEquals(25_200, json.get("bytes").asLong());
  }

  @Test
  void aComparisonNamesWhatDiffersAndWhatCannotBeCompared() {
    Path a = TinyModel.tensors(root.resolve("a.safetensors"), 1, "same", "only a");
    Path b = TinyModel.tensors(root.resolve("b.safetensors"), 1, "same", "only b");
    Comparison comparison = DiffJob.compare(a, b, 2, ProgressListener.NONE);
    JsonNode json = parse(DiffJob.json(comparison));
    assertEquals("[\"only a\"]", json.get("only_in_a").toString());
    assertEquals("[\"only b\"]", json.get("only_in_b").toString());
    assertEquals("[]", json.get("not_comparable").toString());
    assertEquals(1, json.get("tensors").size());
    JsonNode same = json.get("tensors").get(0);
    assertEquals("same", same.get("name").asText());
    assertEquals(2100, same.get("elements").asLong());
    assertEquals(0, same.get("norm").asDouble());
    assertEquals(0, same.get("relative_norm").asDouble());
    assertEquals(1, same.get("cosine").asDouble(), 1e-12);
    assertEquals(0, same.get("changed").asLong());
    assertEquals(0, same.get("changed_fraction").asDouble());
    assertEquals(2100, json.get("total").get("elements").asLong());
  }

  @Test
  void theComparisonDoesNotDependOnThreads() {
    Path a = TinyModel.tensors(root.resolve("a.safetensors"), 1, "x", "y");
    Path b = TinyModel.tensors(root.resolve("b.safetensors"), 2, "x", "y");
    String one = DiffJob.json(DiffJob.compare(a, b, 1, ProgressListener.NONE));
    assertEquals(one, DiffJob.json(DiffJob.compare(a, b, 5, ProgressListener.NONE)));
    JsonNode tensor = parse(one).get("tensors").get(0);
    assertEquals(2100, tensor.get("changed").asLong());
    assertTrue(tensor.get("norm").asDouble() > 0);
    assertTrue(Math.abs(tensor.get("cosine").asDouble()) < 0.2);
  }

  @Test
  void numbersThatAreNoneAreNull() {
    // Nothing is in common, so norms are zero and their ratio is no number.
    Path a = TinyModel.tensors(root.resolve("a.safetensors"), 1, "a");
    Path b = TinyModel.tensors(root.resolve("b.safetensors"), 1, "b");
    JsonNode total =
        parse(DiffJob.json(DiffJob.compare(a, b, 1, ProgressListener.NONE))).get("total");
    for (String key : List.of("norm", "relative_norm", "cosine")) {
      assertTrue(total.get(key).isNull() || Double.isFinite(total.get(key).asDouble()), key);
    }
    assertTrue(total.get("cosine").isNull(), total.toString());
  }

  private JsonNode parse(String text) {
    try {
      return Json.read(Files.writeString(root.resolve("out.json"), text), 1 << 20);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
