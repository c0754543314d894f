package dev.amalgam.core.adapter;

import dev.amalgam.core.tensor.DType;
import dev.amalgam.core.weight.StoredWeight;
import java.lang.foreign.MemorySegment;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * The deltas of an adapter, added to weights while these are read, by any number of threads. In
 * memory there are the factors of a few tensors, and a few hundred kilobytes for each thread.
 */
public final class LowRankDeltas implements AutoCloseable {

  private final Map<String, LowRankDelta> byTensor;
  private final FactorCache factors = new FactorCache();
  private final Queue<DeltaAdder> adders = new ConcurrentLinkedQueue<>();

  /**
   * Creates deltas of which none has been read yet.
   *
   * @param byTensor the delta of each tensor that has one, by the tensor's name
   */
  public LowRankDeltas(Map<String, LowRankDelta> byTensor) {
    this.byTensor = Map.copyOf(byTensor);
  }

  /** Returns the names of the tensors that have a delta. */
  public Set<String> tensors() {
    return byTensor.keySet();
  }

  /**
   * Writes elements of {@code weight + scale · B·A} as float32, little-endian. Each element of the
   * product is a sum over the rank in ascending order with fused multiply-add, rounded once by the
   * scale and once by the sum with the weight.
   *
   * @param tensor one of {@link #tensors()}
   * @param weight the tensor without its delta
   * @param from the first element
   * @param into whole elements, as many as are written
   */
  public void read(String tensor, StoredWeight weight, long from, MemorySegment into) {
    DeltaAdder pooled = adders.poll();
    DeltaAdder adder = pooled == null ? new DeltaAdder() : pooled;
    try {
      adder.write(
          weight,
          factors.get(tensor, byTensor.get(tensor), adder.scratch()),
          from,
          into.byteSize() / DType.F32.bytes(1),
          into);
    } finally {
      adders.add(adder);
    }
  }

  /**
   * Returns about how many bytes this takes at most: the factors that are kept, the largest there
   * are, and what threads work in.
   */
  public long estimatedMemory(int threads) {
    return FactorCache.most(byTensor.values()) + threads * DeltaAdder.BYTES;
  }

  /** Frees what threads work in; nobody may be reading. */
  @Override
  public void close() {
    adders.forEach(DeltaAdder::close);
    adders.clear();
  }
}
