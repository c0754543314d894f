package dev.amalgam.core.weight;

import static dev.amalgam.core.AmalgamException.quote;

import dev.amalgam.core.tensor.CheckpointException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * An expert and the base that it was fine-tuned from. Tensors that the base lacks, such as task
 * heads, belong to the expert alone and have no delta.
 *
 * @param base the weights before
 * @param expert the weights after
 */
public record FineTuned(Weights base, Weights expert) {

  /**
   * Returns the delta of a tensor; nothing if the base or the expert lacks it.
   *
   * @throws CheckpointException if its shapes differ
   */
  public Optional<Weight> delta(String tensor) {
    return both(tensor).map(pair -> new DeltaWeight(pair.base(), pair.expert()));
  }

  /**
   * Returns the expert's weights with a share of each delta: the base's for 0, the expert's for 1.
   * Tensors that the base lacks are the expert's.
   *
   * @throws CheckpointException when a tensor is found whose shapes differ
   */
  public Weights at(float fraction) {
    return new Weights() {
      // Whoever changes weights asks again for each change.
      private final Map<List<String>, Boolean> same = new ConcurrentHashMap<>();

      @Override
      public String name() {
        return fraction == 0 ? base.name() : expert.name();
      }

      @Override
      public Collection<String> names() {
        return expert.names();
      }

      @Override
      public Optional<Weight> find(String tensor) {
        return both(tensor).map(pair -> blend(pair, fraction)).or(() -> expert.find(tensor));
      }

      // One answer for all fractions: tensors that are one in the expert alone move apart.
      @Override
      public boolean holdsSame(String one, String other) {
        return same.computeIfAbsent(List.of(one, other), _ -> areSame(one, other));
      }
    };
  }

  private boolean areSame(String one, String other) {
    boolean inBase = both(one).isPresent() && both(other).isPresent();
    return expert.holdsSame(one, other) && (!inBase || base.holdsSame(one, other));
  }

  private static Weight blend(Pair pair, float fraction) {
    if (fraction == 0) {
      return pair.base();
    }
    return fraction == 1 ? pair.expert() : new BlendedWeight(pair.base(), pair.expert(), fraction);
  }

  /**
   * A tensor before and after.
   *
   * @param base before
   * @param expert after
   */
  public record Pair(Weight base, Weight expert) {}

  /**
   * Returns a tensor before and after; nothing if the base or the expert lacks it.
   *
   * @throws CheckpointException if its shapes differ
   */
  public Optional<Pair> both(String tensor) {
    Optional<Weight> before = base.find(tensor);
    Optional<Weight> after = expert.find(tensor);
    if (before.isEmpty() || after.isEmpty()) {
      return Optional.empty();
    }
    Pair pair = new Pair(before.get(), after.get());
    if (!pair.base().shape().equals(pair.expert().shape())) {
      throw new CheckpointException(
          "%s: tensor %s has shape %s, but %s in %s; an expert and its base have tensors of one shape"
              .formatted(
                  quote(expert.name()),
                  quote(tensor),
                  pair.expert().shape(),
                  pair.base().shape(),
                  quote(base.name())));
    }
    return Optional.of(pair);
  }
}
