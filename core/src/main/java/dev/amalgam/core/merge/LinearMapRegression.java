package dev.amalgam.core.merge;

import dev.amalgam.core.block.Block;
import dev.amalgam.core.decomposition.LinearCombination;
import dev.amalgam.core.layer.Linear;
import dev.amalgam.core.parallel.Workers;
import dev.amalgam.core.tensor.Shape;
import dev.amalgam.core.weight.ReadBuffer;
import dev.amalgam.core.weight.Weight;
import java.util.List;

/**
 * Merges the weight and the bias of a linear map by an {@link InputRegression}, {@code b + λ·R}.
 * The bias is the column of R that belongs to the 1 that is appended to the inputs.
 *
 * <p>Where a row of the weight belongs to an output, rows of R are independent, and a block is
 * solved for: {@code S⁻¹ (Σ A·Δᵀ)}. Where a row belongs to an input, as in GPT-2, the block's
 * columns of S⁻¹ are worked out instead, {@code Q = A·S⁻¹}, and the result is {@code Σ Qᵀ·Δ} over
 * deltas that are read whole for each block.
 *
 * @param regression of what the map reads
 * @param map the map
 * @param weights the deltas of its weight, of each expert
 * @param biases the deltas of its bias, of each expert; none if it has no bias
 * @param lambda λ
 */
record LinearMapRegression(
    InputRegression regression,
    Linear map,
    List<Weight> weights,
    List<Weight> biases,
    float lambda) {

  // A solution reads S and A once for a block, so it should have rows enough to be worth it.
  private static final int ROWS = 32;
  private static final int AT_ONCE = 8;

  /** Returns the most elements of a matrix that must not be split between blocks. */
  static long unit(Shape shape) {
    if (shape.rank() != 2) {
      return 1;
    }
    long row = shape.rowLength();
    long atMost = Math.max(1, SpanMerge.LONGEST_ROW / Math.max(1, row));
    return row * Math.min(Math.min(ROWS, atMost), shape.dimension(0));
  }

  /** Returns the merge of the weight. */
  TensorMerge ofWeight() {
    return new TensorMerge() {
      @Override
      public long unit() {
        return LinearMapRegression.unit(map.weight().shape());
      }

      @Override
      public void merge(Block block, float[] out) {
        if (map.inputsFirst()) {
          mergeInputs(block, out);
        } else {
          mergeOutputs(block, out);
        }
      }
    };
  }

  private void mergeOutputs(Block block, float[] out) {
    int inputs = map.inputs();
    int rows = block.length() / inputs;
    Deltas.take(block, weights.size());
    double[][] deltas = new double[regression.size()][rows];
    double[][] solution = new double[regression.size()][rows];
    float[] bias = new float[rows];
    for (int expert = 0; expert < weights.size(); expert++) {
      float[] delta = block.expert(expert);
      for (int row = 0; row < rows; row++) {
        for (int i = 0; i < inputs; i++) {
          deltas[i][row] = delta[row * inputs + i];
        }
      }
      if (!biases.isEmpty()) {
        biases.get(expert).read(block.start() / inputs, rows, bias, 0, block.reading());
        for (int row = 0; row < rows; row++) {
          deltas[inputs][row] = bias[row];
        }
      }
      regression.multiply(expert, deltas, solution, block.reading());
    }
    regression.solve(solution);
    for (int row = 0; row < rows; row++) {
      for (int i = 0; i < inputs; i++) {
        int at = row * inputs + i;
        out[at] = block.base()[at] + lambda * (float) solution[i][row];
      }
    }
  }

  private void mergeInputs(Block block, float[] out) {
    int outputs = map.outputs();
    int first = (int) (block.start() / outputs);
    int rows = block.length() / outputs;
    double[][][] factors = factors(first, rows, block.reading());
    double[][] sums = new double[rows][outputs];
    double[][] deltas = new double[AT_ONCE][outputs];
    float[] delta = new float[outputs];
    double[] column = new double[AT_ONCE];
    for (int expert = 0; expert < weights.size(); expert++) {
      for (int start = 0; start < regression.size(); start += AT_ONCE) {
        int count = Math.min(AT_ONCE, regression.size() - start);
        for (int k = 0; k < count; k++) {
          readOfInput(expert, start + k, 0, outputs, delta, block.reading());
          for (int i = 0; i < outputs; i++) {
            deltas[k][i] = delta[i];
          }
        }
        for (int row = 0; row < rows; row++) {
          for (int k = 0; k < count; k++) {
            column[k] = factors[expert][start + k][row];
          }
          LinearCombination.add(sums[row], 0, outputs, 1, column, 0, deltas, 0, count);
        }
      }
    }
    for (int row = 0; row < rows; row++) {
      for (int i = 0; i < outputs; i++) {
        int at = row * outputs + i;
        out[at] = block.base()[at] + lambda * (float) sums[row][i];
      }
    }
  }

  /** Reads of the delta of a map stored with its inputs first what one input gives to outputs. */
  private void readOfInput(
      int expert, int input, long from, int count, float[] target, ReadBuffer buffer) {
    if (input < map.inputs()) {
      long start = (long) input * map.outputs();
      weights.get(expert).read(start + from, count, target, 0, buffer);
    } else {
      biases.get(expert).read(from, count, target, 0, buffer);
    }
  }

  /** Returns of each expert columns {@code first} and following of {@code A·S⁻¹}. */
  private double[][][] factors(int first, int count, ReadBuffer buffer) {
    double[][] inverse = new double[regression.size()][count];
    for (int k = 0; k < count; k++) {
      inverse[first + k][k] = 1;
    }
    regression.solve(inverse);
    double[][][] factors = new double[weights.size()][regression.size()][count];
    for (int expert = 0; expert < weights.size(); expert++) {
      regression.multiply(expert, inverse, factors[expert], buffer);
    }
    return factors;
  }

  /** Returns the merge of the bias. */
  TensorMerge ofBias(Workers<ReadBuffer> readers) {
    double[][][] factors = new double[weights.size()][][];
    readers.run(
        1,
        (buffer, _) ->
            System.arraycopy(factors(map.inputs(), 1, buffer), 0, factors, 0, factors.length));
    return (block, out) -> mergeBias(block, factors, out);
  }

  private void mergeBias(Block block, double[][][] factors, float[] out) {
    double[] sums = new double[block.length()];
    for (int expert = 0; expert < weights.size(); expert++) {
      if (map.inputsFirst()) {
        float[] delta = new float[block.length()];
        for (int input = 0; input < regression.size(); input++) {
          readOfInput(expert, input, block.start(), delta.length, delta, block.reading());
          for (int i = 0; i < delta.length; i++) {
            sums[i] += factors[expert][input][0] * delta[i];
          }
        }
      } else {
        addOutputs(expert, factors[expert], block, sums);
      }
    }
    for (int i = 0; i < sums.length; i++) {
      out[i] = block.base()[i] + lambda * (float) sums[i];
    }
  }

  private void addOutputs(int expert, double[][] factors, Block block, double[] sums) {
    int inputs = map.inputs();
    float[] row = new float[inputs];
    float[] bias = new float[block.length()];
    biases.get(expert).read(block.start(), bias.length, bias, 0, block.reading());
    for (int i = 0; i < sums.length; i++) {
      weights.get(expert).read((block.start() + i) * inputs, inputs, row, 0, block.reading());
      double sum = factors[inputs][0] * bias[i];
      for (int j = 0; j < inputs; j++) {
        sum += factors[j][0] * row[j];
      }
      sums[i] += sum;
    }
  }
}
