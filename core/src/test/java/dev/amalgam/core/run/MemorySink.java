package dev.amalgam.core.run;

import dev.amalgam.core.plan.MergePlan;
import dev.amalgam.core.tensor.CheckpointSink;
import dev.amalgam.core.tensor.TensorInfo;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Collects tensors in memory, and insists that every byte is written once and in time. */
final class MemorySink implements CheckpointSink {

  private final Map<String, byte[]> data = new HashMap<>();
  private final Map<String, BitSet> written = new HashMap<>();
  private final List<String> completed = new ArrayList<>();

  MemorySink(MergePlan plan) {
    for (TensorInfo tensor : plan.outputs()) {
      data.put(tensor.name(), new byte[Math.toIntExact(tensor.bytes())]);
      written.put(tensor.name(), new BitSet());
    }
  }

  @Override
  public synchronized void write(String tensor, long offset, MemorySegment bytes) {
    byte[] part = bytes.toArray(ValueLayout.JAVA_BYTE);
    int start = Math.toIntExact(offset);
    int next = written.get(tensor).nextSetBit(start);
    if (completed.contains(tensor) || (next >= 0 && next < start + part.length)) {
      throw new AssertionError(tensor + ": written twice at " + offset);
    }
    written.get(tensor).set(start, start + part.length);
    System.arraycopy(part, 0, data.get(tensor), start, part.length);
  }

  @Override
  public synchronized void completed(String tensor) {
    if (written.get(tensor).cardinality() != data.get(tensor).length) {
      throw new AssertionError(tensor + ": completed too early");
    }
    completed.add(tensor);
  }

  List<String> completed() {
    return completed;
  }

  byte[] bytes(String tensor) {
    return data.get(tensor);
  }
}
