package dev.amalgam.core.layer;

import java.util.List;

/**
 * How the frequencies of a rotary embedding are changed for longer texts. Frequencies are float32,
 * as in the transformers library, and so is every step on the way to them but where it is said
 * otherwise.
 */
public sealed interface RotaryScaling {

  /**
   * Returns the frequencies for a sequence.
   *
   * @param base what is scaled
   * @param length the number of its tokens so far
   */
  float[] frequencies(RotaryBase base, int length);

  /**
   * Returns a number that sequences of equal frequencies have in common: 0 for those of any length
   * that the model was made for before it was scaled.
   */
  default int kind(int length) {
    return 0;
  }

  /** Returns what cosines and sines are multiplied by. */
  default float attentionFactor() {
    return 1;
  }

  /** No change. */
  record None() implements RotaryScaling {
    @Override
    public float[] frequencies(RotaryBase base, int length) {
      return base.frequencies();
    }
  }

  /**
   * Positions divided by a factor (Chen et al., "Extending context window of large language models
   * via positional interpolation", arXiv 2306.15595).
   *
   * @param factor by what positions, and so frequencies, are divided
   */
  record Linear(double factor) implements RotaryScaling {
    @Override
    public float[] frequencies(RotaryBase base, int length) {
      float[] scaled = base.frequencies();
      for (int i = 0; i < scaled.length; i++) {
        scaled[i] /= (float) factor;
      }
      return scaled;
    }
  }

  /**
   * A base that grows with the sequence ("dynamic NTK", after bloc97 and emozilla; Peng et al.,
   * arXiv 2309.00071, appendix B): beyond the context, the base is multiplied by {@code
   * (factor·length/context − (factor − 1))^(size/(size − 2))}. The length is that of the sequence
   * so far: in generation the keys in the cache stay as they were rotated, as in transformers.
   *
   * @param factor how fast it grows
   * @param context the longest sequence that keeps the base
   */
  record Dynamic(double factor, int context) implements RotaryScaling {
    @Override
    public float[] frequencies(RotaryBase base, int length) {
      if (length <= context) {
        return base.frequencies();
      }
      float growth = (float) factor * length / context - (float) (factor - 1);
      double power = StrictMath.pow(growth, (float) ((double) base.size() / (base.size() - 2)));
      return new RotaryBase(base.size(), (float) base.theta() * (float) power).frequencies();
    }

    @Override
    public int kind(int length) {
      return Math.max(0, length - context);
    }
  }

  /**
   * YaRN (Peng et al., arXiv 2309.00071): pairs that turn often enough within the original context
   * keep their frequencies, those that hardly turn have them divided by the factor, and between the
   * two is a ramp over the number of the pair.
   *
   * @param factor by what low frequencies are divided
   * @param originalContext the number of positions before the scaling
   * @param fast how often a pair turns at least within these to keep its frequency
   * @param slow how often it does at most to have it divided
   * @param truncated whether the ramp begins and ends at whole numbers
   * @param attentionFactor what cosines and sines are multiplied by
   */
  record Yarn(
      double factor,
      double originalContext,
      double fast,
      double slow,
      boolean truncated,
      float attentionFactor)
      implements RotaryScaling {

    /**
     * Returns the attention factor that goes with a factor: {@code 0.1·scale·ln(factor) + 1}, and 1
     * if the factor is at most 1.
     */
    public static double attentionFactor(double factor, double scale) {
      return factor <= 1 ? 1 : 0.1 * scale * StrictMath.log(factor) + 1;
    }

    @Override
    public float[] frequencies(RotaryBase base, int length) {
      double from = pair(base, fast);
      double to = pair(base, slow);
      float first = (float) Math.max(truncated ? Math.floor(from) : from, 0);
      float last = (float) Math.min(truncated ? Math.ceil(to) : to, base.size() - 1);
      // No ramp is steeper.
      float width = first == last ? 0.001f : last - first;
      float[] powers = base.powers();
      float[] scaled = new float[powers.length];
      for (int i = 0; i < scaled.length; i++) {
        float kept = 1 - Math.clamp((i - first) / width, 0f, 1f);
        scaled[i] = 1 / ((float) factor * powers[i]) * (1 - kept) + 1 / powers[i] * kept;
      }
      return scaled;
    }

    /** Returns which pair turns this often within the original context; float64. */
    private double pair(RotaryBase base, double turns) {
      return base.size()
          * StrictMath.log(originalContext / (turns * 2 * Math.PI))
          / (2 * StrictMath.log(base.theta()));
    }
  }

  /**
   * LongRoPE (Ding et al., arXiv 2402.13753): the frequency of each pair is divided by a factor of
   * its own, of which there are two lists, one for sequences within the original context and one
   * for longer ones. The length is that of the sequence so far: in generation the keys in the cache
   * stay as they were rotated, as in transformers.
   *
   * @param shortFactors the factor of each pair in sequences within the original context
   * @param longFactors the same in longer ones
   * @param originalContext the number of positions before the scaling
   * @param attentionFactor what cosines and sines are multiplied by
   */
  record LongRope(
      List<Double> shortFactors,
      List<Double> longFactors,
      double originalContext,
      float attentionFactor)
      implements RotaryScaling {

    /** Copies the lists. */
    public LongRope {
      shortFactors = List.copyOf(shortFactors);
      longFactors = List.copyOf(longFactors);
    }

    /** Returns the attention factor that goes with a factor by which the context grows. */
    public static double attentionFactor(double factor, double originalContext) {
      return factor <= 1
          ? 1
          : Math.sqrt(1 + StrictMath.log(factor) / StrictMath.log(originalContext));
    }

    @Override
    public float[] frequencies(RotaryBase base, int length) {
      List<Double> factors = kind(length) == 0 ? shortFactors : longFactors;
      float[] scaled = base.powers();
      for (int i = 0; i < scaled.length; i++) {
        scaled[i] = 1 / (factors.get(i).floatValue() * scaled[i]);
      }
      return scaled;
    }

    @Override
    public int kind(int length) {
      return length > originalContext ? 1 : 0;
    }
  }

  /**
   * The scaling of Llama 3.1 (Grattafiori et al., "The Llama 3 herd of models", arXiv 2407.21783;
   * formula of the published model code): frequencies whose wave is longer than the original
   * context divided by {@code low} are divided by the factor, those whose wave is shorter than it
   * divided by {@code high} stay, and between them the two are mixed.
   *
   * @param factor by what low frequencies are divided
   * @param low how many waves fit into the original context at most, for a frequency to be low
   * @param high how many do at least, for it to be high
   * @param originalContext the number of positions before the scaling
   */
  record Llama3(double factor, double low, double high, double originalContext)
      implements RotaryScaling {
    @Override
    public float[] frequencies(RotaryBase base, int length) {
      float[] scaled = base.frequencies();
      for (int i = 0; i < scaled.length; i++) {
        scaled[i] = scaled(scaled[i]);
      }
      return scaled;
    }

    private float scaled(float frequency) {
      float wave = (float) (2 * Math.PI) / frequency;
      if (wave < (float) (originalContext / high)) {
        return frequency;
      }
      float slowed = frequency / (float) factor;
      if (wave > (float) (originalContext / low)) {
        return slowed;
      }
      float share = ((float) originalContext / wave - (float) low) / (float) (high - low);
      return (1 - share) * slowed + share * frequency;
    }
  }
}
