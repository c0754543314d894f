package dev.amalgam.core.tensor;

/**
 * What is known of a tensor without reading it.
 *
 * @param name its name in the checkpoint
 * @param dtype its element type
 * @param shape its dimensions
 */
public record TensorInfo(String name, DType dtype, Shape shape) {

  /**
   * Returns the size of the data in bytes.
   *
   * @throws ArithmeticException if it overflows or is no whole number of bytes
   */
  public long bytes() {
    return dtype.bytes(shape.elements());
  }
}
