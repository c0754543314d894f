package dev.amalgam.core.plan;

import static dev.amalgam.core.plan.Planning.merged;
import static dev.amalgam.core.plan.Planning.plan;
import static dev.amalgam.core.plan.Planning.tensor;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.amalgam.core.recipe.RecipeBuilder;
import dev.amalgam.core.tensor.MemoryCheckpoint;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Recipes with slices, and models for them. */
final class Stacks {

  static final Map<String, ?> NONE = Map.of();

  private Stacks() {}

  /** Returns a model with three tensors in each layer. */
  static MemoryCheckpoint model(String name, int layers) {
    List<String> tensors = new ArrayList<>(List.of("embed_tokens"));
    for (int i = 0; i < layers; i++) {
      tensors.addAll(List.of("layers." + i + ".q", "layers." + i + ".k", "layers." + i + ".mlp"));
    }
    tensors.add("norm");
    return Planning.model(name, tensors.toArray(String[]::new));
  }

  static TensorSource copied(MergePlan plan, String name) {
    return assertInstanceOf(TensorPlan.Copied.class, tensor(plan, name)).source();
  }

  static double number(MergePlan plan, String tensor, int expert, String parameter) {
    return Planning.number(merged(plan, tensor).expertParameters().get(expert), parameter);
  }

  static Map<String, ?> weight(double weight) {
    return Map.of("weight", weight);
  }

  static RecipeBuilder passthrough() {
    return new RecipeBuilder("passthrough");
  }

  static RecipeBuilder ties() {
    return new RecipeBuilder("ties").base("base");
  }
}
