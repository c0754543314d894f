package dev.amalgam.io.dataset;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import dev.amalgam.io.json.Json;
import dev.amalgam.io.tokenizer.Tokenizer;
import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TextEncoderTest {

  private static Tokenizer tokenizer(String family) {
    return Tokenizer.read(Tokenizers.FAMILIES.resolve(family).resolve("tokenizer.json"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "bert-cased-style",
        "bert-uncased-style",
        "gpt2-style",
        "llama2-style",
        "llama3-style",
        "mistral-metaspace-style",
        "qwen-style",
        "roberta-style",
        "t5-unigram-style"
      })
  void textsHaveTheTokensThatTheTokenizerGivesThem(String family) {
    Tokenizer tokenizer = tokenizer(family);
    TextEncoder encoder = new TextEncoder(tokenizer, 10_000);
    JsonNode cases =
        Json.read(Tokenizers.FAMILIES.resolve(family).resolve("expected.json"), 1 << 20);
    int texts = 0;
    for (JsonNode text : cases.findValues("text")) {
      int[] whole = tokenizer.encode(text.textValue(), true).ids();
      assertArrayEquals(whole, encoder.text(text.textValue()).ids(), text.textValue());
      texts++;
    }
    assertEquals(27, texts);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"bert-uncased-style", "llama2-style", "roberta-style", "t5-unigram-style"})
  void cutTextsKeepTheSpecialTokens(String family) {
    Tokenizer tokenizer = tokenizer(family);
    String text = "The quick brown fox jumps over the lazy dog";
    int[] plain = tokenizer.encode(text, false).ids();
    int[] whole = tokenizer.encode(text, true).ids();
    int special = whole.length - plain.length;
    TextEncoder.Tokens cut = new TextEncoder(tokenizer, special + 2).text(text);
    assertEquals(2, cut.kept());
    assertEquals(whole.length, cut.uncut());
    assertEquals(special + 2, cut.ids().length);
    int before = family.startsWith("t5") ? 0 : 1;
    assertArrayEquals(Arrays.copyOf(whole, before + 2), Arrays.copyOf(cut.ids(), before + 2));
    int after = special - before;
    assertArrayEquals(
        Arrays.copyOfRange(whole, whole.length - after, whole.length),
        Arrays.copyOfRange(cut.ids(), before + 2, cut.ids().length));
  }

  @ParameterizedTest
  @ValueSource(strings = {"gpt2-style", "llama3-style", "qwen-style"})
  void completionsAreTokenizedByThemselves(String family) {
    Tokenizer tokenizer = tokenizer(family);
    TextEncoder.Tokens tokens =
        new TextEncoder(tokenizer, 100).completion("Question: why? Answer: ", "because");
    int[] prompt = tokenizer.encode("Question: why? Answer: ", true).ids();
    int[] completion = tokenizer.encode("because", false).ids();
    assertEquals(prompt.length, tokens.given());
    assertEquals(completion.length, tokens.kept());
    assertArrayEquals(prompt, Arrays.copyOf(tokens.ids(), prompt.length));
    assertArrayEquals(
        completion, Arrays.copyOfRange(tokens.ids(), prompt.length, tokens.ids().length));
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama2-style", "mistral-metaspace-style", "t5-unigram-style"})
  void noSpaceComesBetweenPromptAndCompletion(String family) {
    Tokenizer tokenizer = tokenizer(family);
    TextEncoder encoder = new TextEncoder(tokenizer, 100);
    TextEncoder.Tokens tokens = encoder.completion("The quick br", "own fox");
    assertArrayEquals(tokenizer.encode("The quick brown fox", true).ids(), tokens.ids());
    TextEncoder.Tokens apart = encoder.completion("The quick", " brown fox");
    assertArrayEquals(tokenizer.encode("The quick brown fox", true).ids(), apart.ids());
    assertArrayEquals(encoder.prompt("The quick"), Arrays.copyOf(apart.ids(), apart.given()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"roberta-style", "bert-cased-style"})
  void endTokensComeBehindTheCompletion(String family) {
    Tokenizer tokenizer = tokenizer(family);
    TextEncoder encoder = new TextEncoder(tokenizer, 100);
    int end = tokenizer.encode("a", true).ids()[tokenizer.encode("a", true).ids().length - 1];
    int[] prompt = encoder.prompt("The");
    assertEquals(0, Arrays.stream(prompt).filter(id -> id == end).count());
    int[] both = encoder.completion("The", " fox").ids();
    assertEquals(end, both[both.length - 1]);
    assertEquals(1, Arrays.stream(both).filter(id -> id == end).count());
  }
}
