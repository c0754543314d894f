package dev.amalgam.bench;

import dev.amalgam.core.kernel.Kernels;
import dev.amalgam.core.matrix.Matrix;
import dev.amalgam.core.matrix.MatrixProducts;
import dev.amalgam.core.matrix.Scratch;
import dev.amalgam.core.parallel.Workers;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;

/**
 * Works out products when it is told to, so that a script can have it and another program take
 * turns. Argument: the number of workers. Lines of input: a {@link ProductShape}, which becomes the
 * one in use and is answered with {@code ready}; or {@code run}, which is answered with the seconds
 * that a product takes. That is a mean over a turn: threads of the other program that still wait
 * for work, and go on for a while, would else decide how long a short product takes.
 */
public final class Products {

  private static final long TURN_NANOS = 60_000_000;

  private Products() {}

  /** Answers lines until there are no more. */
  public static void main(String[] arguments) throws IOException {
    int count = Integer.parseInt(arguments[0]);
    try (var workers = new Workers<>(count, _ -> new Scratch(Kernels.get()))) {
      MatrixProducts products = new MatrixProducts(workers);
      BufferedReader lines = new BufferedReader(new InputStreamReader(System.in));
      Matrix left = null;
      Matrix right = null;
      float[] product = {};
      for (String line; (line = lines.readLine()) != null; ) {
        if (!line.equals("run")) {
          ProductShape shape = ProductShape.of(line);
          left = shape.left();
          right = shape.right();
          product = new float[left.rows() * right.columns()];
          System.out.println("ready");
          continue;
        }
        Matrix a = left;
        Matrix b = right;
        float[] c = product;
        System.out.println(seconds(() -> products.multiply(a, b, c, 0, b.columns(), false)));
      }
    }
  }

  private static double seconds(Runnable product) {
    product.run();
    long start = System.nanoTime();
    long nanos;
    int count = 0;
    do {
      product.run();
      count++;
      nanos = System.nanoTime() - start;
    } while (nanos < TURN_NANOS);
    return nanos * 1e-9 / count;
  }
}
