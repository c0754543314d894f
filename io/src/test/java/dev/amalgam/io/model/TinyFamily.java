package dev.amalgam.io.model;

import dev.amalgam.core.importance.Expert;
import dev.amalgam.core.layer.Example;
import dev.amalgam.core.weight.CheckpointWeights;
import dev.amalgam.core.weight.FineTuned;
import dev.amalgam.core.weight.Weights;
import dev.amalgam.io.checkpoint.CheckpointFolder;
import dev.amalgam.io.config.ConfigFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The experts of the example family, and eight texts of each task's. */
final class TinyFamily implements AutoCloseable {

  private static final Path TEXTS = Path.of("src/test/resources/evidence/tiny-llama.safetensors");
  private static final Path FAMILY = Path.of("../examples/tiny-llama");
  private static final List<String> TASKS = List.of("shakespeare", "math", "java", "intents");

  private final List<CheckpointFolder> folders = new ArrayList<>();
  private final List<Expert> experts = new ArrayList<>();
  private final List<List<Example>> examples = new ArrayList<>();

  TinyFamily() {
    Tensors texts = Tensors.read(TEXTS);
    Weights base = open("base");
    for (String task : TASKS) {
      experts.add(
          new Expert(
              new FineTuned(base, open(task)),
              ConfigFile.read(FAMILY.resolve(task).resolve(ConfigFile.NAME)).values()));
      examples.add(examples(texts, task));
    }
  }

  List<Expert> experts() {
    return experts;
  }

  /** Returns the texts of each expert's task. */
  List<List<Example>> examples() {
    return examples;
  }

  private Weights open(String name) {
    CheckpointFolder folder = CheckpointFolder.open(FAMILY.resolve(name));
    folders.add(folder);
    return new CheckpointWeights(folder);
  }

  private static List<Example> examples(Tensors fixture, String task) {
    List<Example> examples = new ArrayList<>();
    int count = (int) fixture.infos().get("ids." + task).shape().dimension(0);
    for (int row = 0; row < count; row++) {
      int[] mask = fixture.row("mask." + task, row);
      boolean[] attended = new boolean[mask.length];
      int[] labels = fixture.row("ids." + task, row).clone();
      for (int i = 0; i < mask.length; i++) {
        attended[i] = mask[i] != 0;
        labels[i] = attended[i] ? labels[i] : Example.IGNORED;
      }
      examples.add(
          new Example(
              fixture.row("ids." + task, row), Optional.of(attended), Optional.empty(), labels));
    }
    return examples;
  }

  @Override
  public void close() {
    folders.forEach(CheckpointFolder::close);
  }
}
