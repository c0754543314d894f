package dev.amalgam.io.tokenizer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class StreamDecoderTest {

  @TempDir private Path folder;

  static Stream<String> names() {
    return TestTokenizers.NAMES.stream();
  }

  private static List<String> stream(Tokenizer tokenizer, int[] ids) {
    StreamDecoder stream = tokenizer.streamDecoder(false);
    List<String> parts = new ArrayList<>();
    for (int id : ids) {
      parts.add(stream.add(id));
    }
    parts.add(stream.finish());
    return parts;
  }

  @ParameterizedTest
  @MethodSource("names")
  void thePartsTogetherAreTheText(String name) {
    Tokenizer tokenizer = TestTokenizers.read(name);
    SplittableRandom random = new SplittableRandom(7);
    for (int round = 0; round < 200; round++) {
      int[] ids = random.ints(20, 0, tokenizer.vocabularySize() + 2).toArray();
      assertEquals(tokenizer.decode(ids, false), String.join("", stream(tokenizer, ids)));
    }
  }

  @ParameterizedTest
  @MethodSource("names")
  void noPartHasHalfACharacter(String name) {
    Tokenizer tokenizer = TestTokenizers.read(name);
    int[] ids = tokenizer.encode("naïve 漢字 👍🏽 Ωé", false).ids();
    String whole = tokenizer.decode(ids, false);
    for (String part : stream(tokenizer, ids)) {
      assertEquals(
          part, new String(part.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8), part);
      assertFalse(part.contains("\uFFFD") && !whole.contains("\uFFFD"), part);
    }
  }

  @Test
  void aCharacterOfSeveralTokensComesWithItsLast() {
    Tokenizer tokenizer = TestTokenizers.read("gpt2-style");
    int[] ids = tokenizer.encode("👍", false).ids();
    assertEquals(List.of("", "👍", ""), stream(tokenizer, ids));
    assertEquals(List.of("", "\uFFFD"), stream(tokenizer, new int[] {ids[0]}));
  }

  @Test
  void aRunOfByteTokensComesWhenItEnds() {
    Tokenizer tokenizer = TestTokenizers.read("llama2-style");
    int[] ids = {
      id(tokenizer, "▁a"), id(tokenizer, "<0xE2>"), id(tokenizer, "<0x82>"), id(tokenizer, "<0xAC>")
    };
    assertEquals(List.of("a", "", "", "", "€"), stream(tokenizer, ids));
    ids[3] = id(tokenizer, "<0x41>");
    assertEquals(List.of("a", "", "", "", "\uFFFD\uFFFD\uFFFD"), stream(tokenizer, ids));
  }

  @Test
  void theSpaceInFrontOfTheFirstTokenIsLeftOut() {
    Tokenizer tokenizer = TestTokenizers.read("llama2-style");
    int id = id(tokenizer, "▁a");
    assertEquals(List.of("a", " a", ""), stream(tokenizer, new int[] {id, id}));
  }

  @Test
  void specialTokensAreLeftOutIfThatIsWanted() {
    Tokenizer tokenizer = TestTokenizers.read("llama2-style");
    StreamDecoder stream = tokenizer.streamDecoder(true);
    assertEquals("", stream.add(id(tokenizer, "<s>")));
    assertEquals("a", stream.add(id(tokenizer, "▁a")));
    assertEquals("", stream.add(id(tokenizer, "</s>")));
    assertEquals("", stream.finish());
  }

  @Test
  void withoutADecoderThereAreSpacesBetweenTokens() {
    ObjectNode file = TestTokenizers.tree("bert-cased-style");
    file.remove("decoder");
    Tokenizer tokenizer = Tokenizer.read(TestTokenizers.write(folder, file));
    int[] ids = tokenizer.encode("Hello world", false).ids();
    assertEquals("He ##ll ##o world", String.join("", stream(tokenizer, ids)));
  }

  private static int id(Tokenizer tokenizer, String token) {
    return tokenizer.id(token).orElseThrow();
  }
}
