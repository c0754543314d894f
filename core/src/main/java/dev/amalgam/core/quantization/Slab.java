package dev.amalgam.core.quantization;

import dev.amalgam.core.tensor.Checkpoint;
import dev.amalgam.core.tensor.TensorInfo;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * A part of a matrix in MXFP4, in memory as it is stored, since whoever reads the matrix by its
 * inputs needs a little of every output.
 */
final class Slab {

  /**
   * Which part.
   *
   * @param tensor the weight's name
   * @param matrix the matrix
   * @param output the first output
   * @param group the first group
   */
  record Place(String tensor, long matrix, long output, long group) {}

  /** The bytes of the largest slab. */
  static final long MOST_BYTES = 16 << 20;

  private static final int MOST_OUTPUTS = 1 << 16;

  private static final float[] VALUES = {
    0f, 0.5f, 1f, 1.5f, 2f, 3f, 4f, 6f, -0f, -0.5f, -1f, -1.5f, -2f, -3f, -4f, -6f
  };

  private final Place place;
  private final int outputs;
  private final int groups;
  private final byte[] codes;
  private final byte[] exponents;

  private Slab(Place place, int outputs, int groups, byte[] codes, byte[] exponents) {
    this.place = place;
    this.outputs = outputs;
    this.groups = groups;
    this.codes = codes;
    this.exponents = exponents;
  }

  /** Returns which slab has an element. */
  static Place place(MicroscaledTensor tensor, long matrix, long input, long output) {
    long group = input / MicroscaledTensor.GROUP;
    return new Place(
        tensor.name(),
        matrix,
        output - output % mostOutputs(tensor),
        group - group % mostGroups(tensor));
  }

  private static int mostOutputs(MicroscaledTensor tensor) {
    return (int) Math.min(tensor.outputs(), MOST_OUTPUTS);
  }

  private static int mostGroups(MicroscaledTensor tensor) {
    long each = (long) mostOutputs(tensor) * (MicroscaledTensor.GROUP_BYTES + 1);
    return (int) Math.min(tensor.groups(), Math.max(1, MOST_BYTES / each));
  }

  /** Reads a slab. */
  static Slab read(Checkpoint stored, MicroscaledTensor tensor, Place place) {
    int outputs = (int) Math.min(mostOutputs(tensor), tensor.outputs() - place.output());
    int groups = (int) Math.min(mostGroups(tensor), tensor.groups() - place.group());
    Slab slab =
        new Slab(
            place,
            outputs,
            groups,
            new byte[outputs * groups * MicroscaledTensor.GROUP_BYTES],
            new byte[outputs * groups]);
    long first = place.matrix() * tensor.outputs() + place.output();
    slab.fill(stored, tensor, tensor.codes(), first, MicroscaledTensor.GROUP_BYTES, slab.codes);
    slab.fill(stored, tensor, tensor.scales(), first, 1, slab.exponents);
    return slab;
  }

  /** Fills an array with what each output has of {@code size} bytes for each group. */
  private void fill(
      Checkpoint stored,
      MicroscaledTensor tensor,
      TensorInfo source,
      long first,
      int size,
      byte[] into) {
    boolean whole = groups == tensor.groups();
    int runs = whole ? 1 : outputs;
    int run = into.length / runs;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment bytes = arena.allocate(run);
      for (int i = 0; i < runs; i++) {
        long group = (first + i) * tensor.groups() + place.group();
        stored.read(source.name(), group * size, bytes);
        MemorySegment.copy(bytes, 0, MemorySegment.ofArray(into), (long) i * run, run);
      }
    }
  }

  /** Returns the output behind the last one of the slab. */
  long endOutput() {
    return place.output() + outputs;
  }

  /** Works out what an input of the matrix is multiplied by for consecutive outputs. */
  void dequantize(long input, long fromOutput, int count, float[] into) {
    int group = (int) (input / MicroscaledTensor.GROUP - place.group());
    int inGroup = (int) (input % MicroscaledTensor.GROUP);
    int shift = inGroup % 2 * 4;
    int output = (int) (fromOutput - place.output());
    for (int i = 0; i < count; i++) {
      int at = (output + i) * groups + group;
      int code = codes[at * MicroscaledTensor.GROUP_BYTES + inGroup / 2] >>> shift & 0xf;
      into[i] = VALUES[code] * PowersOfTwo.value(exponents[at]);
    }
  }
}
