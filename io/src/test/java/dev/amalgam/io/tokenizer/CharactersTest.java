package dev.amalgam.io.tokenizer;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import dev.amalgam.io.regex.Regex;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.text.Normalizer.Form;
import java.util.BitSet;
import java.util.HexFormat;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Over all of Unicode; {@code tokenizers/characters.py} wrote the digests of what is expected. */
class CharactersTest {

  private static final Map<String, IntFunction<String>> KINDS =
      Map.ofEntries(
          each("NFC", new UnicodeForm(Form.NFC)),
          each("NFD", new UnicodeForm(Form.NFD)),
          each("NFKC", new UnicodeForm(Form.NFKC)),
          each("NFKD", new UnicodeForm(Form.NFKD)),
          each("Lowercase", CharacterNormalizers::lowercase),
          each("StripAccents", CharacterNormalizers::withoutMarks),
          each("Nmt", CharacterNormalizers::nmt),
          each("BertNormalizer", new BertNormalizer(true, true, true, true)),
          Map.entry(
              "NFD of marks",
              c ->
                  new UnicodeForm(Form.NFD)
                      .apply("a\u0345" + Character.toString(c) + "\u0334\u0301")),
          where("word", Characters::isWord),
          where("numeric", Characters::isNumeric));

  static Stream<Map.Entry<String, JsonNode>> expected() {
    return TestTokenizers.json("characters.json").propertyStream();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("expected")
  void eachCharacterIsWhatTheLibraryTakesItFor(Map.Entry<String, JsonNode> expected) {
    String name = expected.getKey();
    IntFunction<String> kind =
        KINDS.containsKey(name) ? KINDS.get(name) : where(name, matched(name)::get).getValue();
    assertEquals(expected.getValue().textValue(), digest(kind));
  }

  private static BitSet matched(String regex) {
    StringBuilder all = new StringBuilder();
    codePoints(all::appendCodePoint);
    BitSet matched = new BitSet();
    Regex.Search search = Regex.compile(regex).search(all);
    while (search.next()) {
      matched.set(all.codePointAt(search.start()));
    }
    return matched;
  }

  private static Map.Entry<String, IntFunction<String>> each(String name, Normalizer normalizer) {
    return Map.entry(name, c -> normalizer.apply(Character.toString(c)));
  }

  private static Map.Entry<String, IntFunction<String>> where(String name, IntPredicate kind) {
    return Map.entry(name, c -> kind.test(c) ? "1" : "");
  }

  private static void codePoints(java.util.function.IntConsumer each) {
    for (int c = 0; c <= Character.MAX_CODE_POINT; c++) {
      if (c < Character.MIN_SURROGATE || c > Character.MAX_SURROGATE) {
        each.accept(c);
      }
    }
  }

  private static String digest(IntFunction<String> kind) {
    MessageDigest sha256;
    try {
      sha256 = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
    StringBuilder lines = new StringBuilder();
    codePoints(
        c ->
            lines
                .append(Integer.toHexString(c))
                .append(':')
                .append(
                    kind.apply(c)
                        .codePoints()
                        .mapToObj(Integer::toHexString)
                        .collect(Collectors.joining(" ")))
                .append('\n'));
    return HexFormat.of()
        .formatHex(sha256.digest(lines.toString().getBytes(StandardCharsets.US_ASCII)));
  }
}
