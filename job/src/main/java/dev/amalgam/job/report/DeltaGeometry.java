package dev.amalgam.job.report;

import dev.amalgam.core.run.DeltaProducts;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Norms, angles and shares of the deltas of several models of one base, by place in the model.
 *
 * @param labels what the report calls the models
 * @param byPlace products of the deltas, in the order of the model
 */
record DeltaGeometry(List<String> labels, SortedMap<Place, Gram> byPlace) {

  /**
   * Inner products of deltas.
   *
   * @param products by model and model
   */
  record Gram(double[][] products) {

    /** Returns the Euclidean norm of a delta. */
    double norm(int model) {
      return Math.sqrt(products[model][model]);
    }

    /** Returns the cosine of the angle between two deltas; NaN where one of them is zero. */
    double cosine(int one, int other) {
      double norms = norm(one) * norm(other);
      return norms == 0 ? Double.NaN : Math.clamp(products[one][other] / norms, -1, 1);
    }

    /**
     * Returns how much of a delta is in that of another model: ⟨δ, Δ⟩ / ‖Δ‖², the factor of Δ in
     * the projection of δ on it; NaN where Δ is zero.
     */
    double share(int model, int expert) {
      return products[expert][expert] == 0
          ? Double.NaN
          : products[model][expert] / products[expert][expert];
    }
  }

  static DeltaGeometry of(List<String> labels, DeltaProducts products) {
    SortedMap<Place, Gram> byPlace = new TreeMap<>(Place.ORDER);
    for (DeltaProducts.OfTensor tensor : products.tensors()) {
      addTo(byPlace, Place.of(tensor.tensor()), tensor.products());
    }
    return new DeltaGeometry(labels, byPlace);
  }

  private static void addTo(SortedMap<Place, Gram> grams, Place place, double[][] products) {
    Gram sum =
        grams.computeIfAbsent(place, _ -> new Gram(new double[products.length][products.length]));
    DeltaProducts.add(products, sum.products());
  }

  /** Returns the products of whole layers, and of what is in none. */
  SortedMap<Place, Gram> byLayer() {
    SortedMap<Place, Gram> layers = new TreeMap<>(Place.ORDER);
    byPlace.forEach((place, gram) -> addTo(layers, place.whole(), gram.products()));
    return layers;
  }

  /** Returns the products of whole models. */
  Gram total() {
    Gram sum = new Gram(new double[labels.size()][labels.size()]);
    byPlace.values().forEach(gram -> DeltaProducts.add(gram.products(), sum.products()));
    return sum;
  }

  /** Returns by place how much of each of the first models' deltas is in the last model's. */
  List<PlaceCharts.Numbers> sharesInLast() {
    int last = labels.size() - 1;
    List<PlaceCharts.Numbers> shares = new ArrayList<>();
    for (int t = 0; t < last; t++) {
      int expert = t;
      SortedMap<Place, Double> own = new TreeMap<>(Place.ORDER);
      byPlace.forEach((place, gram) -> own.put(place, gram.share(last, expert)));
      shares.add(new PlaceCharts.Numbers(labels.get(t), own));
    }
    return shares;
  }
}
