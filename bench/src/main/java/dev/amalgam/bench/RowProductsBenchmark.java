package dev.amalgam.bench;

import dev.amalgam.core.kernel.Kernels;
import dev.amalgam.core.matrix.DenseMatrix;
import dev.amalgam.core.matrix.MatrixProducts;
import dev.amalgam.core.matrix.Scratch;
import dev.amalgam.core.matrix.WeightMatrix;
import dev.amalgam.core.parallel.Workers;
import dev.amalgam.core.tensor.DType;
import dev.amalgam.core.weight.ResidentWeight;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.infra.Blackhole;

/** One token times a large weight in memory, and reading that memory on as many cores. */
@State(Scope.Thread)
public class RowProductsBenchmark {

  private static final int OUT = 32_000;
  private static final int IN = 2_048;
  private static final int ROWS_READ = 64;

  @Param({"BF16", "F16", "F32"})
  public DType dtype;

  @Param({"1", "2"})
  public int workers;

  private Workers<Scratch> sharing;
  private MatrixProducts products;
  private ResidentWeight weight;
  private DenseMatrix token;
  private final float[] product = new float[OUT];

  @Setup
  public void prepare() {
    sharing = new Workers<>(workers, _ -> new Scratch(Kernels.get()));
    products = new MatrixProducts(sharing);
    weight = NativeWeight.random(dtype, OUT, IN);
    token = DenseMatrix.of(Block.weights(1), 1, IN);
  }

  @TearDown
  public void end() {
    sharing.close();
  }

  @Benchmark
  public float[] multiply(Traffic traffic) {
    products.multiply(token, WeightMatrix.of(weight).transposed(), product, 0, OUT, false);
    traffic.bytes += weight.tensor().bytes();
    return product;
  }

  @Benchmark
  public void read(Traffic traffic, Blackhole hole) {
    int length = (int) dtype.bytes((long) ROWS_READ * IN);
    sharing.run(
        OUT / ROWS_READ,
        (_, i) -> hole.consume(Peak.read(weight.bytes(), (long) i * length, length)));
    traffic.bytes += weight.tensor().bytes();
  }
}
