package dev.amalgam.core.plan;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.amalgam.core.AmalgamException;
import dev.amalgam.core.merge.ParameterValues;
import dev.amalgam.core.recipe.RecipeBuilder;
import dev.amalgam.core.recipe.Setting;
import dev.amalgam.core.tensor.Checkpoint;
import dev.amalgam.core.tensor.DType;
import dev.amalgam.core.tensor.MemoryCheckpoint;
import dev.amalgam.core.tensor.Shape;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What tests of the planner share. */
final class Planning {

  static final Map<String, ?> WEIGHT = Map.of("weight", 1);

  private Planning() {}

  /** Returns a checkpoint of single numbers. */
  static MemoryCheckpoint model(String name, String... tensors) {
    MemoryCheckpoint model = new MemoryCheckpoint(name);
    for (String tensor : tensors) {
      model.with(tensor, DType.F32, Shape.of(1), 1);
    }
    return model;
  }

  static MergePlan plan(RecipeBuilder recipe, Checkpoint base, Checkpoint... models) {
    return MergePlanner.plan(
        recipe.build(), new MergeInputs(Optional.ofNullable(base), List.of(models)), 1);
  }

  static TensorPlan tensor(MergePlan plan, String name) {
    return plan.tensors().stream()
        .filter(t -> t.output().name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  static TensorPlan.Merged merged(MergePlan plan, String name) {
    return assertInstanceOf(TensorPlan.Merged.class, tensor(plan, name));
  }

  static double number(ParameterValues values, String parameter) {
    return assertInstanceOf(Setting.Number.class, values.values().get(parameter)).value();
  }

  static List<String> names(MergePlan plan) {
    return plan.tensors().stream().map(t -> t.output().name()).toList();
  }

  /** Asserts that planning fails with one line that holds all these parts. */
  static void assertRefused(
      Class<? extends AmalgamException> type,
      List<String> parts,
      RecipeBuilder recipe,
      Checkpoint base,
      Checkpoint... models) {
    String message = assertThrows(type, () -> plan(recipe, base, models)).getMessage();
    parts.forEach(part -> assertTrue(message.contains(part), part + " in: " + message));
    assertTrue(message.lines().count() == 1, message);
  }
}
