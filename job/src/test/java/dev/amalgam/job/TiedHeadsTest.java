package dev.amalgam.job;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Merges of models of which some store a head and some have their embedding for one. */
class TiedHeadsTest {

  private static final String EMBEDDING = "model.embed_tokens.weight";
  private static final String HEAD = "lm_head.weight";
  private static final String TIED =
      "{\"model_type\": \"llama\", \"architectures\": [\"LlamaForCausalLM\"],"
          + " \"num_hidden_layers\": 1, \"tie_word_embeddings\": true}\n";
  private static final String APART = TIED.replace("true", "false");
  private static final String MASKED =
      "{\"model_type\": \"bert\", \"architectures\": [\"BertForMaskedLM\"]}\n";

  @TempDir Path root;
  private MergeFixture merge;

  @BeforeEach
  void makeModels() throws IOException {
    merge = new MergeFixture(root);
  }

  /** Returns a model of one layer that stores no head. */
  private SmallModel model(String name, String config, float value) throws IOException {
    return new SmallModel(root.resolve(name), "llama")
        .config(config)
        .tensor(EMBEDDING, 2, value, value + 1, value + 2, value + 3)
        .tensor("model.layers.0.a.weight", 0, value, 1)
        .tensor("model.layers.0.b.weight", 0, value, 2)
        .tensor("model.layers.0.c.weight", 0, value, 3)
        .tensor("model.norm.weight", 0, value, 4);
  }

  private WholeFile merged(String recipe) throws IOException {
    merge.recipe(recipe).merge();
    return WholeFile.read(merge.out.resolve("model.safetensors"));
  }

  private String config() throws IOException {
    return Files.readString(merge.out.resolve("config.json"));
  }

  private static final String HALF_WAY =
      """
      merge_method: task_arithmetic
      base_model: x
      models: [{model: y, parameters: {weight: 0.5}}]
      """;

  @Test
  void theHeadOfATiedExpertIsItsEmbeddingWhereTheBaseStoresACopy() throws IOException {
    model("x", TIED, 1).tensor(HEAD, 2, 1, 2, 3, 4).write();
    model("y", TIED, 3).write();
    WholeFile out = merged(HALF_WAY);
    assertArrayEquals(new float[] {2, 3, 4, 5}, out.floats(EMBEDDING));
    assertArrayEquals(new float[] {2, 3, 4, 5}, out.floats(HEAD));
    assertEquals(TIED, config());
  }

  @Test
  void aTiedBaseAndAnExpertWithAHeadOfItsOwnMakeAModelWithAHeadOfItsOwn() throws IOException {
    model("x", TIED, 1).write();
    model("y", APART, 3).tensor(HEAD, 2, 9, 8, 7, 6).write();
    WholeFile out = merged(HALF_WAY + "missing: base\n");
    assertArrayEquals(new float[] {2, 3, 4, 5}, out.floats(EMBEDDING));
    assertArrayEquals(new float[] {5, 5, 5, 5}, out.floats(HEAD));
    assertEquals(APART, config());
  }

  @Test
  void aConfigThatSaysTiedOfAHeadThatDiffersIsCorrected() throws IOException {
    model("x", TIED, 1).tensor(HEAD, 2, 1, 2, 3, 4).write();
    model("y", TIED, 3).tensor(HEAD, 2, 9, 8, 7, 6).write();
    assertArrayEquals(new float[] {5, 5, 5, 5}, merged(HALF_WAY).floats(HEAD));
    assertEquals(APART, config());
  }

  @Test
  void aHeadDrawnAtRandomIsNoLongerTheEmbedding() throws IOException {
    model("x", TIED, 1).tensor(HEAD, 2, 1, 2, 3, 4).write();
    model("y", TIED, 3).tensor(HEAD, 2, 3, 4, 5, 6).write();
    merged(
        HALF_WAY.replace("task_arithmetic", "dare_linear").replace("0.5}", "0.5, density: 0.5}"));
    assertEquals(APART, config());
  }

  @Test
  void modelsThatAreAllTiedStayTiedWithoutAHead() throws IOException {
    model("x", TIED, 1).write();
    model("y", TIED, 3).write();
    assertFalse(merged(HALF_WAY).shapes().containsKey(HEAD));
    assertEquals(TIED, config());
  }

