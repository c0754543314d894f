package dev.amalgam.io.tokenizer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import dev.amalgam.io.json.Json;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Everything is as the library has it; {@code tokenizers/expect.py} made what is expected. */
class ReferenceTokenizersTest {

  static Stream<String> names() {
    return TestTokenizers.NAMES.stream();
  }

  @ParameterizedTest
  @MethodSource("names")
  void everyTextBecomesTheSameTokensAndTextAgain(String name) {
    Tokenizer tokenizer = TestTokenizers.read(name);
    for (JsonNode expected :
        Json.read(TestTokenizers.FOLDER.resolve(name).resolve("expected.json"), 1 << 24)) {
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

  private static int[] ints(JsonNode list) {
    return StreamSupport.stream(list.spliterator(), false).mapToInt(JsonNode::intValue).toArray();
  }

  private static java.util.List<String> strings(JsonNode list) {
    return StreamSupport.stream(list.spliterator(), false).map(JsonNode::textValue).toList();
  }
}
