package dev.amalgam.core.layer;

import dev.amalgam.core.kernel.SoftmaxKernels;
import dev.amalgam.core.matrix.Scratch;
import java.util.Arrays;

/** Which experts a token chooses by the logits of all, and by what it weights them. */
public sealed interface Gating {

  /** Makes the choices of one token. */
  void choose(States logits, int token, Routes into, Scratch scratch);

  /**
   * Takes the gradient of a token's weights back to its logits.
   *
   * @param dWeights the gradient of all weights of the routes
   * @param dLogits takes that of the logits; the token's row is zero
   */
  void backward(
      States logits, int token, Routes routes, float[] dWeights, States dLogits, Scratch scratch);

  /** The largest, by their probabilities among all experts, which do not sum to one. */
  record SoftmaxOfAll() implements Gating {

    @Override
    public void choose(States logits, int token, Routes into, Scratch scratch) {
      into.chooseAll(token, logits.data(), logits.at(token), logits.width());
      float[] p = probabilities(logits, token, scratch);
      for (int i = into.first(token); i < into.first(token + 1); i++) {
        into.weights()[i] = p[into.experts()[i]];
      }
    }

    @Override
    public void backward(
        States logits,
        int token,
        Routes routes,
        float[] dWeights,
        States dLogits,
        Scratch scratch) {
      int at = dLogits.at(token);
      for (int i = routes.first(token); i < routes.first(token + 1); i++) {
        dLogits.data()[at + routes.experts()[i]] = dWeights[i];
      }
      float[] p = probabilities(logits, token, scratch);
      scratch.kernels().softmax().backward(p, 0, dLogits.data(), at, at + logits.width(), 1);
    }

    private static float[] probabilities(States logits, int token, Scratch scratch) {
      float[] p = scratch.spare(0, logits.width());
      System.arraycopy(logits.data(), logits.at(token), p, 0, logits.width());
      scratch.kernels().softmax().softmax(p, 0, logits.width());
      return p;
    }
  }

  /**
   * The largest, by their probabilities among those chosen. Probabilities among all that are then
   * divided by their sum are the same.
   */
  record SoftmaxOfChosen() implements Gating {

    @Override
    public void choose(States logits, int token, Routes into, Scratch scratch) {
      into.chooseAll(token, logits.data(), logits.at(token), logits.width());
      int first = into.first(token);
      for (int i = first; i < first + into.perToken(); i++) {
        into.weights()[i] = logits.data()[logits.at(token) + into.experts()[i]];
      }
      scratch.kernels().softmax().softmax(into.weights(), first, first + into.perToken());
    }

    @Override
    public void backward(
        States logits,
        int token,
        Routes routes,
        float[] dWeights,
        States dLogits,
        Scratch scratch) {
      int first = routes.first(token);
      int count = routes.perToken();
      float[] gradient = scratch.spare(0, count);
      System.arraycopy(dWeights, first, gradient, 0, count);
      scratch.kernels().softmax().backward(routes.weights(), first, gradient, 0, count, 1);
      for (int i = 0; i < count; i++) {
        dLogits.data()[dLogits.at(token) + routes.experts()[first + i]] = gradient[i];
      }
    }
  }

  /**
   * SparseMixer-v2 (Liu et al., arXiv 2409.12136) as it computes once it is trained: the largest
   * one after the other, each by its probability among the experts that are still there and come
   * close to it, {@code (max − x)/max(abs(x), max) ≤ 2·jitter}.
   *
   * @param jitter how close they must come
   */
  record SparseMixer(double jitter) implements Gating {

    @Override
    public void choose(States logits, int token, Routes into, Scratch scratch) {
      int first = into.first(token);
      for (int i = 0; i < into.perToken(); i++) {
        into.choose(first, i, logits.data(), logits.at(token), logits.width());
        float[] p = probabilities(logits, token, into, i, scratch);
        into.weights()[first + i] = p[into.experts()[first + i]];
      }
    }

    @Override
    public void backward(
        States logits,
        int token,
        Routes routes,
        float[] dWeights,
        States dLogits,
        Scratch scratch) {
      SoftmaxKernels softmax = scratch.kernels().softmax();
      int width = logits.width();
      for (int i = 0; i < routes.perToken(); i++) {
        int choice = routes.first(token) + i;
        float[] p = probabilities(logits, token, routes, i, scratch);
        float[] gradient = scratch.spare(1, width);
        Arrays.fill(gradient, 0, width, 0);
        gradient[routes.experts()[choice]] = dWeights[choice];
        softmax.backward(p, 0, gradient, 0, width, 1);
        for (int expert = 0; expert < width; expert++) {
          dLogits.data()[dLogits.at(token) + expert] += gradient[expert];
        }
      }
    }

    /** Returns the probabilities of the experts among which choice {@code i} of a token is made. */
    private float[] probabilities(States logits, int token, Routes routes, int i, Scratch scratch) {
      int first = routes.first(token);
      int at = logits.at(token);
      float largest = logits.data()[at + routes.experts()[first + i]];
      float[] p = scratch.spare(0, logits.width());
      for (int expert = 0; expert < logits.width(); expert++) {
        float x = logits.data()[at + expert];
        float distance = (largest - x) / Math.max(Math.abs(x), largest);
        boolean out = distance > (float) (2 * jitter) || routes.isChosen(first, i, expert);
        p[expert] = out ? Float.NEGATIVE_INFINITY : x;
      }
      scratch.kernels().softmax().softmax(p, 0, logits.width());
      return p;
    }
  }
}
