package dev.amalgam.core.layer;

/**
 * Sends each token to some of a layer's experts.
 *
 * @param map from states to a logit for each expert
 * @param gating which experts are chosen by these, and their weights
 * @param perToken how many a token chooses, no more than there are
 */
public record Router(Linear map, Gating gating, int perToken) {

  /** Takes the gradient of the routes' weights back to the states that were routed. */
  interface RoutesBackward {
    States apply(float[] dWeights, GradientVisitor visitor);
  }

  /** Where tokens go. */
  record Routed(Routes routes, RoutesBackward backward) {}

  /** Routes the tokens whose states these are. */
  Routed forward(States x, Pass pass) {
    Output logits = map.forward(x, pass);
    States given = logits.states();
    Routes routes = Routes.of(x.rows(), perToken);
    pass.overRows(
        x.rows(),
        given.width(),
        (scratch, from, to) -> {
          for (int token = from; token < to; token++) {
            gating.choose(given, token, routes, scratch);
          }
        });
    return new Routed(
        routes,
        (dWeights, visitor) -> {
          States dLogits = pass.zeros(given.rows(), given.width());
          pass.overRows(
              given.rows(),
              given.width(),
              (scratch, from, to) -> {
                for (int token = from; token < to; token++) {
                  gating.backward(given, token, routes, dWeights, dLogits, scratch);
                }
              });
          return logits.backward().apply(dLogits, visitor);
        });
  }
}
