package dev.amalgam.bench;

import dev.amalgam.core.kernel.Kernels;
import dev.amalgam.core.matrix.Matrix;
import dev.amalgam.core.matrix.MatrixProducts;
import dev.amalgam.core.matrix.Scratch;
import dev.amalgam.core.parallel.Workers;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** Products of the shapes that a Llama of 1.1 B parameters has, and a square one. */
@State(Scope.Thread)
public class ProductsBenchmark {

  @Param({
    "FORWARD 2048 2048 2048 F32",
    "FORWARD 512 2048 2048 BF16",
    "BACKWARD 512 2048 2048 BF16",
    "GRADIENT 512 2048 2048 BF16",
    "FORWARD 13 32 96 BF16",
  })
  public String shape;

  @Param({"1", "2"})
  public int workers;

  private Workers<Scratch> sharing;
  private MatrixProducts products;
  private Matrix left;
  private Matrix right;
  private float[] product;
  private long flops;

  @Setup
  public void prepare() {
    ProductShape chosen = ProductShape.of(shape);
    sharing = new Workers<>(workers, _ -> new Scratch(Kernels.get()));
    products = new MatrixProducts(sharing);
    left = chosen.left();
    right = chosen.right();
    product = new float[left.rows() * right.columns()];
    flops = (long) chosen.flops();
  }

  @TearDown
  public void end() {
    sharing.close();
  }

  @Benchmark
  public float[] multiply(Work work) {
    products.multiply(left, right, product, 0, right.columns(), false);
    work.flops += flops;
    return product;
  }
}