  @Test
  void aModelThatStoresOnlyItsHeadHasAnEmbedding() throws IOException {
    model("x", TIED, 1).write();
    new SmallModel(root.resolve("y"), "llama")
        .config(TIED)
        .tensor(HEAD, 2, 3, 4, 5, 6)
        .tensor("model.layers.0.a.weight", 0, 3, 1)
        .tensor("model.layers.0.b.weight", 0, 3, 2)
        .tensor("model.layers.0.c.weight", 0, 3, 3)
        .tensor("model.norm.weight", 0, 3, 4)
        .write();
    WholeFile out = merged(HALF_WAY);
    assertArrayEquals(new float[] {2, 3, 4, 5}, out.floats(EMBEDDING));
    assertArrayEquals(new float[] {2, 3, 4, 5}, out.floats(HEAD));
    assertEquals(TIED, config());
  }

  @Test
  void aStackEndsWithTheHeadOfItsLastSlice() throws IOException {
    model("x", TIED, 1).write();
    model("y", TIED, 3).write();
    String recipe =
        """
        merge_method: passthrough
        slices:
        - sources: [{model: x, layer_range: [0, 1]}]
        - sources: [{model: %s, layer_range: [0, 1]}]
        """;
    WholeFile out = merged(recipe.formatted("y"));
    assertArrayEquals(new float[] {1, 2, 3, 4}, out.floats(EMBEDDING));
    assertArrayEquals(new float[] {3, 4, 5, 6}, out.floats(HEAD));
    assertTrue(config().contains("\"tie_word_embeddings\": false"), config());
    MergeFixture.removeTree(merge.out);
    assertFalse(merged(recipe.formatted("x")).shapes().containsKey(HEAD));
    assertTrue(config().contains("\"tie_word_embeddings\": true"), config());
  }

  @Test
  void aStackThatEndsWithATiedModelHasAHead() throws IOException {
    model("x", APART, 1).tensor(HEAD, 2, 9, 8, 7, 6).write();
    model("y", TIED, 3).write();
    WholeFile out =
        merged(
            """
            merge_method: passthrough
            slices:
            - sources: [{model: x, layer_range: [0, 1]}]
            - sources: [{model: y, layer_range: [0, 1]}]
            """);
    assertArrayEquals(new float[] {3, 4, 5, 6}, out.floats(HEAD));
    assertTrue(config().contains("\"tie_word_embeddings\": false"), config());
  }

  @Test
  void aBiasIsTheSameUnderEitherName() throws IOException {
    String words = "bert.embeddings.word_embeddings.weight";
    new SmallModel(root.resolve("x"), "bert")
        .config(MASKED)
        .tensor(words, 1, 1, 2)
        .tensor("cls.predictions.bias", 0, 1, 2)
        .write();
    new SmallModel(root.resolve("y"), "bert")
        .config(MASKED)
        .tensor(words, 1, 3, 4)
        .tensor("cls.predictions.decoder.bias", 0, 3, 4)
        .tensor("cls.predictions.decoder.weight", 1, 7, 8)
        .write();
    WholeFile out = merged(HALF_WAY);
    assertArrayEquals(new float[] {2, 3}, out.floats("cls.predictions.bias"));
    assertArrayEquals(new float[] {2, 3}, out.floats("cls.predictions.decoder.bias"));
    assertArrayEquals(new float[] {4, 5}, out.floats("cls.predictions.decoder.weight"));
    assertTrue(config().contains("\"tie_word_embeddings\": false"), config());
  }

  @Test
  void theResultOfAStageSaysWhetherItIsTied() throws IOException {
    model("x", TIED, 1).write();
    model("y", APART, 3).tensor(HEAD, 2, 9, 8, 7, 6).write();
    WholeFile out =
        merged(
            """
            name: first
            merge_method: linear
            models: [{model: x, parameters: {weight: 1}}, {model: y, parameters: {weight: 1}}]
            ---
            merge_method: linear
            models: [{model: first, parameters: {weight: 1}}, {model: x, parameters: {weight: 1}}]
            """);
    assertArrayEquals(new float[] {3, 3.5f, 4, 4.5f}, out.floats(HEAD));
    assertEquals(APART, config());
  }
}
