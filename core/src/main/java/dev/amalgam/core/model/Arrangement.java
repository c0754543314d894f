package dev.amalgam.core.model;

import dev.amalgam.core.layer.Layer;
import dev.amalgam.core.layer.Parallel;
import dev.amalgam.core.layer.Residual;
import dev.amalgam.core.layer.Scale;
import dev.amalgam.core.layer.Sequence;

/**
 * How attention and feed-forward network stand in a block, among its norms and residual
 * connections. The texts are what the names of the norms' tensors start with.
 */
public sealed interface Arrangement {

  /** Makes the norms of a block. */
  interface Norms {
    /** Returns the norm whose tensors' names start with this. */
    Layer of(String name);
  }

  /** Returns the block. */
  Layer around(Layer attention, Layer mlp, Norms norms);

  /**
   * {@code x + f(norm(x))} for attention, then for the network: GPT-2, Llama.
   *
   * @param attention the name of attention's norm
   * @param mlp the name of the network's norm
   */
  record NormsBefore(String attention, String mlp) implements Arrangement {
    @Override
    public Layer around(Layer attentionLayer, Layer mlpLayer, Norms norms) {
      return Sequence.of(
          Residual.around(norms.of(attention), attentionLayer),
          Residual.around(norms.of(mlp), mlpLayer));
    }
  }

  /**
   * Another arrangement in which what attention and network give is multiplied by a factor: Granite
   * (IBM, 2024), after muP (arXiv 2203.03466).
   *
   * @param inner the other arrangement
   * @param factor the factor
   */
  record ScaledBranches(Arrangement inner, double factor) implements Arrangement {
    @Override
    public Layer around(Layer attentionLayer, Layer mlpLayer, Norms norms) {
      Scale scale = new Scale((float) factor);
      return inner.around(Sequence.of(attentionLayer, scale), Sequence.of(mlpLayer, scale), norms);
    }
  }

  /**
   * {@code x + attention(x)}, then {@code x + mlp(norm(x))}: the first layer of ModernBERT.
   *
   * @param mlp the name of the network's norm
   */
  record NormBeforeMlp(String mlp) implements Arrangement {
    @Override
    public Layer around(Layer attentionLayer, Layer mlpLayer, Norms norms) {
      return Sequence.of(Residual.around(attentionLayer), Residual.around(norms.of(mlp), mlpLayer));
    }
  }

  /**
   * {@code x + norm(f(x))}: OLMo 2 (arXiv 2501.00656).
   *
   * @param attention the name of attention's norm
   * @param mlp the name of the network's norm
   */
  record NormsAfter(String attention, String mlp) implements Arrangement {
    @Override
    public Layer around(Layer attentionLayer, Layer mlpLayer, Norms norms) {
      return Sequence.of(
          Residual.around(attentionLayer, norms.of(attention)),
          Residual.around(mlpLayer, norms.of(mlp)));
    }
  }

  /**
   * {@code x + norm(f(norm(x)))}: Gemma 2 (arXiv 2408.00118).
   *
   * @param beforeAttention the name of the norm before attention
   * @param afterAttention of that after it
   * @param beforeMlp of that before the network
   * @param afterMlp of that after it
   */
  record NormsAround(
      String beforeAttention, String afterAttention, String beforeMlp, String afterMlp)
      implements Arrangement {
    @Override
    public Layer around(Layer attentionLayer, Layer mlpLayer, Norms norms) {
      return Sequence.of(
          Residual.around(norms.of(beforeAttention), attentionLayer, norms.of(afterAttention)),
          Residual.around(norms.of(beforeMlp), mlpLayer, norms.of(afterMlp)));
    }
  }

  /**
   * {@code norm(x + f(x))}: the first transformer (arXiv 1706.03762), BERT.
   *
   * @param attention the name of attention's norm
   * @param mlp the name of the network's norm
   */
  record NormsAfterSums(String attention, String mlp) implements Arrangement {
    @Override
    public Layer around(Layer attentionLayer, Layer mlpLayer, Norms norms) {
      return Sequence.of(
          Residual.around(attentionLayer),
          norms.of(attention),
          Residual.around(mlpLayer),
          norms.of(mlp));
    }
  }

  /**
   * {@code x + attention(norm(x)) + mlp(norm(x))} with one norm: GPT-J, Cohere's Command R.
   *
   * @param norm its name
   */
  record ParallelWithOneNorm(String norm) implements Arrangement {
    @Override
    public Layer around(Layer attentionLayer, Layer mlpLayer, Norms norms) {
      return Residual.around(norms.of(norm), Parallel.of(attentionLayer, mlpLayer));
    }
  }

  /**
   * {@code x + attention(norm₁(x)) + mlp(norm₂(x))}: GPT-NeoX (arXiv 2204.06745).
   *
   * @param attention the name of attention's norm
   * @param mlp the name of the network's norm
   */
  record ParallelWithTwoNorms(String attention, String mlp) implements Arrangement {
    @Override
    public Layer around(Layer attentionLayer, Layer mlpLayer, Norms norms) {
      return Residual.around(
          Parallel.of(
              Sequence.of(norms.of(attention), attentionLayer),
              Sequence.of(norms.of(mlp), mlpLayer)));
    }
  }
}
