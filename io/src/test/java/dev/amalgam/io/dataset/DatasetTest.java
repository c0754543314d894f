package dev.amalgam.io.dataset;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.amalgam.core.layer.Example;
import dev.amalgam.core.layer.Targets;
import dev.amalgam.core.tensor.DType;
import dev.amalgam.core.tensor.Shape;
import dev.amalgam.io.tokenizer.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DatasetTest {

  private static final int IGNORED = Example.IGNORED;
  private static final Task LANGUAGE =
      new Task(Targets.Kind.NEXT_TOKEN, 7, ClassNames.unnamed(0), 8, 8);
  private static final Task MASKED =
      new Task(Targets.Kind.MASKED_TOKEN, 7, ClassNames.unnamed(0), 8, 8);
  private static final Task CLASSES = new Task(Targets.Kind.CLASS, 7, ClassNames.unnamed(3), 8, 8);

  @TempDir Path root;

  private List<Example> text(Task task, String lines) throws IOException {
    Path file = Files.writeString(root.resolve("data.jsonl"), lines);
    Tokenizer tokenizer = Tokenizer.read(Tokenizers.words(root.resolve("tokenizer.json")));
    return Dataset.of(file, task, () -> tokenizer).first(Integer.MAX_VALUE);
  }

  private List<Example> tensors(Task task, IntegerTensors tensors) {
    Path file = tensors.write(root.resolve("data.safetensors"));
    return Dataset.of(file, task, () -> null).first(Integer.MAX_VALUE);
  }

  private static void assertExample(int[] ids, int[] labels, Example example) {
    assertArrayEquals(ids, example.inputIds());
    assertArrayEquals(labels, example.labels());
    assertEquals(Optional.empty(), example.tokenTypeIds());
  }

  @Test
  void aTextIsPredictedWhole() throws IOException {
    List<Example> examples = text(LANGUAGE, "{\"text\": \"one two\"}\n");
    assertEquals(1, examples.size());
    assertExample(new int[] {2, 4, 5, 3}, new int[] {2, 4, 5, 3}, examples.getFirst());
    assertEquals(Optional.empty(), examples.getFirst().attentionMask());
  }

  @Test
  void ofAPromptAndItsCompletionTheCompletionIsPredictedAndWhatEndsTheText() throws IOException {
    List<Example> examples =
        text(LANGUAGE, "{\"prompt\": \"one two\", \"completion\": \"three one\"}");
    assertExample(
        new int[] {2, 4, 5, 6, 4, 3},
        new int[] {IGNORED, IGNORED, IGNORED, 6, 4, 3},
        examples.getFirst());
  }

  @Test
  void anEmptyPromptIsAllowed() throws IOException {
    List<Example> examples = text(LANGUAGE, "{\"prompt\": \"\", \"completion\": \"three\"}");
    assertExample(new int[] {2, 6, 3}, new int[] {IGNORED, 6, 3}, examples.getFirst());
  }

  @Test
  void whereLabelsAreNotNeededTheyMayBeMissing() throws IOException {
    int[] ids = {2, 4, 5, 3};
    int[] none = {IGNORED, IGNORED, IGNORED, IGNORED};
    assertExample(
        ids, none, text(LANGUAGE.withoutLabels(), "{\"prompt\": \"one two\"}").getFirst());
    assertExample(ids, ids, text(LANGUAGE.withoutLabels(), "{\"text\": \"one two\"}").getFirst());
    assertExample(ids, none, text(MASKED.withoutLabels(), "{\"text\": \"one two\"}").getFirst());
    List<Example> classes =
        text(
            CLASSES.withoutLabels(),
            "{\"text\": \"one two\"}\n{\"text\": \"one two\", \"label\": 2}");
    assertExample(ids, new int[] {IGNORED}, classes.getFirst());
    assertExample(ids, new int[] {2}, classes.getLast());
  }

  @Test
  void aLabelIsANumberOrAName() throws IOException {
    List<Example> examples =
        text(CLASSES, "{\"text\": \"one\", \"label\": 2}\n{\"label\": 0, \"text\": \"two\"}\n");
    assertExample(new int[] {2, 4, 3}, new int[] {2}, examples.getFirst());
    assertExample(new int[] {2, 5, 3}, new int[] {0}, examples.getLast());
  }

  @Test
  void blankLinesOtherFieldsNullsLineEndsAndAByteOrderMarkDoNotMatter() throws IOException {
    List<Example> examples =
        text(
            LANGUAGE,
            "\uFEFF{\"text\": \"one\", \"label\": 5, \"prompt\": null, \"meta\": {\"a\": [1]}}\r\n"
                + "\n  \t\r\n"
                + "{\"id\": NaN, \"text\": \"two\"}");
    assertEquals(2, examples.size());
    assertExample(new int[] {2, 4, 3}, new int[] {2, 4, 3}, examples.getFirst());
    assertExample(new int[] {2, 5, 3}, new int[] {2, 5, 3}, examples.getLast());
  }

  @Test
  void whatIsTooLongIsCutAtItsEndAndCounted() throws IOException {
    Path file =
        Files.writeString(
            root.resolve("data.jsonl"),
            """
            {"text": "one two three one two three"}
            {"text": "one two three one two three one"}
            {"prompt": "one two three", "completion": "one two three one two"}
            """);
    Tokenizer tokenizer = Tokenizer.read(Tokenizers.words(root.resolve("tokenizer.json")));
    Dataset dataset = Dataset.of(file, LANGUAGE, () -> tokenizer);
    assertEquals(new Dataset.Size(3, 24, 8, 2), dataset.size());
    List<Example> examples = dataset.first(3);
    assertArrayEquals(new int[] {2, 4, 5, 6, 4, 5, 6, 3}, examples.get(0).inputIds());
    assertArrayEquals(new int[] {2, 4, 5, 6, 4, 5, 6, 3}, examples.get(1).inputIds());
    assertExample(
        new int[] {2, 4, 5, 6, 4, 5, 6, 3},
        new int[] {IGNORED, IGNORED, IGNORED, IGNORED, 4, 5, 6, 3},
        examples.get(2));
  }

  @Test
  void onlySoManyAreReadAsAreWanted() throws IOException {
    Path file = Files.writeString(root.resolve("data.jsonl"), "{\"text\": \"one\"}\nnonsense\n");
    Tokenizer tokenizer = Tokenizer.read(Tokenizers.words(root.resolve("tokenizer.json")));
    assertEquals(1, Dataset.of(file, LANGUAGE, () -> tokenizer).first(1).size());
  }

  @ParameterizedTest
  @EnumSource(names = {"I64", "I32", "I16", "I8"})
  void tensorsOfTokens(DType type) {
    Shape shape = Shape.of(2, 3);
    List<Example> examples =
        tensors(
            LANGUAGE,
            new IntegerTensors()
                .with("input_ids", type, shape, 1, 2, 3, 4, 5, 6)
                .with("labels", type, shape, -100, 2, 3, -100, -100, 6)
                .with("attention_mask", type, shape, 1, 1, 1, 0, 1, 1)
                .with("token_type_ids", type, shape, 0, 0, 1, 1, 1, 0));
    assertEquals(2, examples.size());
    Example last = examples.getLast();
    assertArrayEquals(new int[] {4, 5, 6}, last.inputIds());
    assertArrayEquals(new int[] {IGNORED, IGNORED, 6}, last.labels());
    assertArrayEquals(new boolean[] {false, true, true}, last.attentionMask().orElseThrow());
    assertArrayEquals(new int[] {1, 1, 0}, last.tokenTypeIds().orElseThrow());
  }

  @ParameterizedTest
  @EnumSource(names = {"U8", "U16", "U32", "BOOL"})
  void masksOfUnsignedTypes(DType type) {
    List<Example> examples =
        tensors(
            LANGUAGE,
            new IntegerTensors()
                .with("input_ids", Shape.of(1, 3), 1, 2, 3)
                .with("attention_mask", type, Shape.of(1, 3), 1, 1, 0));
    assertArrayEquals(
        new boolean[] {true, true, false}, examples.getFirst().attentionMask().orElseThrow());
  }

  @Test
  void withoutLabelsAllThatIsAttendedToIsPredicted() {
    List<Example> examples =
        tensors(
            LANGUAGE,
            new IntegerTensors()
                .with("input_ids", Shape.of(1, 3), 1, 2, 3)
                .with("attention_mask", Shape.of(1, 3), 0, 1, 1));
    assertArrayEquals(new int[] {IGNORED, 2, 3}, examples.getFirst().labels());
  }

  @Test
  void labelsOfClassifiersAreOneForEachRow() {
    List<Example> examples =
        tensors(
            CLASSES,
            new IntegerTensors()
                .with("input_ids", Shape.of(2, 1), 1, 2)
                .with("labels", Shape.of(2), 2, 0));
    assertExample(new int[] {1}, new int[] {2}, examples.getFirst());
    assertExample(new int[] {2}, new int[] {0}, examples.getLast());
  }

  @Test
  void labelsOfMaskedModels() {
    List<Example> examples =
        tensors(
            MASKED,
            new IntegerTensors()
                .with("input_ids", Shape.of(1, 2), 1, 2)
                .with("labels", Shape.of(1, 2), -100, 4));
    assertExample(new int[] {1, 2}, new int[] {IGNORED, 4}, examples.getFirst());
  }

  @Test
  void theFirstTokenOfAWordHasItsTag() throws IOException {
    Task tags = new Task(Targets.Kind.TAG, 7, ClassNames.unnamed(3), 5, 5);
    Example example =
        text(tags, "{\"tokens\": [\"one\", \"two two\", \"three\"], \"tags\": [2, 0, 1]}")
            .getFirst();
    assertExample(
        new int[] {2, 4, 5, 5, 3},
        new int[] {Example.IGNORED, 2, 0, Example.IGNORED, Example.IGNORED},
        example);
  }

  @Test
  void severalClassesAreNamesNumbersOrOneSwitchForEach() throws IOException {
    Task labels = new Task(Targets.Kind.LABELS, 7, ClassNames.unnamed(3), 8, 8);
    List<Example> examples =
        text(
            labels,
            """
            {"text": "one", "label": [2, 0]}
            {"text": "one", "label": [0, 1, 1]}
            {"text": "one", "label": [true, false, false]}
            {"text": "one", "label": []}
            """);
    assertArrayEquals(new float[] {1, 0, 1}, examples.get(0).numbers());
    assertArrayEquals(new float[] {0, 1, 1}, examples.get(1).numbers());
    assertArrayEquals(new float[] {1, 0, 0}, examples.get(2).numbers());
    assertArrayEquals(new float[3], examples.get(3).numbers());
    List<Example> stored =
        tensors(
            labels,
            new IntegerTensors()
                .with("input_ids", Shape.of(1, 2), 1, 2)
                .with("labels", Shape.of(1, 3), 0, 1, 1));
    assertArrayEquals(new float[] {0, 1, 1}, stored.getFirst().numbers());
  }

  @Test
  void aRegressionIsGivenANumberOrAList() throws IOException {
    Task one = new Task(Targets.Kind.NUMBERS, 7, ClassNames.unnamed(1), 8, 8);
    Task two = new Task(Targets.Kind.NUMBERS, 7, ClassNames.unnamed(2), 8, 8);
    assertArrayEquals(
        new float[] {-1.5f},
        text(one, "{\"text\": \"one\", \"label\": -1.5}").getFirst().numbers());
    assertArrayEquals(
        new float[] {3, 0.5f},
        text(two, "{\"text\": \"one\", \"label\": [3, 0.5]}").getFirst().numbers());
  }

  @Test
  void anAnswerIsItsFirstAndLastPosition() {
    Task answers = new Task(Targets.Kind.SPAN, 7, ClassNames.unnamed(0), 8, 8);
    List<Example> examples =
        tensors(
            answers,
            new IntegerTensors()
                .with("input_ids", Shape.of(1, 4), 1, 2, 3, 4)
                .with("labels", Shape.of(1, 2), 1, 3));
    assertArrayEquals(new int[] {1, 3}, examples.getFirst().labels());
  }
}
