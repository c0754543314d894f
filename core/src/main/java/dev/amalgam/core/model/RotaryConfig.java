package dev.amalgam.core.model;

import dev.amalgam.core.layer.ModelException;
import dev.amalgam.core.layer.Rotary;
import dev.amalgam.core.layer.RotaryBase;
import dev.amalgam.core.layer.RotaryScaling;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Reads the rotary embedding of a config, in the older form ({@code rope_theta} and {@code
 * rope_scaling}) or the newer ({@code rope_parameters}).
 *
 * @param config the config
 * @param headSize the number of values in a head
 * @param theta the base, if the config does not say
 * @param share which part of a head is rotated, if the config does not say; nothing in families
 *     that always rotate whole heads
 * @param known keys among those of the scaling that the family reads itself
 */
public record RotaryConfig(
    ModelConfig config, int headSize, double theta, OptionalDouble share, Set<String> known) {

  private static final double DEFAULT_THETA = 10_000;
  private static final String PARAMETERS = "rope_parameters";
  private static final String SHARE = "partial_rotary_factor";
  private static final String ORIGINAL = "original_max_position_embeddings";
  private static final String LONGEST = "max_position_embeddings";
  private static final String FACTOR = "factor";

  /** Returns a reader for families that rotate whole heads, with the base 10000 by default. */
  public static RotaryConfig of(ModelConfig config, int headSize) {
    return new RotaryConfig(config, headSize, DEFAULT_THETA, OptionalDouble.empty(), Set.of());
  }

  /** Returns the rotation that {@link #of} reads. */
  public static Rotary read(ModelConfig config, int headSize) {
    return of(config, headSize).read();
  }

  /** Returns the same reader with another base for configs that state none. */
  public RotaryConfig withTheta(double standard) {
    return new RotaryConfig(config, headSize, standard, share, known);
  }

  /**
   * Returns the same reader for families that rotate the first values of a head only.
   *
   * @param standard which part of a head they are, if the config does not say; from 0 to 1
   */
  public RotaryConfig withShare(double standard) {
    return new RotaryConfig(config, headSize, theta, OptionalDouble.of(standard), known);
  }

  /** Returns the same reader for families that read some keys of the scaling themselves. */
  public RotaryConfig withKnown(Set<String> keys) {
    return new RotaryConfig(config, headSize, theta, share, keys);
  }

  /**
   * Returns the rotation that the config describes for all layers.
   *
   * @throws ModelException if heads cannot be rotated in pairs, or the config asks for a rotation
   *     that is not supported
   */
  public Rotary read() {
    Optional<ModelConfig> parameters = config.section(PARAMETERS);
    return read(
        parameters.isPresent() ? parameters : config.section("rope_scaling"),
        config.positive("rope_theta", theta));
  }

  /**
   * Returns the rotation of each kind of layer, if the config's {@code rope_parameters} describe
   * one for each, as {@code {"full_attention": {…}, "sliding_attention": {…}}} does.
   *
   * @param thetas the kinds, and the base of each if its parameters do not say
   * @throws ModelException if heads cannot be rotated in pairs, or the config asks for a rotation
   *     that is not supported
   */
  public Optional<Map<String, Rotary>> readKinds(Map<String, Double> thetas) {
    Optional<ModelConfig> parameters = config.section(PARAMETERS);
    if (parameters.isEmpty() || thetas.keySet().stream().noneMatch(parameters.get()::has)) {
      return Optional.empty();
    }
    Map<String, Rotary> rotations = new TreeMap<>();
    thetas.forEach(
        (kind, standard) -> rotations.put(kind, read(parameters.get().section(kind), standard)));
    parameters.get().checkAllRead(Set.of());
    return Optional.of(Map.copyOf(rotations));
  }

  /**
   * Returns the most tokens of a sequence: {@code max_position_embeddings}, or more where a scaling
   * that goes by another number takes the model further. None of the scaling's values counts as
   * asked for.
   */
  static int longest(ModelConfig config) {
    int stated = config.count(LONGEST, Integer.MAX_VALUE);
    Object scaling = config.unread(PARAMETERS);
    if (scaling == null) {
      scaling = config.unread("rope_scaling");
    }
    if (!(scaling instanceof Map<?, ?> values && values.get(FACTOR) instanceof Number factor)) {
      return stated;
    }
    Object type = values.containsKey("rope_type") ? values.get("rope_type") : values.get("type");
    double context =
        "yarn".equals(type) && values.get(ORIGINAL) instanceof Number original
            ? original.doubleValue()
            : stated;
    boolean scaled = "yarn".equals(type) || "dynamic".equals(type);
    return scaled ? Math.max(stated, (int) (factor.doubleValue() * context)) : stated;
  }

  /**
   * Returns the plain rotation of a base that the caller read.
   *
   * @throws ModelException if heads cannot be rotated in pairs
   */
  static Rotary plain(ModelConfig config, int headSize, double theta) {
    RotaryBase base = of(config, headSize).base(headSize, theta);
    return new Rotary(headSize, base, new RotaryScaling.None(), Rotary.Pairs.HALVES);
  }

  private Rotary read(Optional<ModelConfig> section, double standard) {
    double used = section.map(s -> s.positive("rope_theta", standard)).orElse(standard);
    RotaryBase base = base(size(section), used);
    RotaryScaling scaling = section.map(s -> scaling(s, base)).orElseGet(RotaryScaling.None::new);
    // Scalings that do not ask for it do without it.
    Set<String> harmless = new TreeSet<>(known);
    harmless.add(ORIGINAL);
    section.ifPresent(s -> s.checkAllRead(harmless));
    return new Rotary(headSize, base, scaling, Rotary.Pairs.HALVES);
  }

  private int size(Optional<ModelConfig> section) {
    if (share.isEmpty()) {
      config.mustBe(SHARE, 1);
      section.ifPresent(s -> s.mustBe(SHARE, 1));
      return headSize;
    }
    double outer = config.positive(SHARE, share.getAsDouble());
    double part = section.map(s -> s.positive(SHARE, outer)).orElse(outer);
    if (part > 1) {
      throw new ModelException(
          "%s: %s is %s, but no more than whole heads can be rotated"
              .formatted(config.place(), SHARE, part));
    }
    return (int) (headSize * part);
  }

  private RotaryBase base(int size, double used) {
    if (size % 2 != 0 || size == 0) {
      throw new ModelException(
          "%s: heads of %d values cannot be rotated in pairs".formatted(config.place(), size));
    }
    return new RotaryBase(size, used);
  }

  private RotaryScaling scaling(ModelConfig section, RotaryBase base) {
    String key = section.has("rope_type") ? "rope_type" : "type";
    section.has("type");
    return switch (section.text(key).orElse("default")) {
      case "default" -> new RotaryScaling.None();
      case "linear" -> new RotaryScaling.Linear(required(section, FACTOR));
      case "dynamic" -> dynamic(section, base);
      case "yarn" -> yarn(section, base);
      case "longrope", "su" -> longRope(section, base);
      case "llama3" ->
          new RotaryScaling.Llama3(
              required(section, FACTOR),
              required(section, "low_freq_factor"),
              required(section, "high_freq_factor"),
              original(section));
      default -> throw section.unsupported(key, "default, linear, dynamic, yarn, longrope, llama3");
    };
  }

  private RotaryScaling dynamic(ModelConfig section, RotaryBase base) {
    if (base.size() == 2) {
      throw new ModelException(
          "%s is dynamic, which needs more than the one pair that is rotated of a head"
              .formatted(section.place()));
    }
    return new RotaryScaling.Dynamic(required(section, FACTOR), config.count(LONGEST));
  }

  private RotaryScaling yarn(ModelConfig section, RotaryBase base) {
    if (base.theta() <= 1) {
      throw new ModelException(
          "%s is yarn, which needs a rope_theta above 1, not %s"
              .formatted(section.place(), base.theta()));
    }
    double factor = factor(section);
    double scale = section.numberFromZero("mscale", 0);
    double all = section.numberFromZero("mscale_all_dim", 0);
    double standard =
        scale > 0 && all > 0
            ? RotaryScaling.Yarn.attentionFactor(factor, scale)
                / RotaryScaling.Yarn.attentionFactor(factor, all)
            : RotaryScaling.Yarn.attentionFactor(factor, 1);
    return new RotaryScaling.Yarn(
        factor,
        original(section),
        section.positive("beta_fast", 32),
        section.positive("beta_slow", 1),
        section.flag("truncate", true),
        (float) section.positive("attention_factor", standard));
  }

  private RotaryScaling longRope(ModelConfig section, RotaryBase base) {
    double original = original(section);
    if (original <= 1) {
      throw new ModelException(
          "%s is longrope, which needs an %s above 1, not %s"
              .formatted(section.place(), ORIGINAL, original));
    }
    double standard =
        phiMoeFactor(section)
            .orElseGet(() -> RotaryScaling.LongRope.attentionFactor(factor(section), original));
    return new RotaryScaling.LongRope(
        section.positives("short_factor", base.size() / 2),
        section.positives("long_factor", base.size() / 2),
        original,
        (float) section.positive("attention_factor", standard));
  }

  // Phi-3.5-MoE states the factors of short and of long sequences, which are the same as published.
  private static Optional<Double> phiMoeFactor(ModelConfig section) {
    Optional<Double> factor = section.positive("short_mscale");
    if (!section.positive("long_mscale").equals(factor)) {
      throw section.unsupported("long_mscale", "the same as short_mscale");
    }
    return factor;
  }

  // Where it stands beside the scaling, as in Phi-3's configs, transformers prefers it.
  private double original(ModelConfig section) {
    return config
        .positive(ORIGINAL)
        .or(() -> section.positive(ORIGINAL))
        .orElseGet(() -> (double) config.count(LONGEST));
  }

  private double factor(ModelConfig section) {
    return section.positive(FACTOR).orElseGet(() -> config.count(LONGEST) / original(section));
  }

  private static double required(ModelConfig section, String key) {
    return section
        .positive(key)
        .orElseThrow(
            () ->
                new ModelException(
                    "%s has no %s, which its rope_type needs".formatted(section.place(), key)));
  }
}
