package dev.amalgam.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TokenizeTest {

  private static final String TOKENIZER =
      """
      {"version": "1.0",
       "added_tokens": [{"id": 3, "content": "<s>", "single_word": false, "lstrip": false,
         "rstrip": false, "normalized": false, "special": true}],
       "pre_tokenizer": {"type": "WhitespaceSplit"},
       "post_processor": {"type": "TemplateProcessing",
         "single": [{"SpecialToken": {"id": "<s>", "type_id": 0}},
           {"Sequence": {"id": "A", "type_id": 0}}],
         "pair": [],
         "special_tokens": {"<s>": {"id": "<s>", "ids": [3], "tokens": ["<s>"]}}},
       "model": {"type": "WordLevel", "unk_token": "?",
         "vocab": {"?": 0, "to": 1, "bé": 2}}}
      """;

  private static final String TO_BE =
      "{\"ids\": [3, 1, 2], \"tokens\": [\"<s>\", \"to\", \"b\\u00e9\"]}\n";
  private static final String QUESTION = "{\"ids\": [3, 0], \"tokens\": [\"<s>\", \"?\"]}\n";

  @TempDir private Path folder;

  private Path model() throws IOException {
    Files.writeString(folder.resolve("tokenizer.json"), TOKENIZER);
    return folder;
  }

  @Test
  void eachTextIsALineOfJson() throws IOException {
    assertEquals(new Cli(0, TO_BE + QUESTION, ""), Cli.run("tokenize", model(), "to bé", "x"));
    assertEquals(new Cli(0, TO_BE, ""), Cli.run("tokenize", "--json", model(), "to bé"));
  }

  @Test
  void theFileItselfMayBeNamed() throws IOException {
    Path file = model().resolve("tokenizer.json");
    assertEquals(new Cli(0, TO_BE, ""), Cli.run("tokenize", file, "to bé"));
  }

  @Test
  void specialTokensAreLeftOutIfThatIsWanted() throws IOException {
    assertEquals(
        new Cli(0, "{\"ids\": [1], \"tokens\": [\"to\"]}\n", ""),
        Cli.run("tokenize", "--no-special-tokens", model(), "to"));
    assertEquals(
        new Cli(0, "{\"ids\": [], \"tokens\": []}\n", ""),
        Cli.run("tokenize", "--no-special-tokens", model(), ""));
  }

  @Test
  void linesOfAFile() throws IOException {
    Path data = Files.writeString(folder.resolve("data.txt"), "to bé\r\n\nx");
    assertEquals(
        new Cli(0, TO_BE + "{\"ids\": [3], \"tokens\": [\"<s>\"]}\n" + QUESTION, ""),
        Cli.run("tokenize", model(), "--data", data));
  }

  @Test
  void linesOfJson() throws IOException {
    Path data =
        Files.writeString(
            folder.resolve("data.jsonl"),
            """
            {"text": "to b\\u00e9", "label": 3}
            {"prompt": "to ", "completion": "bé"}
            """);
    assertEquals(new Cli(0, TO_BE + TO_BE, ""), Cli.run("tokenize", model(), "--data", data));
  }

  @Test
  void linesOfStandardInput() throws IOException {
    InputStream real = System.in;
    try {
      System.setIn(new ByteArrayInputStream("to bé\nx\n".getBytes(StandardCharsets.UTF_8)));
      assertEquals(new Cli(0, TO_BE + QUESTION, ""), Cli.run("tokenize", model()));
    } finally {
      System.setIn(real);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"text\": 1}|: the value of 'text' must be a string",
        "{\"prompt\": \"a\"}|: it must be a JSON object with \"text\", or with \"prompt\" and"
            + " \"completion\"",
        "3|: it must be a JSON object with \"text\", or with \"prompt\" and \"completion\"",
        "{\"text\": \"a\"} x|: it is not JSON: 'Unrecognized token 'x'",
        "{\"text\": \"a\", \"text\": \"b\"}|: it is not JSON: 'Duplicate field 'text'",
      })
  void aLineThatIsNoSuchObjectIsNamed(String line, String problem) throws IOException {
    Path data = Files.writeString(folder.resolve("d.jsonl"), "{\"text\": \"x\"}\n" + line + "\n");
    Cli cli = Cli.run("tokenize", model(), "--data", data);
    assertEquals(1, cli.exitCode());
    assertTrue(cli.err().startsWith("amalgam: '" + data + "', line 2" + problem), cli.err());
    assertEquals(1, cli.err().lines().count(), cli.err());
  }

  @Test
  void whatCannotBeReadIsNamed() throws IOException {
    Path missing = folder.resolve("missing");
    Cli noData = Cli.run("tokenize", model(), "--data", missing);
    assertEquals(
        new Cli(1, "", "amalgam: Cannot read '" + missing + "': there is no such file\n"), noData);
    Path latin1 = Files.write(folder.resolve("latin1.txt"), new byte[] {'a', '\n', (byte) 0xE9});
    Cli notUtf8 = Cli.run("tokenize", model(), "--data", latin1);
    assertEquals(1, notUtf8.exitCode());
    assertTrue(notUtf8.err().endsWith(": it is not UTF-8 text\n"), notUtf8.err());
    Path empty = Files.createDirectory(folder.resolve("empty"));
    assertEquals(
        new Cli(
            1,
            "",
            "amalgam: Cannot read '"
                + empty.resolve("tokenizer.json")
                + "': there is no such file or folder\n"),
        Cli.run("tokenize", empty, "x"));
  }

  @Test
  void textsComeFromOnePlaceOnly() throws IOException {
    Cli cli = Cli.run("tokenize", model(), "x", "--data", "y");
    assertEquals(2, cli.exitCode());
    assertEquals(
        "amalgam: texts are given both as arguments and with --data; choose one\n"
            + "Help: amalgam tokenize --help\n",
        cli.err());
  }
}
