package dev.amalgam.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.amalgam.io.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files beside tensors, config and tokenizer without which a model does not load or is another. */
class SideFilesTest {

  private static final String MODULES =
      """
      [{"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"},
       {"idx": 1, "name": "1", "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"},
       {"idx": 2, "name": "2", "path": "2_Dense", "type": "sentence_transformers.models.Dense"},
       {"idx": 3, "name": "3", "path": "3_Normalize", "type": "sentence_transformers.models.Normalize"}]
      """;

  private static final List<String> SIDE_FILES =
      List.of(
          "1_Pooling/config.json",
          "2_Dense/config.json",
          "2_Dense/model.safetensors",
          "2_Dense/inner/deep/config.json",
          "sentence_bert_config.json",
          "sentence_xlnet_config.json",
          "config_sentence_transformers.json",
          "video_preprocessor_config.json",
          "chat_template.jinja",
          "additional_chat_templates/tool_use.jinja",
          "chat_templates/default.jinja",
          "qwen.tiktoken",
          "source.spm",
          "tokenizer_v3.model",
          "LICENSE",
          "LICENSE.txt",
          "NOTICE.md");

  @TempDir Path root;
  private MergeFixture merge;
  private Path base;

  @BeforeEach
  void makeModels() throws IOException {
    merge = new MergeFixture(root);
    base = root.resolve("base");
  }

  @Test
  void whatAModelNeedsIsCopiedAndListed() throws IOException {
    write(base, "modules.json", MODULES);
    for (String file : SIDE_FILES) {
      write(base, file, "{\"of\": \"" + file + "\"}");
    }
    for (String other : List.of("a", "b")) {
      write(
          root.resolve(other),
          "2_Dense/model.safetensors",
          "{\"of\": \"2_Dense/model.safetensors\"}");
    }
    assertEquals(List.of(), warnings());
    merge.merge();
    List<String> inputs = names("inputs");
    List<String> outputs = names("outputs");
    for (String file : Stream.concat(SIDE_FILES.stream(), Stream.of("modules.json")).toList()) {
      assertEquals(-1, Files.mismatch(base.resolve(file), merge.out.resolve(file)), file);
      assertTrue(inputs.contains(file) && outputs.contains(file), file);
    }
    assertFalse(Files.exists(merge.out.resolve("notes.txt")));
    merge.merge(merge.out, MergeFixture.REPLACING);
    assertTrue(Files.exists(merge.out.resolve("2_Dense/model.safetensors")));
  }

  @Test
  void foldersThatAreNumberedLikeModulesAreCopiedThoughTheListLacksThem() throws IOException {
    write(base, "modules.json", "[]");
    write(base, "1_Pooling/config.json", "{}");
    write(base, "10_Normalize/config.json", "{}");
    write(base, "0_Transformer/config.json", "{}");
    merge.merge();
    assertTrue(Files.exists(merge.out.resolve("1_Pooling/config.json")));
    assertTrue(Files.exists(merge.out.resolve("10_Normalize/config.json")));
    assertFalse(Files.exists(merge.out.resolve("0_Transformer")));
  }

  @Test
  void modulesWithWeightsThatDifferGiveAWarning() throws IOException {
    write(base, "modules.json", MODULES);
    write(base, "2_Dense/model.safetensors", "x");
    write(root.resolve("a"), "2_Dense/model.safetensors", "x");
    assertEquals(
        List.of(
            "'2_Dense/model.safetensors' is copied from 'base', while that of 'b' differs or is not"
                + " there; modules behind the transformer are not merged"),
        warnings());
  }

  @Test
  void codeIsCopiedWhereAConfigNamesIt() throws IOException {
    write(base, "modeling_x.py", "import torch");
    merge.merge();
    assertFalse(Files.exists(merge.out.resolve("modeling_x.py")));
    Files.writeString(
        base.resolve("config.json"), "{\"auto_map\": {\"AutoModel\": \"modeling_x.X\"}}");
    merge.merge(merge.out, MergeFixture.REPLACING);
    assertEquals("import torch", Files.readString(merge.out.resolve("modeling_x.py")));
    merge.merge(merge.out, MergeFixture.REPLACING);
  }

  @Test
  void codeOfAnotherModelsTokenizerIsNamedInAWarning() throws IOException {
    write(root.resolve("a"), "tokenizer_config.json", "{\"auto_map\": {\"AutoTokenizer\": []}}");
    merge.recipe(MergeFixture.RECIPE + "tokenizer_source: a\n");
    assertTrue(
        warnings()
            .contains(
                "the tokenizer of 'a' names code of its own (auto_map), and Python files are copied"
                    + " from 'base' alone; copy those of the tokenizer into the output"),
        warnings().toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"../a", "1_Pooling/../..", "/", ".git", "a/b", "x\\u0000"})
  void aModuleOutsideTheModelIsRefused(String path) throws IOException {
    write(base, "modules.json", "[{\"path\": \"" + path + "\"}]");
    String message = merge.refused();
    assertTrue(message.contains("modules.json': a module has the path "), message);
    assertTrue(message.contains(", which is no folder in that of the model; correct it"), message);
  }

  @ParameterizedTest
  @ValueSource(strings = {"3_Other/config.json", "modeling_x.py", "thesis.model.txt"})
  void forceReplacesNoFolderWithMore(String other) throws IOException {
    write(base, "modules.json", MODULES);
    write(base, "2_Dense/config.json", "{}");
    merge.merge();
    write(merge.out, other, "precious");
    String message = merge.refused(merge.out, MergeFixture.REPLACING);
    assertTrue(message.contains("which no merge writes, so --force does not replace it"), message);
    assertEquals("precious", Files.readString(merge.out.resolve(other)));
  }

  private List<String> warnings() {
    try (MergeJob job = MergeJob.prepare(merge.recipe, merge.out, MergeFixture.SETTINGS)) {
      return job.summary().warnings();
    }
  }

  private List<String> names(String list) {
    JsonNode files = Json.read(merge.out.resolve("amalgam.json"), 1 << 20).get(list);
    return files.findValuesAsText("file");
  }

  private static void write(Path folder, String name, String text) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }
}
