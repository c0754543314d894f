package dev.amalgam.core.quantization;

import dev.amalgam.core.kernel.Kernels;
import dev.amalgam.core.tensor.Checkpoint;
import dev.amalgam.core.tensor.DType;
import java.lang.foreign.MemorySegment;

/** Works out weights in MXFP4, for any number of threads. */
final class MicroscaledReader {

  private static final int PIECE = 1 << 12;

  private final Kernels kernels = Kernels.warmingUp();
  private final SlabCache slabs = new SlabCache();

  /** Fills memory with elements as float32, little-endian. */
  void read(
      Checkpoint stored, MicroscaledTensor tensor, long from, long count, MemorySegment into) {
    float[] values = new float[PIECE];
    long done = 0;
    while (done < count) {
      long row = (from + done) / tensor.outputs();
      long output = (from + done) % tensor.outputs();
      long input = row % tensor.inputs();
      Slab slab =
          slabs.get(stored, tensor, Slab.place(tensor, row / tensor.inputs(), input, output));
      long end = Math.min(slab.endOutput(), output + count - done);
      int length = (int) Math.min(PIECE, end - output);
      slab.dequantize(input, output, length, values);
      kernels.conversion().encode(DType.F32, values, length, into, DType.F32.bytes(done));
      done += length;
    }
  }
}
