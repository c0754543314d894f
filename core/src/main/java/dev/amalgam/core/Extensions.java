package dev.amalgam.core;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedMap;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The things of one kind that users call by a name: what is built in, and what other jars add.
 * These are looked for each time, with the class loader of the calling thread.
 *
 * @param kind what one is called in messages
 * @param builtIn those of Amalgam
 * @param others looks for those of other jars
 * @param names returns the names of one
 * @param <T> the kind
 */
public record Extensions<T>(
    String kind,
    List<T> builtIn,
    Supplier<ServiceLoader<T>> others,
    Function<T, Set<String>> names) {

  /** Copies the list. */
  public Extensions {
    builtIn = List.copyOf(builtIn);
  }

  /**
   * Returns those that are built in, then those of other jars in the order of their names.
   *
   * @throws ExtensionException if one of another jar cannot be made, or two have the same name
   */
  public List<T> all() {
    return List.copyOf(new LinkedHashSet<>(byName().values()));
  }

  /**
   * Returns the same by their names, those that are built in first.
   *
   * @throws ExtensionException as {@link #all}
   */
  public SequencedMap<String, T> byName() {
    SequencedMap<String, T> byName = new LinkedHashMap<>();
    for (T one : found()) {
      for (String name : names.apply(one).stream().sorted(CodePointOrder.INSTANCE).toList()) {
        T other = byName.putIfAbsent(name, one);
        if (other != null) {
          throw new ExtensionException(
              "there are two of the %s %s, %s and %s; remove the jar of one"
                  .formatted(
                      kind,
                      AmalgamException.quote(name),
                      other.getClass().getName(),
                      one.getClass().getName()),
              null);
        }
      }
    }
    return byName;
  }

  private List<T> found() {
    List<T> found = new ArrayList<>(builtIn);
    try {
      others.get().stream()
          .map(ServiceLoader.Provider::get)
          .sorted(
              Comparator.comparing(
                  one -> String.join(" ", new TreeSet<>(names.apply(one))),
                  CodePointOrder.INSTANCE))
          .forEach(found::add);
    } catch (ServiceConfigurationError | LinkageError e) {
      throw new ExtensionException(
          "a %s of another jar cannot be used: %s; remove the jar, or ask its author for one that fits this version of Amalgam"
              .formatted(kind, AmalgamException.quote(String.valueOf(e.getMessage()))),
          e);
    }
    return found;
  }

  /**
   * Returns that of a name.
   *
   * @param unknown makes the exception where there is none, of the advice what may have been meant
   * @throws ExtensionException as {@link #all}
   */
  public T named(String wanted, Function<String, AmalgamException> unknown) {
    SequencedMap<String, T> known = byName();
    T found = known.get(wanted);
    if (found == null) {
      throw unknown.apply(NearestWord.advice(wanted, List.copyOf(known.keySet())));
    }
    return found;
  }
}
