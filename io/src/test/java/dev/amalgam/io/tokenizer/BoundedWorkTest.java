package dev.amalgam.io.tokenizer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.amalgam.io.json.Json;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Small files that would fill the memory, or take hours, on a small text. */
@Timeout(60)
class BoundedWorkTest {

  private static final String DOUBLE =
      "{\"type\": \"Replace\", \"pattern\": {\"String\": \"l\"}, \"content\": \"ll\"}";

  @TempDir private Path folder;

  private Tokenizer with(String key, String section) {
    ObjectNode file = TestTokenizers.tree("bert-cased-style");
    file.set(key, TestTokenizers.parse(section));
    return Tokenizer.read(TestTokenizers.write(folder, file));
  }

  private static String sequence(String key, String part, int times) {
    return "{\"type\": \"Sequence\", \"%s\": [%s]}"
        .formatted(key, part + (", " + part).repeat(times - 1));
  }

  private String refused(Tokenizer tokenizer, String text) {
    return assertThrows(TokenizerException.class, () -> tokenizer.encode(text, false))
        .getMessage()
        .replace("'" + folder.resolve("tokenizer.json") + "', ", "");
  }

  @Test
  void normalizersThatDoubleAText() {
    Tokenizer tokenizer = with("normalizer", sequence("normalizers", DOUBLE, 40));
    assertEquals(
        "'normalizer' makes more than 11100 characters of a text, which no real one does",
        refused(tokenizer, "hello world"));
    assertTrue(tokenizer.encode("war", false).ids().length > 0);
  }

  @Test
  void aReplacementThatIsLongerThanTheText() {
    String megabyte =
        "{\"type\": \"Replace\", \"pattern\": {\"Regex\": \"\"}, \"content\": \"%s\"}"
            .formatted("x".repeat(1 << 20));
    assertTrue(
        refused(with("normalizer", megabyte), "a".repeat(100_000)).startsWith("'normalizer' "));
  }

  @Test
  void preTokenizersThatWriteBytesAsCharactersAgainAndAgain() {
    String bytes =
        "{\"type\": \"ByteLevel\", \"add_prefix_space\": false, \"trim_offsets\": true,"
            + " \"use_regex\": false}";
    assertTrue(
        refused(with("pre_tokenizer", sequence("pretokenizers", bytes, 60)), "é")
            .startsWith("'pre_tokenizer' makes more than 10100 characters"));
  }

  @Test
  void preTokenizersInOneAnotherHaveOneBound() {
    String bytes =
        "{\"type\": \"ByteLevel\", \"add_prefix_space\": false, \"trim_offsets\": true,"
            + " \"use_regex\": false}";
    String nested = bytes;
    for (int i = 0; i < 4; i++) {
      nested = sequence("pretokenizers", bytes + ", ".concat(bytes).repeat(6) + ", " + nested, 1);
    }
    assertTrue(
        refused(with("pre_tokenizer", nested), "é")
            .startsWith("'pre_tokenizer' makes more than 10100 characters"));
  }

  @Test
  void aCharsmapWithALongReplacement() {
    ByteBuffer map = ByteBuffer.allocate(99 * Integer.BYTES + (1 << 20));
    map.order(ByteOrder.LITTLE_ENDIAN).putInt(0, 98 * Integer.BYTES);
    // From the root, 'a' leads to the unit 97, which has its value beside it: the offset 0.
    map.putInt(97 * Integer.BYTES, 1 << 31).putInt(98 * Integer.BYTES, 1 << 10 | 1 << 8 | 'a');
    Arrays.fill(map.array(), 99 * Integer.BYTES, map.capacity(), (byte) 'x');
    Tokenizer tokenizer =
        with(
            "normalizer",
            "{\"type\": \"Precompiled\", \"precompiled_charsmap\": \"%s\"}"
                .formatted(Base64.getEncoder().encodeToString(map.array())));
    for (String text : new String[] {"a".repeat(100_000), "a" + "\u0301".repeat(9)}) {
      assertTrue(refused(tokenizer, text).startsWith("'normalizer' makes more than "));
    }
  }

  @Test
  void addedTokensAndWhatLiesBetweenThemHaveOneBound() {
    String normalizer =
        "{\"type\": \"Replace\", \"pattern\": {\"String\": \"l\"}, \"content\": \"%s\"}"
            .formatted("x".repeat(9000));
    ObjectNode file = TestTokenizers.tree("bert-cased-style");
    file.set("normalizer", TestTokenizers.parse(normalizer));
    Tokenizer tokenizer = Tokenizer.read(TestTokenizers.write(folder, file));
    assertEquals(
        "'normalizer' makes more than 11400 characters of a text, which no real one does",
        refused(tokenizer, "l[MASK]l[MASK]"));
    for (int i = 0; i < 2; i++) {
      file.withArray("added_tokens").add(added("l" + i, true));
    }
    String message =
        assertThrows(
                TokenizerException.class, () -> Tokenizer.read(TestTokenizers.write(folder, file)))
            .getMessage();
    assertTrue(
        message.endsWith(
            "'normalizer' makes more than 10400 characters of a text," + " which no real one does"),
        message);
  }

