package dev.amalgam.core.layer;

/** How the frequencies of a rotary embedding are changed for longer texts. */
public sealed interface RotaryScaling {

  /** Returns the frequencies to use in place of these. */
  float[] scaled(float[] frequencies);

  /** No change. */
  record None() implements RotaryScaling {
    @Override
    public float[] scaled(float[] frequencies) {
      return frequencies.clone();
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
    public float[] scaled(float[] frequencies) {
      float[] scaled = new float[frequencies.length];
      for (int i = 0; i < scaled.length; i++) {
        scaled[i] = frequencies[i] / (float) factor;
      }
      return scaled;
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
    public float[] scaled(float[] frequencies) {
      float[] scaled = new float[frequencies.length];
      for (int i = 0; i < scaled.length; i++) {
        scaled[i] = scaled(frequencies[i]);
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
