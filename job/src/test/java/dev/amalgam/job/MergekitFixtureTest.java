package dev.amalgam.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.amalgam.core.run.ProgressListener;
import dev.amalgam.job.api.MergeSettings;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Recipes that mergekit has merged give the same models here; README.md beside the fixtures says
 * where they come from. Prints the largest error of each case.
 */
class MergekitFixtureTest {

  private static final long SEED = 42;
  private static final double TOLERANCE = 1e-6;
  private static final String TIED = "ties_bf16_in_f32";

  @TempDir Path folder;

  /**
   * Methods without a sum over a tensor, whose last bits would depend on the order of its terms.
   */
  static List<String> exactCases() {
    return List.of(
        "linear",
        "linear_out_f16",
        "linear_unnormalized",
        "task_arithmetic",
        "task_arithmetic_gradient",
        "task_arithmetic_normalize",
        "ties",
        "ties_d03_nonorm",
        "ties_negative_weight",
        "ties_out_bf16",
        "breadcrumbs",
        "breadcrumbs_ties",
        "dare_linear_norescale",
        "passthrough_scale",
        "passthrough_stack");
  }

  static List<String> roundedCases() {
    return List.of(
        "dare_linear",
        "dare_ties",
        "della",
        "della_linear",
        "slerp",
        "slerp_gradient_filter",
        "nuslerp",
        "nuslerp_base_rowwise",
        "multislerp",
        "karcher",
        "model_stock",
        "model_stock_filterwise",
        "sce",
        "nearswap",
        "ram",
        "ramplus_tl");
  }

  @BeforeEach
  void copyModels() throws IOException {
    try (var files = Files.walk(fixture("models"))) {
      for (Path file : files.toList()) {
        Files.copy(file, folder.resolve(fixture("").relativize(file).toString()));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("exactCases")
  void methodsWithoutSumsOverTensorsGiveMergekitsBits(String name) throws IOException {
    try (var merged = merge(name, SEED);
        var expected = expected(name)) {
      merged.assertSameTensors(expected);
      merged.info().forEach(t -> assertEquals(0, merged.differing(expected, t).size(), t.name()));
      report(name, merged.largestError(expected));
    }
    assertEquals(expectedConfig(name), mergedConfig());
  }

  @ParameterizedTest
  @MethodSource("roundedCases")
  void otherMethodsAgreeWithMergekitToAMillionth(String name) throws IOException {
    try (var merged = merge(name, SEED);
        var expected = expected(name)) {
      merged.assertSameTensors(expected);
      double error = merged.largestError(expected);
      assertTrue(error <= TOLERANCE, () -> "largest relative error " + error);
      report(name, error);
    }
    assertEquals(expectedConfig(name), mergedConfig());
  }

  /**
   * Deltas of bfloat16 models have so few bits that some tie with the threshold, and which of these
   * are kept is unspecified in mergekit.
   */
  @Test
  void bfloat16ModelsDifferFromMergekitsOnlyWhereADeltaTiesWithItsThreshold() throws IOException {
    long elements = 0;
    long differing = 0;
    try (var merged = merge(TIED, SEED);
        var expected = expected(TIED);
        var base = model("base-bf16");
        var a = model("a-bf16");
        var b = model("b-bf16")) {
      merged.assertSameTensors(expected);
      for (var tensor : merged.info()) {
        var tiesOfA = new TiedEntries(a.read(tensor), base.read(tensor), 0.4);
        var tiesOfB = new TiedEntries(b.read(tensor), base.read(tensor), 0.4);
        for (int i : merged.differing(expected, tensor)) {
          assertTrue(tiesOfA.contains(i) || tiesOfB.contains(i), tensor.name() + " at " + i);
          differing++;
        }
        elements += tensor.shape().elements();
      }
      report(TIED, merged.largestError(expected));
    }
    assertTrue(differing < 0.01 * elements, differing + " of " + elements + " differ");
    System.out.printf(
        Locale.ROOT, "%-28s %d of %d entries differ, all at a tie%n", TIED, differing, elements);
    // The config of these models names the type under two keys. transformers, with which mergekit
    // reads and writes configs, drops the older one.
    assertEquals(expectedConfig(TIED).put("torch_dtype", "bfloat16"), mergedConfig());
  }

  /**
   * Of rows that hardly differ, the KL that mergekit computes in float32 is mostly rounding error.
   */
  @Test
  void arceeFusionDiffersFromMergekitsOnlyWhereFloat32LeavesTheChoiceOpen() throws IOException {
    String name = "arcee_fusion";
    long elements = 0;
    long differing = 0;
    try (var merged = merge(name, SEED);
        var expected = expected(name);
        var base = model("base");
        var a = model("a")) {
      merged.assertSameTensors(expected);
      for (var tensor : merged.info()) {
        int row = (int) tensor.shape().rowLength();
        var importance = new FusionImportance(a.read(tensor), base.read(tensor), row);
        List<Integer> fromBase = merged.differing(base, tensor);
        List<Integer> fromModel = merged.differing(a, tensor);
        assertTrue(
            fromBase.stream().noneMatch(fromModel::contains), "neither base nor model: " + tensor);
        for (int i : merged.differing(expected, tensor)) {
          assertTrue(importance.isOpen(i), tensor.name() + " at " + i);
          differing++;
        }
        elements += tensor.shape().elements();
      }
    }
    assertTrue(differing < 0.005 * elements, differing + " of " + elements + " differ");
    System.out.printf(
        Locale.ROOT, "%-28s %d of %d entries differ, all open%n", name, differing, elements);
    assertEquals(expectedConfig(name), mergedConfig());
  }

  /** Else the seed would have no bearing on what the other tests compare. */
  @Test
  void anotherSeedGivesAnotherModel() throws IOException {
    try (var merged = merge("dare_linear_norescale", SEED + 1);
        var expected = expected("dare_linear_norescale")) {
      merged.assertSameTensors(expected);
      assertNotEquals(0, merged.largestError(expected));
    }
  }

  private static ObjectNode expectedConfig(String name) throws IOException {
    return config(fixture(name).resolve("expected.config.json"));
  }

  private ObjectNode mergedConfig() throws IOException {
    return config(folder.resolve("out").resolve("config.json"));
  }

  private static ObjectNode config(Path file) throws IOException {
    return (ObjectNode) new ObjectMapper().readTree(file.toFile());
  }

  private ModelFile merge(String name, long seed) throws IOException {
    String text = Files.readString(fixture(name).resolve("recipe.yml"));
    Path recipe = folder.resolve("recipe.yml");
    Files.writeString(recipe, text + "\nrandom_compatibility: mergekit\n");
    Path out = folder.resolve("out");
    var settings = new MergeSettings(seed, 2, "safetensors", Long.MAX_VALUE, false, false, false);
    try (MergeJob job = MergeJob.prepare(recipe, out, settings)) {
      job.run(ProgressListener.NONE);
    }
    return ModelFile.open(out.resolve("model.safetensors"));
  }

  private static ModelFile expected(String name) {
    return ModelFile.open(fixture(name).resolve("expected.safetensors"));
  }

  private static ModelFile model(String name) {
    return ModelFile.open(fixture("models").resolve(name).resolve("model.safetensors"));
  }

  private static void report(String name, double error) {
    System.out.printf(Locale.ROOT, "%-28s largest relative error %.1e%n", name, error);
  }

  private static Path fixture(String name) {
    try {
      return Path.of(MergekitFixtureTest.class.getResource("/merge").toURI()).resolve(name);
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }
}
