package dev.amalgam.io.tokenizer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Texts that would exhaust the stack, or take hours, if anything about them were quadratic. */
class HostileTextsTest {

  private static final int LENGTH = 1 << 17;

  private static final List<String> UNITS =
      List.of(
          " ",
          "a",
          "A",
          "\n ",
          "\r\n",
          "1",
          "!",
          "a ",
          "'s",
          "\u0301",
          "\u0345\u0334",
          "e\u0323\u0301",
          "漢",
          "👍",
          "👩\u200d",
          "🇩",
          "\u0000",
          "<",
          "<s>",
          "▁");

  @TempDir private Path folder;

  static Stream<Arguments> longRuns() {
    return Stream.of(
            "bert-uncased-style", "gpt2-style", "llama2-style", "qwen-style", "t5-unigram-style")
        .flatMap(name -> UNITS.stream().map(unit -> Arguments.of(name, unit)));
  }

  @ParameterizedTest
  @MethodSource("longRuns")
  void theSameOverAndOver(String name, String unit) {
    encodeAndDecode(TestTokenizers.read(name), unit.repeat(LENGTH / unit.length()));
  }

  @ParameterizedTest
  @ValueSource(strings = {" ", "a", "\n "})
  void aMegabyteOfIt(String unit) {
    encodeAndDecode(TestTokenizers.read("llama3-style"), unit.repeat((1 << 20) / unit.length()));
  }

  private static void encodeAndDecode(Tokenizer tokenizer, String text) {
    Encoding encoding = tokenizer.encode(text, false);
    assertEquals(encoding.ids().length, encoding.tokens().size());
    assertTrue(tokenizer.decode(encoding.ids(), true).length() <= 2 * text.length());
  }

  @Test
  void tokensThatTakeTheWhiteSpaceAroundThem() {
    ObjectNode file = TestTokenizers.tree("gpt2-style");
    for (String content : List.of(" ", "\n", "<s>")) {
      file.withArray("added_tokens")
          .addObject()
          .put("id", 9000)
          .put("content", content)
          .put("single_word", false)
          .put("lstrip", true)
          .put("rstrip", true)
          .put("normalized", false)
          .put("special", false);
    }
    Tokenizer tokenizer = Tokenizer.read(TestTokenizers.write(folder, file));
    assertEquals(1, tokenizer.encode(" ".repeat(LENGTH), false).ids().length);
    assertEquals(1, tokenizer.encode(" \n".repeat(LENGTH), false).ids().length);
    assertEquals(
        1001, tokenizer.encode((" ".repeat(1000) + "<s>").repeat(1000), false).ids().length);
  }

  @Test
  void aWordOfWordPieceMayBeAsLongAsTheFileSays() {
    ObjectNode file = TestTokenizers.tree("bert-uncased-style");
    ((ObjectNode) file.get("model")).put("max_input_chars_per_word", Integer.MAX_VALUE);
    Tokenizer tokenizer = Tokenizer.read(TestTokenizers.write(folder, file));
    assertTrue(tokenizer.encode("a".repeat(LENGTH), false).ids().length > LENGTH / 10);
  }

  @Test
  void halfSurrogatePairsCountAsReplacementCharacters() {
    Tokenizer tokenizer = TestTokenizers.read("gpt2-style");
    assertEquals(
        tokenizer.encode("a\uFFFDb\uFFFD👍\uFFFD", true),
        tokenizer.encode("a\uD83Db\uDC4D👍\uD83D", true));
  }

  @Test
  void idsThatNoTokenHasAreLeftOut() {
    Tokenizer tokenizer = TestTokenizers.read("gpt2-style");
    int[] ids = tokenizer.encode("Hello", false).ids();
    int[] more = Arrays.copyOf(ids, ids.length + 3);
    more[ids.length] = -1;
    more[ids.length + 1] = Integer.MAX_VALUE;
    more[ids.length + 2] = tokenizer.vocabularySize();
    assertEquals("Hello", tokenizer.decode(more, false));
  }

  @Test
  void manyThreadsGetWhatOneGets() {
    Tokenizer shared = TestTokenizers.read("llama3-style");
    Tokenizer alone = TestTokenizers.read("llama3-style");
    List<String> texts =
        IntStream.range(0, 2000).mapToObj(i -> randomText(new SplittableRandom(i))).toList();
    List<Encoding> expected = texts.stream().map(text -> alone.encode(text, true)).toList();
    IntStream.range(0, 8)
        .parallel()
        .forEach(
            worker -> {
              for (int i = 0; i < texts.size(); i++) {
                int at = (i + worker * 250) % texts.size();
                assertArrayEquals(expected.get(at).ids(), shared.encode(texts.get(at), true).ids());
              }
            });
  }

  private static String randomText(SplittableRandom random) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 40; i++) {
      text.append(
          switch (random.nextInt(4)) {
            case 0 -> " ";
            case 1 -> Character.toString(random.nextInt(0x20, 0x7F));
            case 2 -> Character.toString(random.nextInt(0x80, 0xD800));
            default -> "the";
          });
    }
    return text.toString();
  }
}
