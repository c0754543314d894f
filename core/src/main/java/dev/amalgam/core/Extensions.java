package dev.amalgam.core;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The things of one kind that users call by a name: what is built in, and what other jars add,
 * looked up once, when first asked for.
 *
 * @param <T> the kind
 */
public final class Extensions<T> {

  private final String kind;
  private final List<T> builtIn;
  private final Supplier<ServiceLoader<T>> others;
  private final Function<T, String> name;
  private volatile List<T> all;

  /**
   * Creates the list; nothing is looked up yet.
   *
   * @param kind what one is called in messages
   * @param builtIn those of Amalgam
   * @param others looks for those of other jars
   * @param name returns the name of one
   */
  public Extensions(
      String kind, List<T> builtIn, Supplier<ServiceLoader<T>> others, Function<T, String> name) {
    this.kind = kind;
    this.builtIn = List.copyOf(builtIn);
    this.others = others;
    this.name = name;
  }

  /**
   * Returns those that are built in, then those of other jars in the order of their names.
   *
   * @throws ExtensionException if one of another jar cannot be made, or two have the same name
   */
  public List<T> all() {
    // Threads that are the first together find the same.
    if (all == null) {
      all = lookUp();
    }
    return all;
  }

  private List<T> lookUp() {
    List<T> found = new ArrayList<>(builtIn);
    try {
      others.get().stream()
          .map(ServiceLoader.Provider::get)
          .sorted(Comparator.comparing(name, CodePointOrder.INSTANCE))
          .forEach(found::add);
    } catch (ServiceConfigurationError e) {
      throw new ExtensionException(
          "a %s of another jar cannot be used: %s; remove the jar, or ask its author for one that fits this version of Amalgam"
              .formatted(kind, AmalgamException.quote(String.valueOf(e.getMessage()))),
          e);
    }
    Set<String> names = new HashSet<>();
    for (T one : found) {
      if (!names.add(name.apply(one))) {
        throw new ExtensionException(
            "there are two of the %s %s: that of %s, and another%s; remove its jar"
                .formatted(
                    kind,
                    AmalgamException.quote(name.apply(one)),
                    one.getClass().getName(),
                    isBuiltIn(name.apply(one)) ? ", which is Amalgam's own" : ""),
            null);
      }
    }
    return List.copyOf(found);
  }

  private boolean isBuiltIn(String wanted) {
    return builtIn.stream().anyMatch(one -> name.apply(one).equals(wanted));
  }

  /**
   * Returns that of a name.
   *
   * @param unknown makes the exception where there is none, of the advice what may have been meant
   * @throws ExtensionException as {@link #all}
   */
  public T named(String wanted, Function<String, AmalgamException> unknown) {
    List<T> known = all();
    return known.stream()
        .filter(one -> name.apply(one).equals(wanted))
        .findFirst()
        .orElseThrow(
            () -> unknown.apply(NearestWord.advice(wanted, known.stream().map(name).toList())));
  }
}
