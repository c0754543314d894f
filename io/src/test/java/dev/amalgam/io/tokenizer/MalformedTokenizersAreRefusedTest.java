package dev.amalgam.io.tokenizer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MalformedTokenizersAreRefusedTest {

  @TempDir private Path folder;

  private String problem(String text) {
    Path file = TestTokenizers.write(folder, text);
    TokenizerException e = assertThrows(TokenizerException.class, () -> Tokenizer.read(file));
    assertTrue(e.getMessage().startsWith("'" + file + "'"), e.getMessage());
    assertEquals(1, e.getMessage().lines().count(), e.getMessage());
    return e.getMessage().substring(("'" + file + "'").length());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"version\": \"2.0\"}|, 'version' is '2.0'; only 1.0 is known",
        "{\"version\": 1}|, 'version' must be a string, not '1'",
        "{\"new\": 1}|, the file has the option 'new', which is not supported here; known are"
            + " version, truncation, padding, added_tokens, normalizer, pre_tokenizer,"
            + " post_processor, decoder, model",
        "{\"model\": 3}|, 'model' must be an object, not '3'",
        "{\"normalizer\": {}}|, 'normalizer' has no 'type'",
        "{\"normalizer\": []}|, 'normalizer' must be an object, not a list",
        "{\"normalizer\": {\"type\": \"Sequence\", \"normalizers\": [{\"type\": \"NFC\"},"
            + " {\"type\": \"Nope\"}]}}|, 'normalizer.normalizers[1].type' is 'Nope', which is not"
            + " supported; supported are BertNormalizer, ByteLevel, Lowercase, NFC, NFD, NFKC,"
            + " NFKD, Nmt, Precompiled, Prepend, Replace, Sequence, Strip, StripAccents",
        "{\"normalizer\": {\"type\": \"NFC\", \"x\": 1}}|, 'normalizer' has the option 'x', which"
            + " is not supported here; known are type",
        "{\"normalizer\": {\"type\": \"Replace\", \"pattern\": {}, \"content\": \"\"}}|,"
            + " 'normalizer.pattern' must have either \"String\" or \"Regex\"",
        "{\"normalizer\": {\"type\": \"Replace\", \"pattern\": {\"Regex\": \"a(\"}, \"content\":"
            + " \"\"}}|, 'normalizer.pattern.Regex' is a regular expression that cannot be used,"
            + " 'a(': 'a '(' has no ')', at character 2'",
        "{\"normalizer\": {\"type\": \"Precompiled\", \"precompiled_charsmap\": \"?\"}}|,"
            + " 'normalizer.precompiled_charsmap' is not base64; the file is damaged",
        "{\"normalizer\": {\"type\": \"Precompiled\", \"precompiled_charsmap\": \"//////8=\"}}|,"
            + " 'normalizer.precompiled_charsmap' does not begin with the size of a trie that it"
            + " holds; the file is damaged",
        "{\"pre_tokenizer\": {\"type\": \"UnicodeScripts\"}}|, 'pre_tokenizer.type' is"
            + " 'UnicodeScripts', which is not supported; supported are BertPreTokenizer,"
            + " ByteLevel, CharDelimiterSplit, Digits, Metaspace, Punctuation, Sequence, Split,"
            + " Whitespace, WhitespaceSplit",
        "{\"pre_tokenizer\": {\"type\": \"Metaspace\", \"replacement\": \"ab\"}}|,"
            + " 'pre_tokenizer.replacement' must be one character, not 'ab'",
        "{\"pre_tokenizer\": {\"type\": \"Metaspace\", \"replacement\": \"a\", \"prepend_scheme\":"
            + " \"last\"}}|, 'pre_tokenizer.prepend_scheme' must be always, first or never, not"
            + " 'last'",
        "{\"pre_tokenizer\": {\"type\": \"Punctuation\", \"behavior\": \"Lost\"}}|,"
            + " 'pre_tokenizer.behavior' must be Removed, Isolated, MergedWithPrevious,"
            + " MergedWithNext or Contiguous, not 'Lost'",
        "{\"post_processor\": {\"type\": \"TemplateProcessing\", \"single\": [{\"SpecialToken\":"
            + " {\"id\": \"X\", \"type_id\": 0}}], \"pair\": [], \"special_tokens\": {}}}|,"
            + " 'post_processor.single[0].SpecialToken.id' is 'X', which is not among"
            + " 'special_tokens'",
        "{\"post_processor\": {\"type\": \"BertProcessing\", \"sep\": [\"a\"], \"cls\": [\"b\","
            + " 1]}}|, 'post_processor.sep' must be a token and its id",
        "{\"decoder\": {\"type\": \"CTC\"}}|, 'decoder.type' is 'CTC', which is not supported;"
            + " supported are BPEDecoder, ByteFallback, ByteLevel, Fuse, Metaspace, Replace,"
            + " Sequence, Strip, WordPiece",
        "{\"decoder\": {\"type\": \"Strip\", \"content\": \"x\", \"start\": -1, \"stop\": 0}}|,"
            + " 'decoder.start' must be a whole number from 0 to 2147483647, not '-1'",
        "{\"added_tokens\": [{\"id\": 0, \"content\": \"x\"}]}|, 'added_tokens[0]' has no"
            + " 'normalized'",
        "{\"added_tokens\": {}}|, 'added_tokens' must be a list, not an object",
      })
  void sectionsOfAFile(String sections, String expected) {
    ObjectNode file = TestTokenizers.tree("gpt2-style");
    file.setAll((ObjectNode) TestTokenizers.parse(sections));
    assertEquals(expected, problem(file.toString()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"dropout\": 0.1}|, 'model.dropout' must be null or 0, not '0.1': with dropout, a text"
            + " would be tokenized at random",
        "{\"type\": \"RNN\"}|, 'model.type' is 'RNN', which is not supported; supported are BPE,"
            + " Unigram, WordLevel, WordPiece",
        "{\"type\": \"WordPiece\"}|, 'model' has the option 'dropout', which is not supported here;"
            + " known are type, unk_token, continuing_subword_prefix, max_input_chars_per_word",
        "{\"type\": \"Unigram\", \"fuse_unk\": null, \"ignore_merges\": null}|, 'model' must have a"
            + " list of tokens and scores under 'vocab'",
        "{\"merges\": [[\"a\", \"b\", \"c\"]]}|, 'model.merges[0]' must be two tokens",
        "{\"merges\": [[\"a\"]]}|, 'model.merges[0]' must be two tokens",
        "{\"merges\": [[1, 2]]}|, 'model.merges[0]' must be two tokens",
        "{\"merges\": [\"a b c\"]}|, 'model.merges[0]' must be two tokens with one space between,"
            + " not 'a b c'",
        "{\"merges\": [\"h e\", [\"h\", \"e\"]]}|, 'model.merges[1]' must be two tokens, written"
            + " like the merges before",
        "{\"merges\": [[\"h\", \"漢\"]]}|, 'model.merges[0]' has or makes the token 'h漢', which is"
            + " not in the vocabulary",
        "{\"merges\": 1}|, 'model.merges' must be a list",
        "{\"vocab\": 1}|, 'model.vocab' must be an object, or a list",
        "{\"vocab\": {\"a\": -1}}|, 'model.vocab' must have ids from 0 to 16777215, not -1 for 'a'",
        "{\"vocab\": {\"a\": 99999999999}}|, 'model.vocab' must have ids from 0 to 16777215, not"
            + " 99999999999 for 'a'",
        "{\"vocab\": {\"a\": \"1\"}}|, 'model.vocab' must have a whole number for 'a'",
        "{\"vocab\": {\"a\": 1, \"b\": 1}}|, 'model' has two tokens of the id 1, 'a' and 'b'",
        "{\"vocab\": [[\"a\"]]}|, 'model.vocab[0]' must have a number as its score",
        "{\"vocab\": [[\"a\", 1, 2]]}|, 'model.vocab[0]' must be a token and its score, nothing"
            + " more",
        "{\"vocab\": [\"a\"]}|, 'model.vocab[0]' must be a token and its score",
        "{\"byte_fallback\": 1}|, 'model.byte_fallback' must be true or false, not '1'",
      })
  void models(String options, String expected) {
    ObjectNode file = TestTokenizers.tree("gpt2-style");
    ObjectNode model = (ObjectNode) file.get("model");
    JsonNode changes = TestTokenizers.parse(options);
    if (changes.path("type").asText().equals("WordPiece")) {
      model.put("dropout", 0);
    }
    model.setAll((ObjectNode) changes);
    if (!changes.has("merges")) {
      model.putArray("merges");
    }
    String message = problem(file.toString());
    assertEquals(expected, message.replace("'b' and 'a'", "'a' and 'b'"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "[]|, 'the file' must hold one JSON object",
        "``|, 'the file' must hold one JSON object",
        "{}|, the file has no 'model'",
        "{} {}|, 'the file' goes on behind its JSON object; the file is damaged",
        "{\"model\": {}, \"model\": {}}|, 'model' is there twice",
        "{\"model\": {\"vocab\": {}, \"vocab\": {}}}|, 'model.vocab' is there twice",
        "{\"model\": {\"vocab\": {\"a\": 1, \"a\": 2}}}|, 'model.vocab' has the token 'a' twice",
        "{\"model\": {\"vocab\": {\"\\ud800\": 1}}}|, line 1, column 29: it is not JSON: 'Broken"
            + " surrogate",
        "{\"model\": {\"vocab\": [[\"a\", NaN]]}}|, line 1, column 31: it is not JSON:",
        "{\"model\": {|, line 1, column 12: it is not JSON:",
        "nonsense|, line 1, column 1: it is not JSON:",
      })
  void whatIsNoTokenizerAtAll(String text, String expected) {
    String message = problem(text);
    assertEquals(expected, message.substring(0, Math.min(message.length(), expected.length())));
  }

  @Test
  void keysTwiceInASection() {
    String message =
        problem("{\"normalizer\": {\"type\": \"NFC\", \"type\": \"NFD\"}, \"model\": {}}");
    assertTrue(message.contains("Duplicate field 'type'"), message);
  }

  @Test
  void nestingWithoutEnd() {
    String open = "{\"type\": \"Sequence\", \"normalizers\": [";
    String message = problem("{\"normalizer\": " + open.repeat(100_000));
    assertTrue(message.contains("nesting depth"), message);
    ObjectNode file = TestTokenizers.tree("gpt2-style");
    file.set("normalizer", TestTokenizers.parse(open.repeat(400) + "]}".repeat(400)));
    assertEquals(
        "a",
        Tokenizer.read(TestTokenizers.write(folder, file)).encode("a", false).tokens().getFirst());
  }

  @Test
  void filesThatCannotBeRead() throws IOException {
    Path missing = folder.resolve("missing.json");
    TokenizerException e = assertThrows(TokenizerException.class, () -> Tokenizer.read(missing));
    assertEquals("Cannot read '" + missing + "': there is no such file or folder", e.getMessage());
    Path latin1 = Files.write(folder.resolve("latin1.json"), new byte[] {'"', (byte) 0xE9, '"'});
    e = assertThrows(TokenizerException.class, () -> Tokenizer.read(latin1));
    assertEquals("'" + latin1 + "' is not UTF-8 text; the file is damaged", e.getMessage());
    e = assertThrows(TokenizerException.class, () -> Tokenizer.read(folder));
    assertTrue(e.getMessage().startsWith("Cannot read '" + folder + "': "), e.getMessage());
  }

  @Test
  void everyByteOfACharsmapMayBeDamaged() {
    ObjectNode file = TestTokenizers.tree("t5-unigram-style");
    byte[] map = new byte[48];
    map[0] = 24;
    for (int i = 4; i < map.length; i++) {
      for (int bit = 0; bit < 8; bit += 3) {
        map[i] ^= (byte) (1 << bit);
        file.set(
            "normalizer",
            TestTokenizers.parse(
                "{\"type\": \"Precompiled\", \"precompiled_charsmap\": \""
                    + java.util.Base64.getEncoder().encodeToString(map)
                    + "\"}"));
        try {
          Tokenizer.read(TestTokenizers.write(folder, file)).encode("abc ǅ漢", false);
        } catch (TokenizerException e) {
          assertTrue(e.getMessage().contains("UTF-8"), e.getMessage());
        }
        map[i] ^= (byte) (1 << bit);
      }
    }
  }

  @Test
  void eachSectionMayBeAnyOtherValue() {
    for (String value : new String[] {"1", "\"x\"", "[[]]", "{\"type\": null}", "true"}) {
      for (Map.Entry<String, JsonNode> section : TestTokenizers.tree("llama2-style").properties()) {
        boolean ignored =
            section.getKey().equals("truncation") || section.getKey().equals("padding");
        if (!ignored) {
          ObjectNode file = TestTokenizers.tree("llama2-style");
          file.set(section.getKey(), TestTokenizers.parse(value));
          assertTrue(problem(file.toString()).contains(section.getKey()));
        }
      }
    }
  }
}
