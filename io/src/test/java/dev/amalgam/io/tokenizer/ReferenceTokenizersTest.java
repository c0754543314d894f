package dev.amalgam.io.tokenizer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Everything is as the library has it; the scripts beside the tokenizers wrote what is expected.
 */
class ReferenceTokenizersTest {

  @TempDir private Path folder;

  static Stream<String> names() {
    return TestTokenizers.NAMES.stream();
  }

  @ParameterizedTest
  @MethodSource("names")
  void everyTextBecomesTheSameTokensAndTextAgain(String name) {
    Tokenizer tokenizer = TestTokenizers.read(name);
    for (JsonNode expected : TestTokenizers.json(name + "/expected.json")) {
      String text = expected.get("text").textValue();
      Encoding encoding = tokenizer.encode(text, true);
      Encoding plain = tokenizer.encode(text, false);
      assertArrayEquals(ints(expected.get("ids")), encoding.ids(), text);
      assertArrayEquals(ints(expected.get("ids_no_special")), plain.ids(), text);
      assertEquals(strings(expected.get("tokens")), plain.tokens(), text);
      assertEquals(expected.get("decoded").textValue(), tokenizer.decode(plain.ids(), false), text);
      assertEquals(
          expected.get("decoded_skip_special").textValue(),
          tokenizer.decode(encoding.ids(), true),
          text);
    }
  }

  @ParameterizedTest
  @MethodSource("names")
  void hardTextsToo(String name) {
    Tokenizer tokenizer = TestTokenizers.read(name);
    for (JsonNode expected : TestTokenizers.json(name + "/hard.json")) {
      String text = expected.get("text").textValue();
      int[] ids = tokenizer.encode(text, true).ids();
      assertArrayEquals(ints(expected.get("ids")), ids, text);
      assertEquals(expected.get("decoded").textValue(), tokenizer.decode(ids, false), text);
    }
  }

  static Stream<JsonNode> variants() {
    return Stream.of(TestTokenizers.json("variants.json")).flatMap(JsonNode::valueStream);
  }

  @ParameterizedTest
  @MethodSource("variants")
  void everyComponentAndOption(JsonNode variant) {
    ObjectNode file = TestTokenizers.tree(variant.get("base").textValue());
    for (Map.Entry<String, JsonNode> section : variant.get("sections").properties()) {
      if (section.getKey().equals("model")) {
        ((ObjectNode) file.get("model")).setAll((ObjectNode) section.getValue());
      } else {
        file.set(section.getKey(), section.getValue());
      }
    }
    Tokenizer tokenizer = Tokenizer.read(TestTokenizers.write(folder, file));
    for (JsonNode expected : variant.get("expected")) {
      String text = expected.get("text").textValue();
      Encoding encoding = tokenizer.encode(text, true);
      assertEquals(strings(expected.get("tokens")), encoding.tokens(), text);
      assertArrayEquals(ints(expected.get("ids")), encoding.ids(), text);
      assertEquals(
          expected.get("decoded").textValue(), tokenizer.decode(encoding.ids(), false), text);
    }
  }

  private static int[] ints(JsonNode list) {
    return list.valueStream().mapToInt(JsonNode::intValue).toArray();
  }

  private static java.util.List<String> strings(JsonNode list) {
    return list.valueStream().map(JsonNode::textValue).toList();
  }
}
