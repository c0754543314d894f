package dev.amalgam.core.layer;

import java.util.List;
import java.util.Optional;

/**
 * Multi-head self-attention with its projections.
 *
 * @param index which attention layer of the model this is, from 0
 * @param shape heads, scale and who attends to whom
 * @param projections the maps whose results, side by side, are queries, keys and values: three, or
 *     one for all
 * @param order in which order they give the heads
 * @param clip what cuts queries, keys and values, if anything does
 * @param norms the norms of queries and keys, if there are any
 * @param rotary the rotation of queries and keys, if there is one
 * @param positionScale what queries are multiplied by once they are rotated, if they are
 * @param output the map of what the heads give
 */
public record SelfAttention(
    int index,
    AttentionShape shape,
    List<Linear> projections,
    ProjectionOrder order,
    Optional<Clip> clip,
    Optional<HeadNorms> norms,
    Optional<Rotary> rotary,
    Optional<PositionScale> positionScale,
    Linear output)
    implements Layer {

  /** Copies the list. */
  public SelfAttention {
    projections = List.copyOf(projections);
  }

  @Override
  public void parameters(ParameterVisitor.Module module, ParameterVisitor visitor) {
    projections.forEach(p -> p.parameters(ParameterVisitor.Module.ATTENTION, visitor));
    norms.ifPresent(
        n -> {
          n.query().parameters(module, visitor);
          n.key().parameters(module, visitor);
        });
    output.parameters(ParameterVisitor.Module.ATTENTION, visitor);
  }

  @Override
  public void inputs(InputVisitor visitor) {
    visitor.maps(projections);
    norms.ifPresent(
        n -> {
          n.query().inputs(visitor);
          n.key().inputs(visitor);
        });
    output.inputs(visitor);
  }

  @Override
  public Output forward(States x, Pass pass) {
    pass.showMaps(projections, x);
    States given = pass.states(x.rows(), shape.queryWidth() + 2 * shape.keyWidth());
    int column = 0;
    for (Linear projection : projections) {
      projection.apply(x, given.columns(column, projection.outputs()), pass);
      column += projection.outputs();
    }
    States projected = order.toKinds(clip.map(c -> c.of(given, pass)).orElse(given), shape, pass);
    States q = queries(projected);
    States k = keys(projected);
    States v = values(projected);
    Optional<HeadNorms.InPlace> firstNorms = norms(false).map(n -> n.forward(q, k, pass));
    rotate(q, k, false, pass);
    Optional<HeadNorms.InPlace> lastNorms = norms(true).map(n -> n.forward(q, k, pass));
    positionScale.ifPresent(s -> s.apply(q, pass));
    Attention attention = new Attention(shape);
    States allKeys = pass.cache().map(c -> c.withKeys(index, k)).orElse(k);
    States allValues = pass.cache().map(c -> c.withValues(index, v)).orElse(v);
    Output result = output.forward(attention.forward(q, allKeys, allValues, pass), pass);
    return pass.output(
        result.states(),
        (dy, visitor) -> {
          States dAttended = result.backward().apply(dy, visitor);
          // Those of keys and values are sums over queries.
          States gradient = pass.zeros(projected.rows(), projected.width());
          States dq = queries(gradient);
          States dk = keys(gradient);
          attention.backward(q, k, v, dAttended, dq, dk, values(gradient), pass);
          positionScale.ifPresent(s -> s.apply(dq, pass));
          lastNorms.ifPresent(n -> n.apply(dq, dk, visitor));
          rotate(dq, dk, true, pass);
          firstNorms.ifPresent(n -> n.apply(dq, dk, visitor));
          States dGiven = order.fromKinds(gradient, shape, pass);
          clip.ifPresent(c -> c.backward(given, dGiven, pass));
          return projectionsBackward(x, dGiven, pass, visitor);
        });
  }

  private Optional<HeadNorms> norms(boolean afterRotation) {
    return norms.filter(n -> n.afterRotation() == afterRotation);
  }

  private void rotate(States q, States k, boolean backwards, Pass pass) {
    rotary.ifPresent(
        r -> {
          r.rotate(q, backwards, pass);
          r.rotate(k, backwards, pass);
        });
  }

  private States projectionsBackward(
      States x, States gradient, Pass pass, GradientVisitor visitor) {
    States dx = pass.states(x.rows(), x.width());
    int column = 0;
    for (Linear projection : projections) {
      States dy = gradient.columns(column, projection.outputs());
      projection.backward(x, dy, dx, column > 0, pass.starts(), pass.engine(), visitor);
      column += projection.outputs();
    }
    return dx;
  }

  private States queries(States projected) {
    return projected.columns(0, shape.queryWidth());
  }

  private States keys(States projected) {
    return projected.columns(shape.queryWidth(), shape.keyWidth());
  }

  private States values(States projected) {
    return projected.columns(shape.queryWidth() + shape.keyWidth(), shape.keyWidth());
  }
}
