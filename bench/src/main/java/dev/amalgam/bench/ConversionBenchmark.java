package dev.amalgam.bench;

import dev.amalgam.core.kernel.Conversion;
import dev.amalgam.core.tensor.DType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Conversion between native memory and float32, the twins side by side. */
@State(Scope.Thread)
@OperationsPerInvocation(Block.SIZE)
public class ConversionBenchmark {

  @Param({"BF16", "F16", "F8_E4M3", "F8_E5M2", "F32", "F64"})
  public DType dtype;

  @Param public Twin twin;

  private final float[] values = Block.weights(1);
  private final float[] decoded = new float[Block.SIZE];
  private Conversion conversion;
  private MemorySegment stored;
  private int bytesPerElement;

  @Setup
  public void prepare() {
    conversion = twin.kernels().conversion();
    stored = Arena.ofAuto().allocate(dtype.bytes(Block.SIZE), 64);
    conversion.encode(dtype, values, Block.SIZE, stored, 0);
    bytesPerElement = dtype.bits() / 8 + Float.BYTES;
  }

  @Benchmark
  public float[] decode(Traffic traffic) {
    conversion.decode(dtype, stored, 0, decoded, Block.SIZE);
    traffic.block(bytesPerElement);
    return decoded;
  }

  @Benchmark
  public MemorySegment encode(Traffic traffic) {
    conversion.encode(dtype, values, Block.SIZE, stored, 0);
    traffic.block(bytesPerElement);
    return stored;
  }
}
