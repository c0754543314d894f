package dev.amalgam.core.model;

import dev.amalgam.core.layer.AttentionShape;
import dev.amalgam.core.layer.Clip;
import dev.amalgam.core.layer.HeadNorms;
import dev.amalgam.core.layer.Layer;
import dev.amalgam.core.layer.Linear;
import dev.amalgam.core.layer.PositionScale;
import dev.amalgam.core.layer.ProjectionOrder;
import dev.amalgam.core.layer.RmsNorm;
import dev.amalgam.core.layer.Rotary;
import dev.amalgam.core.layer.SelfAttention;
import dev.amalgam.core.layer.SoftCap;
import java.util.List;
import java.util.Optional;

/**
 * The self-attention of a block.
 *
 * @param heads its heads
 * @param projections the maps to queries, keys and values: three, or one for all side by side
 * @param order in which order they give the heads
 * @param clip what cuts queries, keys and values, if anything does
 * @param output the map of what the heads give
 * @param scale what products of queries and keys are multiplied by
 * @param reach who attends to whom
 * @param norms the norms of queries and keys, if there are any
 * @param rotary the rotation of queries and keys, if there is one
 * @param positionScale what queries are multiplied by once they are rotated, if they are
 * @param softCap what bends the scaled products, if anything does
 */
