package dev.amalgam.io.recipe;

import static dev.amalgam.core.AmalgamException.quote;

import dev.amalgam.core.recipe.ModelEntry;
import dev.amalgam.core.recipe.Slice;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads the slices of a recipe. */
final class SliceReader {

  // Far beyond any model, and far from overflow.
  private static final int MOST_LAYERS = 1_000_000_000;

  static final List<String> KEYS = List.of("sources", "base_model", "parameters");
  static final List<String> SOURCE_KEYS = List.of("model", "layer_range", "parameters");

  private SliceReader() {}

  /**
   * Returns the slices of a recipe.
   *
   * @param base the recipe's base
   */
  static List<Slice> slices(Yaml slices, Optional<String> base) {
    List<Slice> read = new ArrayList<>();
    for (Yaml slice : slices.items("slices")) {
      read.add(slice(slice, base));
    }
    if (read.isEmpty()) {
      throw slices.error("'slices' is empty; list the slices to stack");
    }
    return read;
  }

  private static Slice slice(Yaml slice, Optional<String> base) {
    Yaml residualWeight = slice.keys("a slice").get("residual_weight");
    if (residualWeight != null) {
      throw residualWeight.error(
          "key 'residual_weight' is one that mergekit reads and does nothing with; remove it");
    }
    Map<String, Yaml> keys = slice.entries("a slice", KEYS);
    Optional.ofNullable(keys.get("base_model")).ifPresent(own -> checkBase(own, base));
    Yaml list = RecipeReader.required(slice, "a slice", keys, "sources");
    List<Slice.Source> sources = new ArrayList<>();
    for (Yaml item : list.items("sources")) {
      Slice.Source source = source(item);
      if (!sources.isEmpty() && source.layers() != sources.getFirst().layers()) {
        throw item.error(
            "layer_range [%d, %d] has %d layers, but that of the slice's first source has %d; the sources of a slice have equally many"
                .formatted(
                    source.from(), source.to(), source.layers(), sources.getFirst().layers()));
      }
      sources.add(source);
    }
    if (sources.isEmpty()) {
      throw list.error("'sources' is empty; list the models of the slice");
    }
    return new Slice(
        sources, RecipeReader.parameters("parameters of a slice", keys.get("parameters")));
  }

  private static void checkBase(Yaml own, Optional<String> base) {
    String reference = RecipeReader.modelReference(own);
    if (!base.equals(Optional.of(reference))) {
      throw own.error(
          "base_model of a slice is %s and not that of the recipe (%s), which is the base of all slices; merge these layers in a document of its own ('name: …' with this base_model), and stack its result with merge_method passthrough"
              .formatted(quote(reference), base.map(b -> quote(b)).orElse("none")));
    }
  }

  private static Slice.Source source(Yaml source) {
    Map<String, Yaml> keys = source.entries("a source", SOURCE_KEYS);
    String model =
        RecipeReader.modelReference(RecipeReader.required(source, "a source", keys, "model"));
    Yaml range = RecipeReader.required(source, "a source", keys, "layer_range");
    List<Yaml> ends = range.items("layer_range");
    if (ends.size() != 2) {
      throw range.error(
          "layer_range has "
              + ends.size()
              + " numbers; write the first layer and the one behind the last, as in [0, 8]");
    }
    int from = layer(ends.getFirst());
    int to = layer(ends.getLast());
    if (to <= from) {
      throw range.error(
          "layer_range [%d, %d] has no layers; the second number is that of the layer behind the last, so it is the larger"
              .formatted(from, to));
    }
    return new Slice.Source(
        new ModelEntry(
            model, RecipeReader.parameters("parameters of " + model, keys.get("parameters"))),
        from,
        to);
  }

  private static int layer(Yaml number) {
    return number
        .number()
        .filter(n -> n >= 0 && n <= MOST_LAYERS && n == Math.rint(n))
        .map(Double::intValue)
        .orElseThrow(
            () ->
                number.error(
                    "layer_range holds "
                        + quote(number.text("a layer's number"))
                        + "; layers are counted from 0, in whole numbers"));
  }
}
