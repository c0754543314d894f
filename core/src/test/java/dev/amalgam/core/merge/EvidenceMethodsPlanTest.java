package dev.amalgam.core.merge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.amalgam.core.evidence.EvidenceNeeds;
import dev.amalgam.core.recipe.RecipeException;
import dev.amalgam.core.tensor.Shape;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What fisher and regmean say before anything is read. */
class EvidenceMethodsPlanTest {

  private static final Shape SHAPE = Shape.of(100, 64);

  private static MergeTask task(
      EvidenceMethod method,
      Map<String, ?> recipeWide,
      Map<String, ?> first,
      Map<String, ?> second) {
    return Tasks.task(method, SHAPE, recipeWide, List.of(first, second));
  }

  private static EvidenceMethod method(String name) {
    return (EvidenceMethod) MergeMethods.named(name);
  }

  @ParameterizedTest
  @ValueSource(strings = {"fisher", "regmean"})
  void theyAskForTheExamplesOfEachExpert(String name) {
    MergeTask task =
        task(
            method(name),
            Map.of("examples_limit", 8, "max_length", 128),
            Map.of("examples", "math.jsonl"),
            Map.of());
    EvidenceNeeds needs = method(name).needs(List.of(task));
    assertEquals(Optional.of("math.jsonl"), needs.sources().get(0).examples());
    assertEquals(Optional.empty(), needs.sources().get(1).examples());
    assertEquals(8, needs.examples());
    assertEquals(OptionalInt.of(128), needs.maxLength());
    assertTrue(needs.importance().isEmpty() && needs.judging().isEmpty());
  }

  @ParameterizedTest
  @ValueSource(strings = {"fisher", "regmean"})
  void examplesThatDifferBetweenTensorsAreRefused(String name) {
    MergeTask first = task(method(name), Map.of(), Map.of("examples", "math.jsonl"), Map.of());
    MergeTask second = task(method(name), Map.of(), Map.of("examples", "java.jsonl"), Map.of());
    String message =
        assertThrows(RecipeException.class, () -> method(name).needs(List.of(first, second)))
            .getMessage();
    assertTrue(message.contains("examples cannot differ from tensor to tensor"), message);
  }

  @ParameterizedTest
  @ValueSource(strings = {"fisher", "regmean"})
  void weightsThatAreAllZeroAreRefused(String name) {
    MergeTask task = task(method(name), Map.of(), Map.of("weight", 0), Map.of("weight", 0));
    assertThrows(RecipeException.class, () -> method(name).prepare(task));
    assertThrows(RecipeException.class, () -> method(name).needs(List.of(task)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"apl", "regmean"})
  void rowsThatCannotBeHeldAreRefused(String name) {
    Shape shape = Shape.of(40, 1L << 31);
    MergeTask task = Tasks.task(method(name), shape, Map.of(), List.of(Map.of()));
    assertThrows(RecipeException.class, () -> method(name).prepare(task));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 11008, 1 << 27, 1 << 28})
  void blocksOfLongRowsCanBeHeld(long row) {
    MergeTask task = Tasks.task(method("regmean"), Shape.of(40, row), Map.of(), List.of(Map.of()));
    long unit = method("regmean").prepare(task).unit();
    assertEquals(Math.min(32, (1 << 28) / row) * row, unit);
  }

  @ParameterizedTest
  @ValueSource(strings = {"fisher", "regmean"})
  void noTensorIsRefused(String name) {
    assertThrows(RecipeException.class, () -> method(name).needs(List.of()));
  }
}