public record AttentionForm(
    AttentionHeads heads,
    List<LinearForm> projections,
    ProjectionOrder order,
    Optional<Clip> clip,
    LinearForm output,
    double scale,
    Reach reach,
    Optional<QueryKeyNorms> norms,
    Optional<Rotary> rotary,
    Optional<PositionScale> positionScale,
    Optional<SoftCap> softCap) {

  /** Who attends to whom. */
  public sealed interface Reach {

    /** Every token attends to all tokens. */
    record Everything() implements Reach {}

    /** A token attends to itself and the tokens before it. */
    record Past() implements Reach {}

    /**
     * A token attends to itself and the nearest tokens before it.
     *
     * @param tokens to how many at most, itself included; at least 1
     */
    record Window(int tokens) implements Reach {}

    /**
     * A token attends to itself and the nearest tokens before and after it.
     *
     * @param tokens to how many in each direction at most, itself included; at least 1
     */
    record Around(int tokens) implements Reach {}
  }

  /**
   * Norms of the queries and of the keys.
   *
   * @param query what the names of the queries' norm start with
   * @param key the same of the keys'
   * @param form which norm
   * @param span what is normalised together
   * @param afterRotation whether queries and keys are rotated first
   */
  public record QueryKeyNorms(
      String query, String key, NormForm.Rms form, Span span, boolean afterRotation) {

    /** What is normalised together. */
    public enum Span {
      /** The values of each head: Qwen3. */
      HEAD,
      /** Those of all heads of a token: OLMo 2. */
      ALL_HEADS
    }

    /** Creates norms of each head before its rotation. */
    public QueryKeyNorms(String query, String key, NormForm.Rms form) {
      this(query, key, form, Span.HEAD, false);
    }

    private RmsNorm make(String name, AttentionHeads heads, int width, ModelWeights weights) {
      return form.make(name, span == Span.HEAD ? heads.size() : width, weights);
    }

    private HeadNorms make(AttentionHeads heads, ModelWeights weights) {
      return new HeadNorms(
          make(query, heads, heads.queryWidth(), weights),
          make(key, heads, heads.keyWidth(), weights),
          afterRotation);
    }
  }

  /** Copies the list. */
  public AttentionForm {
    projections = List.copyOf(projections);
    if (projections.size() != 1 && projections.size() != 3) {
      throw new IllegalArgumentException("queries, keys and values have three maps, or one");
    }
  }

  /**
   * Returns attention to all tokens before, with products of queries and keys divided by the root
   * of a head's size, and without norms or rotation.
   */
  public static AttentionForm of(
      AttentionHeads heads, List<LinearForm> projections, LinearForm output) {
    return new AttentionForm(
        heads,
        projections,
        ProjectionOrder.BY_KIND,
        Optional.empty(),
        output,
        1 / Math.sqrt(heads.size()),
        new Reach.Past(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  /** Returns the same with heads given in another order. */
  public AttentionForm withOrder(ProjectionOrder other) {
    return new AttentionForm(
        heads,
        projections,
        other,
        clip,
        output,
        scale,
        reach,
        norms,
        rotary,
        positionScale,
        softCap);
  }

  /** Returns the same with queries, keys and values cut. */
  public AttentionForm withClip(Clip cut) {
    return new AttentionForm(
        heads,
        projections,
        order,
        Optional.of(cut),
        output,
        scale,
        reach,
        norms,
        rotary,
        positionScale,
        softCap);
  }

  /** Returns the same with another factor for products of queries and keys. */
  public AttentionForm withScale(double factor) {
    return new AttentionForm(
        heads,
        projections,
        order,
        clip,
        output,
        factor,
        reach,
        norms,
        rotary,
        positionScale,
        softCap);
  }

  /** Returns the same with other tokens attended to. */
  public AttentionForm withReach(Reach other) {
    return new AttentionForm(
        heads,
        projections,
        order,
        clip,
        output,
        scale,
        other,
        norms,
        rotary,
        positionScale,
        softCap);
  }

  /** Returns the same with norms of queries and keys. */
  public AttentionForm withNorms(QueryKeyNorms added) {
    return new AttentionForm(
        heads,
        projections,
        order,
        clip,
        output,
        scale,
        reach,
        Optional.of(added),
        rotary,
        positionScale,
        softCap);
  }

  /** Returns the same with queries and keys rotated. */
  public AttentionForm withRotary(Rotary rotation) {
    return new AttentionForm(
        heads,
        projections,
        order,
        clip,
        output,
        scale,
        reach,
        norms,
        Optional.of(rotation),
        positionScale,
        softCap);
  }

  /** Returns the same without rotation, as in layers without positions (arXiv 2305.19466). */
  public AttentionForm withoutRotary() {
    return new AttentionForm(
        heads,
        projections,
        order,
        clip,
        output,
        scale,
        reach,
        norms,
        Optional.empty(),
        positionScale,
        softCap);
  }

  /** Returns the same with queries multiplied by a factor that grows with their position. */
  public AttentionForm withPositionScale(PositionScale growing) {
    return new AttentionForm(
        heads,
        projections,
        order,
        clip,
        output,
        scale,
        reach,
        norms,
        rotary,
        Optional.of(growing),
        softCap);
  }

  /** Returns the same with scaled products of queries and keys bent, as Gemma 2 does. */
  public AttentionForm withSoftCap(SoftCap cap) {
    return new AttentionForm(
        heads,
        projections,
        order,
        clip,
        output,
        scale,
        reach,
        norms,
        rotary,
        positionScale,
        Optional.of(cap));
  }

  /**
   * Returns the layer.
   *
   * @param index which attention layer of the model it is, from 0
   * @param hidden the width of the hidden states
   * @throws dev.amalgam.core.layer.ModelException if a tensor is missing or of another shape
   */
  public Layer make(int index, int hidden, ModelWeights weights) {
    return new SelfAttention(
        index,
        shape(),
        maps(hidden, weights),
        order,
        clip,
        norms.map(n -> n.make(heads, weights)),
        rotary,
        positionScale,
        output.make(heads.queryWidth(), hidden, weights));
  }

  private AttentionShape shape() {
    boolean causal = reach instanceof Reach.Past || reach instanceof Reach.Window;
    int window =
        switch (reach) {
          case Reach.Window(int tokens) -> tokens;
          case Reach.Around(int tokens) -> tokens;
          case Reach.Past(), Reach.Everything() -> Integer.MAX_VALUE;
        };
    return new AttentionShape(
        heads.queries(), heads.keys(), heads.size(), (float) scale, causal, window, softCap);
  }

  private List<Linear> maps(int hidden, ModelWeights weights) {
    int queries = heads.queryWidth();
    int keys = heads.keyWidth();
    if (projections.size() == 1) {
      int all = Math.addExact(queries, Math.multiplyExact(2, keys));
      return List.of(projections.getFirst().make(hidden, all, weights));
    }
    return List.of(
        projections.get(0).make(hidden, queries, weights),
        projections.get(1).make(hidden, keys, weights),
        projections.get(2).make(hidden, keys, weights));
  }
}
