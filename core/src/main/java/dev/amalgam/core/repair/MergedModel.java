package dev.amalgam.core.repair;

import dev.amalgam.core.importance.Expert;
import dev.amalgam.core.weight.CombinedWeight;
import dev.amalgam.core.weight.EntryMask;
import dev.amalgam.core.weight.FineTuned;
import dev.amalgam.core.weight.Weight;
import dev.amalgam.core.weight.Weights;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A merged model that is not written: its weights are made of the base, a start and the experts'
 * deltas while they are read, see {@link CombinedWeight}. It changes with its coefficients.
 *
 * @param experts the experts
 * @param start the model that coefficients of zero are
 * @param startFactor by what the start's difference from the base is multiplied
 * @param coefficients of the deltas
 * @param masks which entries of a tensor differ from the base; a tensor without a mask has all
 * @param lambda by what all that is added to the base is multiplied
 */
public record MergedModel(
    List<Expert> experts,
    Weights start,
    float startFactor,
    Coefficients coefficients,
    Map<String, EntryMask> masks,
    float lambda) {

  /** Copies the list and the map. */
  public MergedModel {
    experts = List.copyOf(experts);
    masks = Map.copyOf(masks);
  }

  /** Returns the same with another factor of all that is added to the base. */
  public MergedModel times(float newLambda) {
    return new MergedModel(experts, start, startFactor, coefficients, masks, newLambda);
  }

  /** Returns the same with another factor of the start's difference from the base. */
  public MergedModel startingWith(float factor) {
    return new MergedModel(experts, start, factor, coefficients, masks, lambda);
  }

  /** Returns the same with only some entries that differ from the base. */
  public MergedModel masked(Map<String, EntryMask> newMasks) {
    return new MergedModel(experts, start, startFactor, coefficients, newMasks, lambda);
  }

  /** Returns its weights: those of the base's tensors. */
  public Weights weights() {
    return base().mapped(this::weight);
  }

  private Weights base() {
    return experts.getFirst().weights().base();
  }

  /** Returns the model on an expert's task: with that expert's config and task head. */
  Expert on(Expert expert) {
    return new Expert(new FineTuned(weights(), expert.weights().expert()), expert.config());
  }

  /** Returns a tensor of it. */
  public Weight weight(String tensor, Weight base) {
    Optional<Weight> first = start.find(tensor);
    if (first.isEmpty()) {
      return base;
    }
    List<CombinedWeight.Term> terms = new ArrayList<>();
    for (int e = 0; e < experts.size(); e++) {
      int number = e;
      experts
          .get(e)
          .weights()
          .expert()
          .find(tensor)
          .flatMap(
              expert ->
                  coefficients.of(tensor, number).map(own -> new CombinedWeight.Term(expert, own)))
          .ifPresent(terms::add);
    }
    return new CombinedWeight(
        base, first.get(), startFactor, terms, Optional.ofNullable(masks.get(tensor)), lambda);
  }
}
