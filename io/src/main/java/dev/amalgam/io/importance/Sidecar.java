package dev.amalgam.io.importance;

import static dev.amalgam.core.AmalgamException.quote;

import dev.amalgam.core.importance.Level;
import dev.amalgam.core.importance.Partitioning;
import dev.amalgam.core.importance.Partitions;
import dev.amalgam.core.tensor.CheckpointException;
import dev.amalgam.core.tensor.DType;
import dev.amalgam.core.tensor.Shape;
import dev.amalgam.core.tensor.TensorInfo;
import dev.amalgam.core.weight.StoredWeight;
import dev.amalgam.core.weight.Weight;
import dev.amalgam.core.weight.Weights;
import dev.amalgam.io.safetensors.SafetensorsFile;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** Importance scores in a file, open for reading. */
public final class Sidecar implements AutoCloseable {

  static final String IMPORTANCE = "importance/";
  static final String EXAMPLE_SCORES = "example_scores/";
  static final String SIZES = "sizes/";
  static final String BASE_LOSSES = "losses/base";
  static final String EXPERT_LOSSES = "losses/expert";

  private static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final SafetensorsFile file;
  private final SidecarMetadata metadata;
  private final List<String> names;

  private Sidecar(SafetensorsFile file) {
    this.file = file;
    this.metadata = SidecarMetadata.of(file.name(), file.header().metadata());
    this.names =
        file.tensors().stream()
            .map(TensorInfo::name)
            .filter(name -> name.startsWith(IMPORTANCE))
            .map(name -> name.substring(IMPORTANCE.length()))
            .toList();
    for (String name : names) {
      TensorInfo values = find(IMPORTANCE + name);
      if (values.dtype() != DType.F32 && values.dtype() != DType.BF16) {
        throw damaged("importance of " + quote(name) + " is " + values.dtype());
      }
      check(EXAMPLE_SCORES + name, DType.F32, metadata.examples());
      check(SIZES + name, DType.I64, 1);
    }
    check(BASE_LOSSES, DType.F32, metadata.examples());
    check(EXPERT_LOSSES, DType.F32, metadata.examples());
  }

  /**
   * Returns the scores in a file.
   *
   * @throws CheckpointException if it cannot be read, or is no file of importance scores
   */
  public static Sidecar open(Path path) {
    SafetensorsFile file = SafetensorsFile.open(path);
    try {
      return new Sidecar(file);
    } catch (RuntimeException e) {
      file.close();
      throw e;
    }
  }

  private TensorInfo find(String tensor) {
    return file.find(tensor).orElseThrow(() -> damaged("it has no tensor " + quote(tensor)));
  }

  private void check(String tensor, DType dtype, long length) {
    TensorInfo info = find(tensor);
    if (info.dtype() != dtype || !info.shape().equals(Shape.of(length))) {
      throw damaged(
          "%s is %s %s instead of %s [%d]"
              .formatted(quote(tensor), info.dtype(), info.shape(), dtype, length));
    }
  }

  private CheckpointException damaged(String what) {
    return new CheckpointException(
        "%s is no file of importance scores, or damaged: %s; work them out again with 'amalgam importance'"
            .formatted(quote(file.name()), what));
  }

  /** Returns what messages call the file. */
  public String name() {
    return file.name();
  }

  /** Returns how the scores came about. */
  public SidecarMetadata metadata() {
    return metadata;
  }

  /** Returns the names that have scores: tensors, or groups of tensors. */
  public List<String> names() {
    return names;
  }

  /** Returns the shape of a name's importance. */
  public Shape shape(String name) {
    return find(IMPORTANCE + name).shape();
  }

  /** Returns the signed score of all elements of a name for each example. */
  public float[] exampleScores(String name) {
    return floats(EXAMPLE_SCORES + name);
  }

  /** Returns the loss of each example under the base. */
  public float[] baseLosses() {
    return floats(BASE_LOSSES);
  }

  /** Returns the loss of each example under the expert. */
  public float[] expertLosses() {
    return floats(EXPERT_LOSSES);
  }

  /** Returns the number of parameters in each partition of a name. */
  public long size(String name) {
    return read(SIZES + name).get(LONG, 0);
  }

  private float[] floats(String tensor) {
    return read(tensor).toArray(FLOAT);
  }

  private MemorySegment read(String tensor) {
    MemorySegment bytes = Arena.ofAuto().allocate(find(tensor).bytes());
    file.read(tensor, 0, bytes);
    return bytes;
  }

  /** Returns the importance of each name as weights, which are read by range. */
  public Weights importance() {
    return new Weights() {
      @Override
      public String name() {
        return file.name();
      }

      @Override
      public Collection<String> names() {
        return names;
      }

      @Override
      public Optional<Weight> find(String name) {
        return file.find(IMPORTANCE + name).map(tensor -> new StoredWeight(file, tensor));
      }
    };
  }

  /**
   * Checks that the scores are those of a delta's partitions.
   *
   * @param partitions those of the delta at the scores' level
   * @throws CheckpointException naming the tensor that lacks scores, or has too many or too few
   */
  public void checkFits(Partitions partitions) {
    for (String name : partitions.names()) {
      if (!names.contains(name)) {
        throw new CheckpointException(
            "%s has no scores of %s; they were worked out for another model: do it again with 'amalgam importance'"
                .formatted(quote(name()), quote(name)));
      }
      long expected =
          metadata.level() == Level.ELEMENT
              ? partitions.shape(name).orElseThrow().elements()
              : partitions.of(name).map(Partitioning::count).orElse(1L);
      if (shape(name).elements() != expected) {
        throw new CheckpointException(
            "%s has scores %s of %s, where the models make it %d; they were worked out for another model: do it again with 'amalgam importance'"
                .formatted(quote(name()), shape(name), quote(name), expected));
      }
    }
  }

  @Override
  public void close() {
    file.close();
  }
}
