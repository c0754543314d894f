package dev.amalgam.job;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.amalgam.core.kernel.Kernels;
import dev.amalgam.core.tensor.TensorInfo;
import dev.amalgam.io.safetensors.SafetensorsFile;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** A small model to compare with another, tensor by tensor. */
final class ModelFile implements AutoCloseable {

  private final SafetensorsFile file;

  private ModelFile(SafetensorsFile file) {
    this.file = file;
  }

  static ModelFile open(Path path) {
    return new ModelFile(SafetensorsFile.open(path));
  }

  /** Returns names, types and shapes, in the order of names. */
  List<TensorInfo> info() {
    return file.tensors().stream().sorted(Comparator.comparing(TensorInfo::name)).toList();
  }

  void assertSameTensors(ModelFile expected) {
    assertEquals(expected.info(), info());
  }

  float[] read(TensorInfo tensor) {
    int count = (int) tensor.shape().elements();
    float[] elements = new float[count];
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment bytes = arena.allocate(tensor.bytes());
      file.read(tensor.name(), 0, bytes);
      Kernels.get().conversion().decode(tensor.dtype(), bytes, 0, elements, count);
    }
    return elements;
  }

  /** Returns the indices of the entries that differ in their bits. */
  List<Integer> differing(ModelFile expected, TensorInfo tensor) {
    float[] actual = read(tensor);
    float[] wanted = expected.read(tensor);
    return IntStream.range(0, actual.length)
        .filter(i -> Float.floatToRawIntBits(actual[i]) != Float.floatToRawIntBits(wanted[i]))
        .boxed()
        .toList();
  }

  /**
   * Returns the largest difference of two entries over the largest magnitude of the tensor
   * expected; infinite where an entry is no number.
   */
  double largestError(ModelFile expected) {
    double largest = 0;
    for (TensorInfo tensor : info()) {
      float[] actual = read(tensor);
      float[] wanted = expected.read(tensor);
      double difference = 0;
      double magnitude = 0;
      for (int i = 0; i < actual.length; i++) {
        double here = Math.abs((double) actual[i] - wanted[i]);
        difference = Math.max(difference, Double.isNaN(here) ? Double.POSITIVE_INFINITY : here);
        magnitude = Math.max(magnitude, Math.abs((double) wanted[i]));
      }
      largest = Math.max(largest, difference == 0 ? 0 : difference / magnitude);
    }
    return largest;
  }

  @Override
  public void close() {
    file.close();
  }
}
