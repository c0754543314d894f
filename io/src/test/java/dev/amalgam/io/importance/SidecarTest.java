package dev.amalgam.io.importance;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.amalgam.core.AmalgamException;
import dev.amalgam.core.importance.Aggregate;
import dev.amalgam.core.importance.Estimator;
import dev.amalgam.core.importance.ImportanceScores;
import dev.amalgam.core.importance.Level;
import dev.amalgam.core.importance.Partitions;
import dev.amalgam.core.importance.Point;
import dev.amalgam.core.kernel.Kernels;
import dev.amalgam.core.model.ModelParameter;
import dev.amalgam.core.tensor.DType;
import dev.amalgam.core.tensor.Shape;
import dev.amalgam.core.tensor.TensorInfo;
import dev.amalgam.core.weight.FineTuned;
import dev.amalgam.core.weight.ReadBuffer;
import dev.amalgam.core.weight.Weight;
import dev.amalgam.core.weight.Weights;
import dev.amalgam.io.safetensors.SafetensorsFile;
import dev.amalgam.io.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class SidecarTest {

  private static final int EXAMPLES = 3;
  private static final Map<String, Shape> SHAPES =
      Map.of("a.weight", Shape.of(5, 4), "a.bias", Shape.of(5), "norm", Shape.of(4));

  @TempDir Path root;

  private record Constant(String name, Shape shape, float value) implements Weight {
    @Override
    public void read(long from, int count, float[] target, int at, ReadBuffer buffer) {
      for (int i = 0; i < count; i++) {
        target[at + i] = value;
      }
    }
  }

  private record Model(String name, float value) implements Weights {
    @Override
    public Collection<String> names() {
      return SHAPES.keySet();
    }

    @Override
    public Optional<Weight> find(String tensor) {
      return Optional.ofNullable(SHAPES.get(tensor)).map(s -> new Constant(tensor, s, value));
    }
  }

  private static final FineTuned MODEL = new FineTuned(new Model("b", 1), new Model("e", -2));

  private static Partitions partitions(Level level) {
    List<ModelParameter> parameters = new ArrayList<>();
    for (String tensor : List.of("a.weight", "a.bias", "norm")) {
      Weight weight = MODEL.expert().find(tensor).orElseThrow();
      parameters.add(new ModelParameter(weight, false, "layers.0", "layers.0.mlp", 0));
    }
    return new Partitions(level, parameters, MODEL);
  }

  /** Scores that are numbered. */
  private record Numbered(Partitions partitions) implements ImportanceScores {
    @Override
    public long count(String name) {
      return partitions.of(name).map(p -> p.count()).orElse(1L);
    }

    @Override
    public void read(String name, long from, int count, float[] target) {
      for (int i = 0; i < count; i++) {
        target[i] = value(name, from + i);
      }
    }

    static float value(String name, long i) {
      return name.length() + 0.001f * i;
    }

    @Override
    public Map<String, double[]> exampleScores() {
      Map<String, double[]> scores = new HashMap<>();
      names().forEach(name -> scores.put(name, new double[] {-1, name.length(), 0.5}));
      return scores;
    }

    @Override
    public Losses losses() {
      return new Losses(new double[] {3, 2, 1}, new double[] {0.5, 0.25, 0});
    }
  }

  private static SidecarMetadata metadata(Level level, boolean magnitude) {
    return new SidecarMetadata(
        level,
        Estimator.GRADIENT,
        Optional.of(Point.MIDPOINT),
        1,
        Aggregate.HELPFUL,
        magnitude,
        EXAMPLES,
        OptionalInt.of(77),
        2,
        0.25,
        "ba5e",
        "e4",
        "da7a",
        "1");
  }

  private Path write(Level level, DType dtype, boolean magnitude) {
    Path file = root.resolve("scores.safetensors");
    SidecarWriter.write(
        file, new Numbered(partitions(level)), metadata(level, magnitude), dtype, MODEL);
    return file;
  }

  @ParameterizedTest
  @EnumSource(Level.class)
  void whatIsWrittenIsRead(Level level) {
    Partitions partitions = partitions(level);
    try (Sidecar sidecar = Sidecar.open(write(level, DType.F32, false));
        ReadBuffer buffer = new ReadBuffer(Kernels.get())) {
      assertEquals(metadata(level, false), sidecar.metadata());
      assertEquals(partitions.names(), Set.copyOf(sidecar.names()));
      sidecar.checkFits(partitions);
      assertArrayEquals(new float[] {3, 2, 1}, sidecar.baseLosses());
      assertArrayEquals(new float[] {0.5f, 0.25f, 0}, sidecar.expertLosses());
      long covered = 0;
      for (String name : sidecar.names()) {
        assertArrayEquals(new float[] {-1, name.length(), 0.5f}, sidecar.exampleScores(name));
        Weight stored = sidecar.importance().find(name).orElseThrow();
        int count = (int) stored.shape().elements();
        float[] values = new float[count];
        stored.read(0, count, values, 0, buffer);
        for (int i = 0; i < count; i++) {
          assertEquals(Numbered.value(name, i), values[i]);
        }
        covered += sidecar.size(name) * count;
      }
      assertEquals(29, covered);
    }
  }

  @Test
  void scoresAreRoundedAndMultipliedByMagnitudes() {
    try (Sidecar sidecar = Sidecar.open(write(Level.ELEMENT, DType.BF16, true));
        ReadBuffer buffer = new ReadBuffer(Kernels.get())) {
      assertTrue(sidecar.metadata().magnitude());
      float[] values = new float[20];
      sidecar.importance().find("a.weight").orElseThrow().read(0, 20, values, 0, buffer);
      for (int i = 0; i < values.length; i++) {
        float due = 3 * Numbered.value("a.weight", i);
        assertEquals(due, values[i], due / 256);
        assertEquals(0, Float.floatToRawIntBits(values[i]) & 0xffff);
      }
    }
  }

  /** Copies a good file with other metadata or other tensors. */
  private Path changed(Map<String, String> metadata, Map<String, TensorInfo> tensors, String gone)
      throws IOException {
    Path good = write(Level.ROW, DType.F32, false);
    Path bad = root.resolve("bad.safetensors");
    try (SafetensorsFile file = SafetensorsFile.open(good);
        Arena arena = Arena.ofConfined()) {
      Map<String, String> all = new HashMap<>(file.header().metadata());
      metadata.forEach((key, value) -> all.merge(key, value, (a, b) -> b));
      all.values().removeIf(String::isEmpty);
      List<TensorInfo> infos = new ArrayList<>();
      for (TensorInfo info : file.tensors()) {
        if (!info.name().equals(gone)) {
          infos.add(tensors.getOrDefault(info.name(), info));
        }
      }
      try (var writer = SafetensorsWriter.create(bad, infos, all)) {
        for (TensorInfo info : infos) {
          MemorySegment bytes = arena.allocate(Math.max(1, info.bytes())).asSlice(0, info.bytes());
          writer.write(info.name(), 0, bytes);
        }
      }
    }
    Files.delete(good);
    return bad;
  }

  private static String refused(Path file) {
    String message = assertThrows(AmalgamException.class, () -> Sidecar.open(file)).getMessage();
    assertEquals(1, message.lines().count(), message);
    assertTrue(message.contains("'" + file + "'"), message);
    return message;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "level",
        "estimator",
        "steps",
        "aggregate",
        "score",
        "examples",
        "base_loss",
        "expert_loss",
        "base_sha256",
        "expert_sha256",
        "data_sha256",
        "amalgam"
      })
  void aKeyThatIsMissing(String key) throws IOException {
    String message = refused(changed(Map.of(key, ""), Map.of(), ""));
    assertTrue(message.contains("has no " + key + " in its metadata"), message);
  }

  @ParameterizedTest
  @CsvSource({
    "level, rows",
    "level, ROW",
    "estimator, guess",
    "point, nowhere",
    "steps, 0",
    "steps, 1e3",
    "aggregate, sum",
    "score, x",
    "examples, -1",
    "examples, 9999999999",
    "examples, three",
    "max_length, 0",
    "base_loss, low"
  })
  void aKeyThatIsMalformed(String key, String value) throws IOException {
    String message = refused(changed(Map.of(key, value), Map.of(), ""));
    assertTrue(message.contains("its metadata says " + key + " '" + value + "'"), message);
  }

  @ParameterizedTest
  @ValueSource(strings = {"example_scores/a.bias", "sizes/norm", "losses/base", "losses/expert"})
  void aTensorThatIsMissing(String tensor) throws IOException {
    String message = refused(changed(Map.of(), Map.of(), tensor));
    assertTrue(message.contains("it has no tensor '" + tensor + "'"), message);
  }

  @ParameterizedTest
  @CsvSource({
    "example_scores/a.bias, F32, 2", "example_scores/a.bias, I32, 3", "sizes/norm, F32, 1",
    "losses/base, F32, 4", "losses/expert, F64, 3", "importance/norm, I64, 4"
  })
  void aTensorOfAnotherTypeOrShape(String tensor, DType dtype, int length) throws IOException {
    TensorInfo wrong = new TensorInfo(tensor, dtype, Shape.of(length));
    String message = refused(changed(Map.of(), Map.of(tensor, wrong), ""));
    String named =
        tensor.startsWith("importance") ? "'norm' is I64" : "'" + tensor + "' is " + dtype;
    assertTrue(message.contains(named), message);
  }

  @Test
  void moreExamplesThanThereAre() throws IOException {
    String message = refused(changed(Map.of("examples", "999999999"), Map.of(), ""));
    assertTrue(message.contains("instead of F32 [999999999]"), message);
  }

  @Test
  void scoresOfAnotherModel() throws IOException {
    Path wrong =
        changed(
            Map.of(),
            Map.of("importance/norm", new TensorInfo("importance/norm", DType.F32, Shape.of(7))),
            "");
    try (Sidecar sidecar = Sidecar.open(wrong)) {
      String message =
          assertThrows(AmalgamException.class, () -> sidecar.checkFits(partitions(Level.ROW)))
              .getMessage();
      assertTrue(
          message.startsWith(
              "'" + wrong + "' has scores [7] of 'norm', where the models make it 4;"),
          message);
    }
    Files.delete(wrong);
    Path lacking = changed(Map.of(), Map.of(), "importance/norm");
    try (Sidecar sidecar = Sidecar.open(lacking)) {
      String message =
          assertThrows(AmalgamException.class, () -> sidecar.checkFits(partitions(Level.ROW)))
              .getMessage();
      assertTrue(message.startsWith("'" + lacking + "' has no scores of 'norm';"), message);
    }
  }

  @Test
  void aTruncatedFile() throws IOException {
    Path file = write(Level.ROW, DType.F32, false);
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.truncate(channel.size() - 1);
    }
    refused(file);
  }

  @Test
  void aModelInstead() {
    String message = refused(Path.of("src/test/resources/hf/gpt2/model.safetensors"));
    assertTrue(message.contains("holds no importance scores"), message);
  }

  @Test
  void anExistingFileIsNotReplaced() throws IOException {
    Path file = write(Level.ROW, DType.F32, false);
    byte[] before = Files.readAllBytes(file);
    assertThrows(AmalgamException.class, () -> write(Level.TENSOR, DType.F32, false));
    assertArrayEquals(before, Files.readAllBytes(file));
    try (var left = Files.list(root)) {
      assertEquals(List.of(file), left.toList());
    }
  }
}
