package dev.amalgam.core.vocabulary;

import static dev.amalgam.core.AmalgamException.quote;

import dev.amalgam.core.kernel.Kernels;
import dev.amalgam.core.model.TokenTensors;
import dev.amalgam.core.tensor.Checkpoint;
import dev.amalgam.core.tensor.CheckpointException;
import dev.amalgam.core.tensor.DType;
import dev.amalgam.core.tensor.Shape;
import dev.amalgam.core.tensor.TensorInfo;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * A model with its tokens numbered anew, row by row while it is read. Rows of tokens that it lacks
 * are other models'. Where all rows have the model's own element type, they are copied byte for
 * byte; else the tensor is declared F32, so that whoever reads it rounds it once. Closing it closes
 * no model.
 */
public final class RearrangedCheckpoint implements Checkpoint {

  /**
   * A model that rows come from.
   *
   * @param checkpoint its tensors
   * @param tables those that have a row for each token
   */
  public record Model(Checkpoint checkpoint, TokenTensors tables) {}

  /**
   * A tensor of a checkpoint.
   *
   * @param checkpoint the checkpoint
   * @param tensor the tensor's name
   */
  public record Stored(Checkpoint checkpoint, String tensor) {}

  private final Model own;
  private final TokenRows rows;
  private final Map<String, TensorInfo> tensors = new LinkedHashMap<>();
  private final Map<String, RowTable> tables = new LinkedHashMap<>();
  private final Queue<RowReader> readers = new ConcurrentLinkedQueue<>();

  /**
   * Creates the view of a model.
   *
   * @param models the models that rows may come from
   * @param own the number of the model among them
   * @param rows where each row comes from
   * @throws CheckpointException if rows of two models that are needed have different lengths
   */
  public RearrangedCheckpoint(List<Model> models, int own, TokenRows rows) {
    this.own = models.get(own);
    this.rows = rows;
    BitSet used = rows.used();
    this.own.checkpoint().tensors().forEach(tensor -> tensors.put(tensor.name(), tensor));
    for (TensorInfo table : this.own.tables().all()) {
      RowTable made = table(table, models, used);
      tables.put(table.name(), made);
      tensors.put(table.name(), made.tensor());
    }
  }

  private RowTable table(TensorInfo table, List<Model> models, BitSet used) {
    int width = Math.toIntExact(table.shape().elements() / table.shape().dimension(0));
    List<Optional<RowTable.Source>> sources = new ArrayList<>();
    boolean exact = !rows.hasMeans();
    for (int i = 0; i < models.size(); i++) {
      Optional<RowTable.Source> source =
          used.get(i) ? source(table, models.get(i)) : Optional.empty();
      if (source.isPresent()) {
        TensorInfo stored = source.get().tensor();
        if (stored.shape().elements() != (long) width * stored.shape().dimension(0)) {
          throw new CheckpointException(
              "%s: tensor %s has shape %s, but %s in %s; only rows of one length can be merged"
                  .formatted(
                      quote(models.get(i).checkpoint().name()),
                      quote(stored.name()),
                      stored.shape(),
                      table.shape(),
                      quote(own.checkpoint().name())));
        }
        exact &= stored.dtype() == table.dtype();
      }
      sources.add(source);
    }
    Shape shape = table.shape().rank() == 1 ? Shape.of(rows.size()) : Shape.of(rows.size(), width);
    DType dtype = exact ? table.dtype() : DType.F32;
    return new RowTable(
        new TensorInfo(table.name(), dtype, shape), exact, width, table, rows, sources);
  }

  /**
   * Returns the tensor of a model that gives rows to one of this model's. Where it has none of that
   * name, its head is its input embedding, as it is in models with tied embeddings; a bias that it
   * lacks is zero.
   */
  private static Optional<RowTable.Source> source(TensorInfo table, Model model) {
    return model.tables().all().stream()
        .filter(tensor -> tensor.name().equals(table.name()))
        .findFirst()
        .or(
            () ->
                table.shape().rank() == 2
                    ? Optional.of(model.tables().embedding())
                    : Optional.empty())
        .map(tensor -> new RowTable.Source(model.checkpoint(), tensor));
  }

  /** Returns every stored tensor that is read for one of this model. */
  public List<Stored> stored(String tensor) {
    RowTable table = tables.get(tensor);
    return table == null
        ? List.of(new Stored(own.checkpoint(), tensor))
        : table.sources().stream()
            .flatMap(Optional::stream)
            .map(source -> new Stored(source.checkpoint(), source.tensor().name()))
            .toList();
  }

  @Override
  public String name() {
    return own.checkpoint().name();
  }

  @Override
  public List<TensorInfo> tensors() {
    return List.copyOf(tensors.values());
  }

  @Override
  public Optional<TensorInfo> find(String tensor) {
    return Optional.ofNullable(tensors.get(tensor));
  }

  @Override
  public DType usualType(TensorInfo tensor) {
    RowTable table = tables.get(tensor.name());
    return own.checkpoint().usualType(table == null ? tensor : table.own());
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalArgumentException if part of an element of a rearranged tensor is asked for
   */
  @Override
  public void read(String tensor, long offset, MemorySegment into) {
    RowTable table = tables.get(tensor);
    if (table == null) {
      own.checkpoint().read(tensor, offset, into);
      return;
    }
    Objects.checkFromIndexSize(offset, into.byteSize(), table.tensor().bytes());
    long size = table.tensor().dtype().bytes(1);
    if (offset % size != 0 || into.byteSize() % size != 0) {
      throw new IllegalArgumentException(
          "%d bytes from byte %d on are not whole elements of %s"
              .formatted(into.byteSize(), offset, table.tensor().dtype()));
    }
    if (table.exact()) {
      table.copy(offset / size, into.byteSize() / size, into);
      return;
    }
    RowReader pooled = readers.poll();
    RowReader reader = pooled == null ? new RowReader(Kernels.warmingUp()) : pooled;
    try {
      reader.read(table, offset / size, into.byteSize() / size, into);
    } finally {
      readers.add(reader);
    }
  }

  @Override
  public void close() {
    readers.forEach(RowReader::close);
    readers.clear();
  }
}