  private static ObjectNode added(String content, boolean normalized) {
    ObjectNode token = Json.object().put("id", 0).put("content", content);
    token.put("single_word", false).put("lstrip", false).put("rstrip", false);
    return token.put("normalized", normalized).put("special", false);
  }

  @Test
  void decodersThatDoubleAToken() {
    assertTrue(
        assertThrows(
                TokenizerException.class, () -> with("decoder", sequence("decoders", DOUBLE, 40)))
            .getMessage()
            .endsWith(
                "'decoder' could make more than 1000 characters of one, which no real one does"));
  }

  @Test
  void decodersThatWouldOverflowTheStack() {
    assertTrue(
        assertThrows(
                TokenizerException.class,
                () -> with("decoder", sequence("decoders", "{\"type\": \"Fuse\"}", 20_000)))
            .getMessage()
            .endsWith(
                "'decoder' has 20000 decoders, one behind the other, and no real one has more than"
                    + " 500"));
    with("decoder", sequence("decoders", "{\"type\": \"Fuse\"}", 500));
  }

  @Test
  void decodersThatPutSomethingBetweenAllCharacters() {
    String between = "{\"type\": \"Replace\", \"pattern\": {\"Regex\": \"\"}, \"content\": \"x\"}";
    assertTrue(
        assertThrows(
                TokenizerException.class, () -> with("decoder", sequence("decoders", between, 40)))
            .getMessage()
            .contains("'decoder' could make more than 1000 characters of one"));
  }

  @Test
  void aTokenThatADecoderMakesMuchLonger() {
    ObjectNode file = TestTokenizers.tree("bert-cased-style");
    file.withArray("added_tokens").add(added("l".repeat(1000), false));
    file.set("decoder", TestTokenizers.parse(DOUBLE.replace("ll", "l".repeat(900))));
    Tokenizer tokenizer = Tokenizer.read(TestTokenizers.write(folder, file));
    int[] token = {tokenizer.vocabularySize() - 1};
    assertTrue(
        assertThrows(TokenizerException.class, () -> tokenizer.decode(token, false))
            .getMessage()
            .endsWith(
                "'decoder' makes more than 110000 characters of a text, which no real one does"));
  }

  @Test
  void aTemplateThatRepeatsTheTextAMillionTimes() {
    String text = "{\"Sequence\": {\"id\": \"A\", \"type_id\": 0}}";
    assertTrue(
        assertThrows(
                TokenizerException.class,
                () ->
                    with(
                        "post_processor",
                        "{\"type\": \"TemplateProcessing\", \"single\": [%s], \"pair\": [],"
                                .formatted(text + ("," + text).repeat(1000))
                            + " \"special_tokens\": {}}"))
            .getMessage()
            .endsWith("'post_processor.single' has more than 100 parts"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a{100000}",
        "(?=a*b)",
        "(?!a*b)a",
        "(?:a?){100}b",
        "a*?b",
        "(?=(?:a|a)*b)",
        "(?<=a{1000})a"
      })
  void expressionsThatLookAtEverythingFromEverywhere(String regex) {
    String all = regex + ("|" + regex).repeat(44);
    Tokenizer tokenizer =
        with(
            "pre_tokenizer",
            "{\"type\": \"Split\", \"pattern\": {\"Regex\": \"%s\"}, \"behavior\": \"Isolated\","
                    .formatted(all)
                + " \"invert\": false}");
    String message = refused(tokenizer, "a".repeat(99_999));
    assertTrue(
        message.endsWith("'it takes too many steps on this text'")
            || message.endsWith("'it leaves too much to be tried on this text'"),
        message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"[UNK]": 0, "a": 16777215} | has 2 tokens and the id 16777215
          {"[UNK]": 0, "a": 2147483648} | must have ids from 0 to 16777215, not 2147483648
          {"[UNK]": 0, "a": 18446744073709551616} | out of range
          """)
  void idsWithGapsThatWouldFillTheMemory(String vocabulary, String why) {
    TokenizerException e =
        assertThrows(
            TokenizerException.class,
            () ->
                with(
                    "model",
                    "{\"type\": \"WordLevel\", \"unk_token\": \"[UNK]\", \"vocab\": %s}"
                        .formatted(vocabulary)));
    assertTrue(e.getMessage().contains(why), e.getMessage());
  }
}
