package dev.amalgam.io.dataset;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.amalgam.core.AmalgamException;
import dev.amalgam.core.layer.Targets;
import dev.amalgam.core.model.ModelConfig;
import dev.amalgam.core.tensor.DType;
import dev.amalgam.core.tensor.Shape;
import dev.amalgam.io.tokenizer.Tokenizer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MalformedExamplesAreRefusedTest {

  private static final ClassNames NAMES =
      ClassNames.of(
          new ModelConfig(
              "config.json", Map.of("id2label", Map.of("0", "timezone", "1", "weather"))),
          2);

  @TempDir Path root;

  private static Task task(Targets.Kind kind) {
    return new Task(kind, 7, NAMES, 6, 6);
  }

  private String refused(Targets.Kind kind, byte[] second) throws IOException {
    Path file = root.resolve("data.jsonl");
    String first =
        switch (kind) {
          case TAG -> "{\"tokens\": [\"one\"], \"tags\": [0]}\n";
          case LABELS -> "{\"text\": \"one\", \"label\": []}\n";
          case NUMBERS -> "{\"text\": \"one\", \"label\": [1, 2]}\n";
          // Of answers no line is right.
          case SPAN -> "\n";
          default -> "{\"text\": \"one\", \"label\": 0}\n";
        };
    byte[] bytes = new byte[first.length() + second.length];
    System.arraycopy(first.getBytes(StandardCharsets.UTF_8), 0, bytes, 0, first.length());
    System.arraycopy(second, 0, bytes, first.length(), second.length);
    Files.write(file, bytes);
    Tokenizer tokenizer = Tokenizer.read(Tokenizers.words(root.resolve("tokenizer.json")));
    Dataset dataset = Dataset.of(file, task(kind), () -> tokenizer);
    String message = assertThrows(DatasetException.class, dataset::size).getMessage();
    String place = "'" + file + "', line 2: ";
    assertTrue(message.startsWith(place), message);
    assertEquals(1, message.lines().count(), message);
    return message.substring(place.length());
  }

  private String refused(Targets.Kind kind, String second) throws IOException {
    return refused(kind, second.getBytes(StandardCharsets.UTF_8));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "[\"text\"]|it holds no JSON object; write {\"text\": …}",
        "3|it holds no JSON object; write {\"text\": …}",
        "{}|it has no text; a language model needs {\"text\": …} or {\"prompt\": …,"
            + " \"completion\": …}",
        "{\"txet\": \"a\"}|it has no text; a language model needs {\"text\": …} or {\"prompt\": …,"
            + " \"completion\": …}",
        "{\"text\": 5}|text must be a string, not '5'",
        "{\"text\": [\"one\"]}|text must be a string, not '[\"one\"]'",
        "{\"text\": \"\"}|text is empty",
        "{\"text\": \"\\ud800\"}|text holds half a surrogate pair; write it whole, or leave it out",
        "{\"prompt\": \"one\"}|it has a prompt but no completion",
        "{\"completion\": \"one\"}|it has a completion but no prompt",
        "{\"text\": \"one\", \"prompt\": \"one\", \"completion\": \"two\"}|it has both a text and a"
            + " prompt; which of them is meant?",
        "{\"prompt\": 1, \"completion\": \"two\"}|prompt must be a string, not '1'",
        "{\"prompt\": \"one\", \"completion\": \"\"}|completion is empty",
        "{\"prompt\": \"one\", \"completion\": \" \"}|the completion gives no token: ' '",
        "{\"prompt\": \"one one one one\", \"completion\": \"two\"}|the prompt alone has 5 tokens"
            + " of at most 6, which leaves none to the completion; shorten it",
      })
  void linesForALanguageModel(String line, String problem) throws IOException {
    assertEquals(problem, refused(Targets.Kind.NEXT_TOKEN, line));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "{\"text\": \"one\"}|it has no label; a classifier needs {\"text\": …, \"label\": …}",
        "{\"text\": \"one\", \"label\": null}|it has no label; a classifier needs {\"text\": …,"
            + " \"label\": …}",
        "{\"prompt\": \"one\", \"completion\": \"two\"}|it has no text; a classifier needs"
            + " {\"text\": …, \"label\": …}",
        "{\"text\": \"one\", \"label\": \"timezon\"}|label 'timezon' is unknown; did you mean"
            + " 'timezone'?",
        "{\"text\": \"one\", \"label\": \"sports\"}|label 'sports' is unknown; known are: timezone,"
            + " weather",
        "{\"text\": \"one\", \"label\": 2}|label '2' is no class; there are 2, numbered from 0",
        "{\"text\": \"one\", \"label\": -1}|label '-1' is no class; there are 2, numbered from 0",
        "{\"text\": \"one\", \"label\": 4294967296}|label '4294967296' is no class; there are 2,"
            + " numbered from 0",
        "{\"text\": \"one\", \"label\": 1.0}|label must be the name or the number of a class, not"
            + " '1.0'",
        "{\"text\": \"one\", \"label\": true}|label must be the name or the number of a class, not"
            + " 'true'",
        "{\"text\": \"\", \"label\": 1}|text is empty",
      })
  void linesForAClassifier(String line, String problem) throws IOException {
    assertEquals(problem, refused(Targets.Kind.CLASS, line));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "{\"text\": \"one\"|15",
        "{\"text\": \"one\", \"text\": \"two\"}|23",
        "{\"text\": \"one\"} {}|17",
        "one two|1",
        "{'text': 'one'}|2"
      })
  void whatIsNotJson(String line, int column) throws IOException {
    String problem = refused(Targets.Kind.NEXT_TOKEN, line);
    assertTrue(problem.startsWith("it is not JSON at column " + column + ": "), problem);
    // Not the parser's notes on where it reads from.
    assertFalse(problem.contains("Source"), problem);
  }

  @Test
  void nestingThatWouldOverflowTheStack() throws IOException {
    String problem = refused(Targets.Kind.NEXT_TOKEN, "{\"a\": " + "[".repeat(100_000));
    assertTrue(problem.startsWith("it is not JSON: 'Document nesting depth (1001)"), problem);
  }

  @Test
  void whatIsNotUtf8() throws IOException {
    assertEquals(
        "it is not UTF-8 text; convert the file",
        refused(
            Targets.Kind.NEXT_TOKEN,
            "{\"text\": \"Stra\u00dfe\"}".getBytes(StandardCharsets.ISO_8859_1)));
  }

  @Test
  void aLineThatIsTooLong() throws IOException {
    assertEquals(
        "it is longer than 16 MiB; is this JSON lines?",
        refused(Targets.Kind.NEXT_TOKEN, "{\"text\": \"" + "one ".repeat(5 << 20) + "\"}"));
  }

  @Test
  void tokensThatTheModelDoesNotHave() throws IOException {
    Path file = Files.writeString(root.resolve("data.jsonl"), "\n{\"text\": \"three\"}\n");
    Tokenizer tokenizer = Tokenizer.read(Tokenizers.words(root.resolve("tokenizer.json")));
    Task small = new Task(Targets.Kind.NEXT_TOKEN, 6, NAMES, 6, 6);
    assertEquals(
        "'"
            + file
            + "', line 2: the tokenizer makes token 6 of it, but the model has 6 tokens; take the"
            + " tokenizer.json that belongs to it",
        message(file, small, tokenizer));
  }

  @Test
  void filesThatAreNoDataSets() throws IOException {
    Path lines = Files.writeString(root.resolve("blank.jsonl"), "\n \n");
    Tokenizer tokenizer = Tokenizer.read(Tokenizers.words(root.resolve("tokenizer.json")));
    Task language = task(Targets.Kind.NEXT_TOKEN);
    assertEquals("'" + lines + "' holds no examples", message(lines, language, tokenizer));
    assertEquals(
        "'" + lines + "' holds no examples",
        assertThrows(
                DatasetException.class, () -> Dataset.of(lines, language, () -> tokenizer).first(1))
            .getMessage());
    assertEquals(
        "'a.csv' is no data set: its name must end in .jsonl or .safetensors",
        message(Path.of("a.csv"), language, tokenizer));
    assertEquals(
        "'nowhere.jsonl': there is no such file",
        message(Path.of("nowhere.jsonl"), language, tokenizer));
    Path folder = Files.createDirectory(root.resolve("folder.jsonl"));
    assertEquals(
        "'" + folder + "' is no file; name one, since it is read twice",
        message(folder, language, tokenizer));
    assertEquals(
        "'"
            + lines
            + "': text does not tell which tokens a masked language model is to predict; give it"
            + " .safetensors with input_ids and labels",
        message(lines, task(Targets.Kind.MASKED_TOKEN), tokenizer));
  }

  @Test
  void noRoomForTextBesideTheSpecialTokens() throws IOException {
    Path lines = Files.writeString(root.resolve("data.jsonl"), "{\"text\": \"one\"}\n");
    Tokenizer tokenizer = Tokenizer.read(Tokenizers.words(root.resolve("tokenizer.json")));
    Task tight = new Task(Targets.Kind.NEXT_TOKEN, 7, NAMES, 2, 2);
    assertEquals(
        "examples of at most 2 tokens have no room for text, since the tokenizer adds 2 special"
            + " tokens; allow more",
        message(lines, tight, tokenizer));
  }

  private static String message(Path file, Task task, Tokenizer tokenizer) {
    return assertThrows(
            AmalgamException.class, () -> Dataset.of(file, task, () -> tokenizer).size())
        .getMessage();
  }

  private String tensorsRefused(Targets.Kind kind, IntegerTensors tensors) {
    Path file = tensors.write(root.resolve("data.safetensors"));
    String message = message(file, task(kind), null);
    assertTrue(message.startsWith("'" + file + "'"), message);
    return message.substring(file.toString().length() + 2);
  }

  private static IntegerTensors ids(Shape shape, long... values) {
    return new IntegerTensors().with("input_ids", shape, values);
  }

  @Test
  void tensorsOfWrongShapesOrTypes() {
    Shape shape = Shape.of(2, 2);
    var kind = Targets.Kind.NEXT_TOKEN;
    assertEquals(
        " has no tensor 'input_ids' with the tokens of the examples",
        tensorsRefused(kind, new IntegerTensors().with("ids", shape, 1, 2, 3, 4)));
  }

  @Test
  void tokensThatAreNotRectangular() {
    assertEquals(
        ": tensor 'input_ids' has shape [3], but must have [examples, tokens]",
        tensorsRefused(Targets.Kind.NEXT_TOKEN, ids(Shape.of(3), 1, 2, 3)));
  }

  @Test
  void rowsWithoutTokens() {
    assertEquals(
        ": tensor 'input_ids' has shape [2, 0], but must have [examples, tokens] with at least one"
            + " token",
        tensorsRefused(Targets.Kind.NEXT_TOKEN, ids(Shape.of(2, 0))));
  }

  @Test
  void noRows() {
    assertEquals(
        " holds no examples", tensorsRefused(Targets.Kind.NEXT_TOKEN, ids(Shape.of(0, 2))));
  }

  @Test
  void rowsThatAreTooLong() {
    assertEquals(
        ": tensor 'input_ids' has rows of 7 tokens, but at most 6 are allowed; make shorter ones,"
            + " since tensors are not cut",
        tensorsRefused(Targets.Kind.NEXT_TOKEN, ids(Shape.of(1, 7), 1, 1, 1, 1, 1, 1, 1)));
  }

  @Test
  void tokensBeyondTheVocabulary() {
    assertEquals(
        ": tensor 'input_ids', row 1, column 0: 7 is no token of a vocabulary of 7",
        tensorsRefused(Targets.Kind.NEXT_TOKEN, ids(Shape.of(2, 2), 1, 2, 7, 4)));
  }

  @Test
  void negativeTokens() {
    assertEquals(
        ": tensor 'input_ids', row 0, column 1: -1 is no token of a vocabulary of 7",
        tensorsRefused(Targets.Kind.NEXT_TOKEN, ids(Shape.of(1, 2), 1, -1)));
  }

  @Test
  void tokensBeyondAnInt() {
    assertEquals(
        ": tensor 'input_ids', row 0, column 0: 4294967297 is no token of a vocabulary of 7",
        tensorsRefused(Targets.Kind.NEXT_TOKEN, ids(Shape.of(1, 1), (1L << 32) + 1)));
  }

  @Test
  void tokensThatAreNoIntegers() {
    assertEquals(
        ": tensor 'input_ids' holds F32, but must hold integers (I64 or I32)",
        tensorsRefused(
            Targets.Kind.NEXT_TOKEN,
            new IntegerTensors().with("input_ids", DType.F32, Shape.of(1, 2), 1, 2)));
  }

  @Test
  void masksOfAnotherShape() {
    assertEquals(
        ": tensor 'attention_mask' has shape [2, 1], but must have [1, 2]",
        tensorsRefused(
            Targets.Kind.NEXT_TOKEN,
            ids(Shape.of(1, 2), 1, 2).with("attention_mask", Shape.of(2, 1), 1, 1)));
  }

  @Test
  void masksOfOtherValues() {
    assertEquals(
        ": tensor 'attention_mask', row 0, column 1: 2 is neither 0 nor 1",
        tensorsRefused(
            Targets.Kind.NEXT_TOKEN,
            ids(Shape.of(1, 2), 1, 2).with("attention_mask", Shape.of(1, 2), 1, 2)));
  }

  @Test
  void negativeSegments() {
    assertEquals(
        ": tensor 'token_type_ids', row 0, column 0: -3 is no segment; count from 0",
        tensorsRefused(
            Targets.Kind.NEXT_TOKEN,
            ids(Shape.of(1, 1), 1).with("token_type_ids", Shape.of(1, 1), -3)));
  }

  @Test
  void labelsThatAreNeitherTokensNorIgnored() {
    assertEquals(
        ": tensor 'labels', row 0, column 1: -1 is neither a token of a vocabulary of 7 nor -100,"
            + " which marks what is not predicted",
        tensorsRefused(
            Targets.Kind.NEXT_TOKEN,
            ids(Shape.of(1, 2), 1, 2).with("labels", Shape.of(1, 2), 3, -1)));
  }

  @Test
  void labelsThatAreNoClasses() {
    assertEquals(
        ": tensor 'labels', row 1: -100 is no class; there are 2",
        tensorsRefused(
            Targets.Kind.CLASS, ids(Shape.of(2, 1), 1, 2).with("labels", Shape.of(2), 1, -100)));
  }

  @Test
  void labelsOfAClassifierThatAreThoseOfALanguageModel() {
    assertEquals(
        ": tensor 'labels' has shape [2, 1], but must have [2]",
        tensorsRefused(
            Targets.Kind.CLASS, ids(Shape.of(2, 1), 1, 2).with("labels", Shape.of(2, 1), 1, 1)));
  }

  @Test
  void missingLabels() {
    assertEquals(
        " has no tensor 'labels', without which nothing is to be predicted by a classifier",
        tensorsRefused(Targets.Kind.CLASS, ids(Shape.of(1, 1), 1)));
    assertEquals(
        " has no tensor 'labels', without which nothing is to be predicted by a masked language"
            + " model",
        tensorsRefusedAgain(Targets.Kind.MASKED_TOKEN));
  }

  private String tensorsRefusedAgain(Targets.Kind kind) {
    Path file = ids(Shape.of(1, 1), 1).write(root.resolve("again.safetensors"));
    return message(file, task(kind), null).substring(file.toString().length() + 2);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "TAG|{\"text\": \"one\"}|it has no tokens; a classifier of tokens needs {\"tokens\": […],"
            + " \"tags\": […]}",
        "TAG|{\"tokens\": [\"one\"]}|it has no tags; a classifier of tokens needs {\"tokens\": […],"
            + " \"tags\": […]}",
        "TAG|{\"tokens\": \"one\", \"tags\": []}|tokens must be a list of words, not '\"one\"'",
        "TAG|{\"tokens\": [], \"tags\": []}|tokens is empty",
        "TAG|{\"tokens\": [\"one\", 2], \"tags\": [0, 0]}|tokens must hold words, not '2'",
        "TAG|{\"tokens\": [\"one\"], \"tags\": [0, 1]}|it has 1 tokens and 2 tags; give each token"
            + " one",
        "TAG|{\"tokens\": [\"one\"], \"tags\": [2]}|tag '2' is no class; there are 2, numbered from"
            + " 0",
        "LABELS|{\"text\": \"one\"}|it has no label; a classifier needs {\"text\": …, \"label\":"
            + " …}",
        "LABELS|{\"text\": \"one\", \"label\": 1}|label must be a list of names or numbers of"
            + " classes, or 0 or 1 for each class, not '1'",
        "LABELS|{\"text\": \"one\", \"label\": [0.5]}|label must be the name or the number of a"
            + " class, not '0.5'",
        "NUMBERS|{\"text\": \"one\"}|it has no label; a regression needs {\"text\": …, \"label\":"
            + " NUMBER}",
        "NUMBERS|{\"text\": \"one\", \"label\": [1]}|label has 1 numbers, but the model gives 2",
        "NUMBERS|{\"text\": \"one\", \"label\": [1, \"2\"]}|label must hold finite numbers, not"
            + " '\"2\"'",
        "SPAN|{\"question\": \"one\"}|text does not tell at which tokens an answer is; give a model"
            + " that answers questions .safetensors with input_ids, token_type_ids and labels",
      })
  void linesThatSuitNoHeadAreRefused(Targets.Kind kind, String line, String problem)
      throws IOException {
    assertEquals(problem, refused(kind, line));
  }
}
