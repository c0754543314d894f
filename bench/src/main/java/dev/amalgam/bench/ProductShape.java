package dev.amalgam.bench;

import dev.amalgam.core.matrix.DenseMatrix;
import dev.amalgam.core.matrix.Matrix;
import dev.amalgam.core.matrix.WeightMatrix;
import dev.amalgam.core.tensor.DType;

/**
 * A product of a model: of activations with a weight, in one of the forms that running and
 * differentiating it need. {@code out} and {@code in} are the rows and columns of the weight W.
 *
 * @param form which product
 * @param tokens rows of the activations
 * @param dtype what W is stored as, F32 for float32 in an array
 */
public record ProductShape(Form form, int tokens, int out, int in, DType dtype) {

  /** The three products. */
  public enum Form {
    /** {@code X·Wᵀ}: tokens × in to tokens × out. */
    FORWARD,
    /** {@code dY·W}: tokens × out to tokens × in. */
    BACKWARD,
    /** {@code dYᵀ·X}: out × in, without W. */
    GRADIENT
  }

  /** Returns the shape that a text names: {@code "FORWARD 512 2048 2048 BF16"}. */
  static ProductShape of(String text) {
    String[] words = text.strip().split(" ");
    return new ProductShape(
        Form.valueOf(words[0]),
        Integer.parseInt(words[1]),
        Integer.parseInt(words[2]),
        Integer.parseInt(words[3]),
        DType.valueOf(words[4]));
  }

  double flops() {
    return 2.0 * tokens * out * in;
  }

  Matrix left() {
    return switch (form) {
      case FORWARD -> dense(tokens, in, 1);
      case BACKWARD -> dense(tokens, out, 1);
      case GRADIENT -> dense(tokens, out, 1).transposed();
    };
  }

  Matrix right() {
    return switch (form) {
      case FORWARD -> weight().transposed();
      case BACKWARD -> weight();
      case GRADIENT -> dense(tokens, in, 2);
    };
  }

  private Matrix weight() {
    return dtype == DType.F32
        ? dense(out, in, 2)
        : WeightMatrix.of(NativeWeight.random(dtype, out, in));
  }

  private static DenseMatrix dense(int rows, int columns, long seed) {
    float[] block = Block.weights(seed);
    float[] data = new float[Math.multiplyExact(rows, columns)];
    for (int i = 0; i < data.length; i += block.length) {
      System.arraycopy(block, 0, data, i, Math.min(block.length, data.length - i));
    }
    return DenseMatrix.of(data, rows, columns);
  }
}
