package dev.amalgam.job.report;

import static dev.amalgam.core.AmalgamException.quote;

import dev.amalgam.core.kernel.Kernels;
import dev.amalgam.core.name.Buffers;
import dev.amalgam.core.name.NameMatch;
import dev.amalgam.core.run.DeltaProducts;
import dev.amalgam.core.run.ProgressListener;
import dev.amalgam.core.tensor.Checkpoint;
import dev.amalgam.core.tensor.TensorInfo;
import dev.amalgam.io.checkpoint.StoredCheckpoint;
import dev.amalgam.io.model.ModelPath;
import dev.amalgam.io.model.TiedTensors;
import dev.amalgam.job.api.ModelComparison;
import dev.amalgam.job.api.ReportException;
import dev.amalgam.job.api.TaskResults;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** A base and models of its architecture, open to be compared. */
public final class ComparedModels implements AutoCloseable {

  private final Deque<StoredCheckpoint> open = new ArrayDeque<>();
  private final List<Checkpoint> named;

  private ComparedModels(Path base, List<Path> models) {
    try {
      List<TiedTensors.Model> all = new ArrayList<>();
      all.add(model(base, Optional.empty()));
      for (Path model : models) {
        all.add(model(model, Optional.of(all.getFirst().checkpoint())));
      }
      this.named = TiedTensors.named(all, false);
      for (int m = 0; m < models.size(); m++) {
        check(base, models.get(m), named.get(m + 1));
      }
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  /**
   * Opens models.
   *
   * @throws dev.amalgam.core.AmalgamException if one is missing or malformed, or its layers are not
   *     those of the base
   */
  public static ComparedModels open(Path base, List<Path> models) {
    return new ComparedModels(base, models);
  }

  private TiedTensors.Model model(Path path, Optional<Checkpoint> template) {
    ModelPath location = ModelPath.of(path);
    StoredCheckpoint stored = location.open();
    open.push(stored);
    return new TiedTensors.Model(
        template.map(names -> NameMatch.in(names, stored)).orElse(stored), location.findConfig());
  }

  /** Checks that layers are of the same tensors; embeddings and heads may differ. */
  private void check(Path basePath, Path path, Checkpoint model) {
    Checkpoint base = named.getFirst();
    Set<String> stacks = new HashSet<>();
    boolean shares = false;
    for (TensorInfo tensor : base.tensors()) {
      Optional<TensorInfo> own = model.find(tensor.name());
      shares |= own.isPresent() && own.get().shape().equals(tensor.shape());
      if (isOfLayer(tensor)) {
        stacks.add(stack(tensor.name()));
        if (own.isEmpty()) {
          throw different(path, basePath, tensor, "which only the base has");
        }
        if (!own.get().shape().equals(tensor.shape())) {
          String shapes =
              "of shape %s, in the base %s".formatted(own.get().shape(), tensor.shape());
          throw different(path, basePath, tensor, shapes);
        }
      }
    }
    for (TensorInfo tensor : model.tensors()) {
      if (isOfLayer(tensor)
          && stacks.contains(stack(tensor.name()))
          && base.find(tensor.name()).isEmpty()) {
        throw different(path, basePath, tensor, "which the base lacks");
      }
    }
    if (!shares) {
      throw new ReportException(
          "%s has no tensor of the base %s; compare models that were made of one base"
              .formatted(quote(path.toString()), quote(basePath.toString())));
    }
  }

  private static boolean isOfLayer(TensorInfo tensor) {
    return Place.of(tensor.name()).isInLayer() && !Buffers.isBuffer(tensor);
  }

  /** Returns a name up to the number of the layer. */
  private static String stack(String name) {
    return name.split("\\.\\d+(\\.|$)", 2)[0];
  }

  private static ReportException different(
      Path model, Path base, TensorInfo tensor, String difference) {
    return new ReportException(
        "%s is of another architecture than the base %s: its layers differ in %s, %s; compare models that were made of one base"
            .formatted(
                quote(model.toString()), quote(base.toString()), quote(tensor.name()), difference));
  }

  /**
   * Multiplies the deltas of all models.
   *
   * @param threads the number of worker threads, at least 1; the result does not depend on it
   */
  public DeltaProducts products(int threads, ProgressListener progress) {
    return DeltaProducts.of(
        named.getFirst(), named.subList(1, named.size()), threads, Kernels.warmingUp(), progress);
  }

  /**
   * Compares models and experts by layer.
   *
   * @param models what the first of the models are called
   * @param experts what the others are called
   * @param tasks how well they do, if it is known
   */
  public ModelComparison comparison(
      List<String> models,
      List<String> experts,
      Optional<TaskResults> tasks,
      int threads,
      ProgressListener progress) {
    DeltaProducts products = products(threads, progress);
    List<String> labels = Stream.concat(models.stream(), experts.stream()).toList();
    DeltaGeometry geometry = DeltaGeometry.of(labels, products);
    List<ModelComparison.Layer> layers = new ArrayList<>();
    geometry
        .byLayer()
        .forEach((place, gram) -> layers.add(layer(place.column(), gram, models.size())));
    return new ModelComparison(
        models,
        experts,
        layers,
        layer("all", geometry.total(), models.size()),
        products.left(),
        tasks);
  }

  private static ModelComparison.Layer layer(String name, DeltaGeometry.Gram gram, int models) {
    int all = gram.products().length;
    double[] norms = new double[all];
    double[][] cosines = new double[all][all];
    double[][] shares = new double[models][all - models];
    for (int i = 0; i < all; i++) {
      norms[i] = gram.norm(i);
      for (int j = 0; j < all; j++) {
        cosines[i][j] = gram.cosine(i, j);
        if (i < models && j >= models) {
          shares[i][j - models] = gram.share(i, j);
        }
      }
    }
    return new ModelComparison.Layer(name, norms, cosines, shares);
  }

  @Override
  public void close() {
    open.forEach(StoredCheckpoint::close);
  }
}
