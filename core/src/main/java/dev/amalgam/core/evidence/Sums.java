package dev.amalgam.core.evidence;

import dev.amalgam.core.tensor.Shape;
import dev.amalgam.core.weight.ReadBuffer;
import dev.amalgam.core.weight.Weight;
import dev.amalgam.core.weight.Weights;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.ValueLayout;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * The tables of a statistic: sums over examples as float32, in memory that may be a mapped file,
 * and for each table how much went into it (examples, or tokens).
 */
public final class Sums {

  private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT;

  private final SequencedMap<String, Shape> shapes;
  private final Map<String, MemorySegment> tables = new LinkedHashMap<>();
  private final Map<String, Long> counts = new HashMap<>();

  /**
   * Allocates tables of zeros.
   *
   * @param memory gives zeros
   */
  public Sums(SequencedMap<String, Shape> shapes, SegmentAllocator memory) {
    this.shapes = new LinkedHashMap<>(shapes);
    shapes.forEach(
        (name, shape) -> {
          tables.put(name, memory.allocate(Float.BYTES * shape.elements(), Float.BYTES));
          counts.put(name, 0L);
        });
  }

  /** Returns the tables' names and shapes. */
  public SequencedMap<String, Shape> shapes() {
    return shapes;
  }

  /**
   * Adds {@code values[at .. at + count)} to consecutive entries of a table. Calls for different
   * entries may come from several threads at once.
   */
  public void add(String table, long from, float[] values, int at, int count) {
    MemorySegment into = tables.get(table);
    long offset = Float.BYTES * from;
    for (int i = 0; i < count; i++, offset += Float.BYTES) {
      into.set(FLOAT, offset, into.get(FLOAT, offset) + values[at + i]);
    }
  }

  /** Says that so much more went into a table. */
  public synchronized void count(String table, long more) {
    counts.merge(table, more, Long::sum);
  }

  /** Returns how much went into a table. */
  public synchronized long counted(String table) {
    return counts.get(table);
  }

  /**
   * Reads consecutive entries of a table, divided by its count; zeros where nothing went into it.
   */
  public void mean(String table, long from, int count, float[] target, int at) {
    MemorySegment.copy(tables.get(table), FLOAT, Float.BYTES * from, target, at, count);
    long counted = counted(table);
    for (int i = at; i < at + count; i++) {
      target[i] = counted == 0 ? 0 : (float) ((double) target[i] / counted);
    }
  }

  /**
   * Returns the tables as weights, each divided by its count; zeros where nothing went into it.
   *
   * @param name what messages call them
   */
  public Weights means(String name) {
    return new Weights() {
      @Override
      public String name() {
        return name;
      }

      @Override
      public Collection<String> names() {
        return shapes.keySet();
      }

      @Override
      public Optional<Weight> find(String table) {
        return Optional.ofNullable(shapes.get(table)).map(shape -> new Mean(table, shape));
      }
    };
  }

  private final class Mean implements Weight {
    private final String table;
    private final Shape shape;

    Mean(String table, Shape shape) {
      this.table = table;
      this.shape = shape;
    }

    @Override
    public String name() {
      return table;
    }

    @Override
    public Shape shape() {
      return shape;
    }

    @Override
    public void read(long from, int count, float[] target, int at, ReadBuffer buffer) {
      mean(table, from, count, target, at);
    }
  }
}
