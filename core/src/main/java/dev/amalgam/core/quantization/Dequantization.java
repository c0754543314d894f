package dev.amalgam.core.quantization;

import dev.amalgam.core.tensor.Checkpoint;
import dev.amalgam.core.tensor.DType;
import java.lang.foreign.MemorySegment;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * The quantized weights of a checkpoint, dequantized while they are read, by any number of threads.
 * Of weights in MXFP4 up to 48 MiB are in memory as they are stored, and for each thread there is
 * about a megabyte.
 */
public final class Dequantization implements AutoCloseable {

  private final Checkpoint stored;
  private final Map<String, QuantizedTensor> byTensor;
  private final Queue<ScaledReader> scaled = new ConcurrentLinkedQueue<>();
  private final MicroscaledReader microscaled = new MicroscaledReader();

  /**
   * Reads nothing yet.
   *
   * @param stored where codes and scales are; closed by whoever opened it
   * @param byTensor the quantized weights, by name
   */
  public Dequantization(Checkpoint stored, Map<String, QuantizedTensor> byTensor) {
    this.stored = stored;
    this.byTensor = Map.copyOf(byTensor);
  }

  /** Returns the names of the quantized weights. */
  public Set<String> tensors() {
    return byTensor.keySet();
  }

  /**
   * Writes elements as float32, little-endian: each the product of its code and its scale, rounded
   * once to float32.
   *
   * @param tensor one of {@link #tensors()}
   * @param from the first element
   * @param into whole elements, as many as are written
   */
  public void read(String tensor, long from, MemorySegment into) {
    long count = into.byteSize() / DType.F32.bytes(1);
    switch (byTensor.get(tensor)) {
      case ScaledTensor quantized -> {
        ScaledReader pooled = scaled.poll();
        ScaledReader reader = pooled == null ? new ScaledReader() : pooled;
        try {
          reader.read(stored, quantized, from, count, into);
        } finally {
          scaled.add(reader);
        }
      }
      case MicroscaledTensor quantized -> microscaled.read(stored, quantized, from, count, into);
    }
  }

  /** Returns about how many bytes this takes at most. */
  public long estimatedMemory(int threads) {
    boolean slabs = byTensor.values().stream().anyMatch(MicroscaledTensor.class::isInstance);
    return threads * ScaledReader.BYTES + (slabs ? SlabCache.BYTES : 0);
  }

  /** Frees what threads work in; nobody may be reading. */
  @Override
  public void close() {
    scaled.forEach(ScaledReader::close);
    scaled.clear();
  }
}
