package dev.amalgam.core.model;

import dev.amalgam.core.name.Spelling;
import dev.amalgam.core.weight.Weight;
import dev.amalgam.core.weight.Weights;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The weights of a model by the names that families know, however tools spell them. */
final class PlainNames implements Weights {

  private final Weights weights;
  private final Map<String, String> stored;
  private final List<String> names;

  private PlainNames(Weights weights, Map<String, String> stored, List<String> names) {
    this.weights = weights;
    this.stored = stored;
    this.names = names;
  }

  /** Returns weights by {@linkplain Spelling plain} names; as they are where two would be one. */
  static Weights of(Weights weights) {
    Map<String, String> stored = new HashMap<>();
    List<String> names = new ArrayList<>();
    boolean changed = false;
    for (String name : weights.names()) {
      String plain = Spelling.allPlain(name);
      if (stored.put(plain, name) != null) {
        return weights;
      }
      names.add(plain);
      changed |= !plain.equals(name);
    }
    return changed ? new PlainNames(weights, stored, List.copyOf(names)) : weights;
  }

  @Override
  public String name() {
    return weights.name();
  }

  @Override
  public Collection<String> names() {
    return names;
  }

  /** Returns the weight of a plain name, which itself has the name that is stored. */
  @Override
  public Optional<Weight> find(String tensor) {
    return Optional.ofNullable(stored.get(tensor)).flatMap(weights::find);
  }

  @Override
  public boolean holdsSame(String one, String other) {
    return stored.containsKey(one)
        && stored.containsKey(other)
        && weights.holdsSame(stored.get(one), stored.get(other));
  }
}
