package dev.amalgam.core.matrix;

import dev.amalgam.core.kernel.Kernels;
import dev.amalgam.core.parallel.Workers;
import dev.amalgam.core.tensor.DType;
import dev.amalgam.core.tensor.MemoryCheckpoint;
import dev.amalgam.core.tensor.Shape;
import dev.amalgam.core.tensor.TensorInfo;
import dev.amalgam.core.weight.CheckpointWeights;
import dev.amalgam.core.weight.ResidentWeight;
import dev.amalgam.core.weight.StoredWeight;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Random;

/** Random operands, and the product that all others must equal. */
final class Operands {

  private Operands() {}

  /** Returns numbers of both signs and many magnitudes. */
  static float[] numbers(int count, long seed) {
    Random random = new Random(seed);
    float[] numbers = new float[count];
    for (int i = 0; i < count; i++) {
      numbers[i] = (float) (random.nextGaussian() * Math.pow(10, random.nextInt(5) - 2));
    }
    return numbers;
  }

  /** Returns a matrix whose rows lie apart in an array with something before and after them. */
  static DenseMatrix dense(int rows, int columns, long seed) {
    int stride = columns + 3;
    return new DenseMatrix(numbers(5 + rows * stride, seed), 5, rows, columns, stride, 1);
  }

  /** Returns the same entries in columns that lie apart. */
  static DenseMatrix inColumns(DenseMatrix matrix) {
    int stride = matrix.rows() + 2;
    float[] data = new float[7 + matrix.columns() * stride];
    for (int i = 0; i < matrix.rows(); i++) {
      for (int j = 0; j < matrix.columns(); j++) {
        data[7 + j * stride + i] = entry(matrix, i, j);
      }
    }
    return new DenseMatrix(data, 7, matrix.rows(), matrix.columns(), 1, stride);
  }

  /** Returns a stored weight of random numbers, rounded to its type. */
  static WeightMatrix weight(DType dtype, int rows, int columns, long seed) {
    var checkpoint =
        new MemoryCheckpoint("weights")
            .with("w", dtype, Shape.of(rows, columns), numbers(rows * columns, seed));
    return WeightMatrix.of(new CheckpointWeights(checkpoint).find("w").orElseThrow());
  }

  /** Returns the entries of any matrix, in memory. */
  static DenseMatrix plain(Matrix matrix) {
    return switch (matrix) {
      case DenseMatrix dense -> dense;
      case WeightMatrix weight -> {
        int length = weight.weightColumns();
        float[] data = new float[weight.weightRows() * length];
        try (Scratch scratch = new Scratch(Kernels.scalar())) {
          scratch.read(weight.weight(), (long) weight.firstRow() * length, data.length, data, 0);
        }
        DenseMatrix rows = DenseMatrix.of(data, weight.weightRows(), length);
        yield weight.isTransposed() ? rows.transposed() : rows;
      }
    };
  }

  static float entry(DenseMatrix matrix, int i, int j) {
    return matrix.data()[matrix.offset() + i * matrix.rowStride() + j * matrix.columnStride()];
  }

  /** Does what the products promise, in three loops. */
  static void multiply(Matrix a, Matrix b, float[] c, int offset, int stride, boolean accumulate) {
    DenseMatrix x = plain(a);
    DenseMatrix y = plain(b);
    for (int i = 0; i < x.rows(); i++) {
      for (int j = 0; j < y.columns(); j++) {
        float sum = accumulate ? c[offset + i * stride + j] : 0f;
        for (int k = 0; k < x.columns(); k++) {
          sum = Math.fma(entry(x, i, k), entry(y, k, j), sum);
        }
        c[offset + i * stride + j] = sum;
      }
    }
  }

  /** Returns the same weight in native memory. */
  static WeightMatrix resident(WeightMatrix matrix) {
    StoredWeight stored = (StoredWeight) matrix.weight();
    TensorInfo tensor = stored.tensor();
    MemorySegment bytes = Arena.ofAuto().allocate(Math.max(1, tensor.bytes()), 64);
    stored.checkpoint().read(tensor.name(), 0, bytes.asSlice(0, tensor.bytes()));
    ResidentWeight resident = new ResidentWeight(tensor, bytes);
    return new WeightMatrix(
        resident, matrix.firstRow(), matrix.weightRows(), matrix.isTransposed());
  }

  static Workers<Scratch> workers(Kernels kernels, int count) {
    return new Workers<>(count, _ -> new Scratch(kernels));
  }

  /** Returns a product, worked out by so many workers. */
  static float[] product(Kernels kernels, int workers, Matrix a, Matrix b) {
    try (var sharing = workers(kernels, workers)) {
      return product(new MatrixProducts(sharing), a, b);
    }
  }

  static float[] product(MatrixProducts products, Matrix a, Matrix b) {
    float[] c = new float[a.rows() * b.columns()];
    products.multiply(a, b, c, 0, b.columns(), false);
    return c;
  }
}
