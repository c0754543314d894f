package dev.amalgam.core.layer;

import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * How the embedding of a text is made of the last states of its tokens, as sentence-transformers
 * does it (Reimers and Gurevych, "Sentence-BERT", arXiv 1908.10084). Tokens that others may not
 * attend to do not count.
 *
 * @param modes what is laid end to end, in this order
 * @param normalized whether the embedding is divided by its length
 */
public record Pooling(List<Mode> modes, boolean normalized) {

  /** The mean of all tokens. */
  public static final Pooling MEAN = new Pooling(List.of(Mode.MEAN), false);

  private static final double SHORTEST = 1e-12;

  /** A vector made of the states of a text. */
  public enum Mode {
    /** The state of the first token. */
    CLS {
      @Override
      void pool(States states, List<Integer> tokens, double[] out) {
        add(states, tokens.getFirst(), 1, out);
      }
    },
    /** The largest value of all tokens. */
    MAX {
      @Override
      void pool(States states, List<Integer> tokens, double[] out) {
        for (int i = 0; i < out.length; i++) {
          out[i] = Double.NEGATIVE_INFINITY;
          for (int token : tokens) {
            out[i] = Math.max(out[i], states.data()[states.at(token) + i]);
          }
        }
      }
    },
    /** The mean. */
    MEAN {
      @Override
      void pool(States states, List<Integer> tokens, double[] out) {
        sum(states, tokens, tokens.size(), out);
      }
    },
    /** The sum, divided by the root of the number of tokens. */
    MEAN_SQRT_LENGTH {
      @Override
      void pool(States states, List<Integer> tokens, double[] out) {
        sum(states, tokens, Math.sqrt(tokens.size()), out);
      }
    },
    /** The mean, in which a token counts as often as its number, from 1 on, says. */
    WEIGHTED_MEAN {
      @Override
      void pool(States states, List<Integer> tokens, double[] out) {
        double weights = 0;
        for (int token : tokens) {
          add(states, token, token + 1.0, out);
          weights += token + 1.0;
        }
        divide(out, weights);
      }
    },
    /** The state of the last token. */
    LAST {
      @Override
      void pool(States states, List<Integer> tokens, double[] out) {
        add(states, tokens.getLast(), 1, out);
      }
    };

    /** Fills {@code out}, which is zero, of the states of these tokens, of which there is one. */
    abstract void pool(States states, List<Integer> tokens, double[] out);
  }

  /** Copies the list. */
  public Pooling {
    modes = List.copyOf(modes);
  }

  /**
   * Returns the embedding of each example of a batch.
   *
   * @param states the last states of its tokens
   * @throws ModelException if there is no token in an example that others may attend to
   */
  public float[][] embeddings(States states, Batch batch) {
    float[][] embeddings = new float[batch.examples().size()][];
    for (int e = 0; e < embeddings.length; e++) {
      States own = states.rows(batch.start(e), batch.start(e + 1));
      embeddings[e] = embedding(own, tokens(batch.examples().get(e)));
    }
    return embeddings;
  }

  private float[] embedding(States states, List<Integer> tokens) {
    int width = states.width();
    float[] embedding = new float[Math.multiplyExact(modes.size(), width)];
    for (int part = 0; part < modes.size(); part++) {
      double[] pooled = new double[width];
      modes.get(part).pool(states, tokens, pooled);
      for (int i = 0; i < width; i++) {
        embedding[part * width + i] = (float) pooled[i];
      }
    }
    return normalized ? divided(embedding) : embedding;
  }

  private static List<Integer> tokens(Example example) {
    Optional<boolean[]> mask = example.attentionMask();
    List<Integer> tokens =
        IntStream.range(0, example.length())
            .filter(token -> mask.isEmpty() || mask.get()[token])
            .boxed()
            .toList();
    if (tokens.isEmpty()) {
      throw new ModelException("an example without a token to attend to has no embedding");
    }
    return tokens;
  }

  private static float[] divided(float[] embedding) {
    double length = Math.max(SHORTEST, Math.sqrt(dot(embedding, embedding)));
    float[] divided = new float[embedding.length];
    for (int i = 0; i < divided.length; i++) {
      divided[i] = (float) (embedding[i] / length);
    }
    return divided;
  }

  /** Returns the cosine of the angle between two embeddings; 0 where one of them is zero. */
  public static double cosine(float[] one, float[] other) {
    double lengths = Math.sqrt(dot(one, one)) * Math.sqrt(dot(other, other));
    return lengths == 0 ? 0 : dot(one, other) / lengths;
  }

  private static double dot(float[] one, float[] other) {
    double sum = 0;
    for (int i = 0; i < one.length; i++) {
      sum += (double) one[i] * other[i];
    }
    return sum;
  }

  private static void sum(States states, List<Integer> tokens, double divisor, double[] out) {
    tokens.forEach(token -> add(states, token, 1, out));
    divide(out, divisor);
  }

  private static void add(States states, int token, double factor, double[] out) {
    for (int i = 0; i < out.length; i++) {
      out[i] += factor * states.data()[states.at(token) + i];
    }
  }

  private static void divide(double[] values, double divisor) {
    for (int i = 0; i < values.length; i++) {
      values[i] /= divisor;
    }
  }
}
