package dev.amalgam.core.run;

import dev.amalgam.core.block.Block;
import dev.amalgam.core.kernel.Elementwise;
import dev.amalgam.core.plan.TensorPlan;
import dev.amalgam.core.plan.TensorSource;
import dev.amalgam.core.tensor.DType;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The inputs of one tensor, loaded block by block. Where the stored bytes of all of them fit the
 * memory given, they are read in the first pass over the tensor and kept for the later ones.
 */
final class TensorInputs {

  private static final int ALIGNMENT = 64;

  private final Optional<TensorSource> base;
  private final List<TensorSource> experts;
  private final List<MemorySegment> kept = new ArrayList<>();
  private boolean filled;

  /**
   * Creates the inputs of a tensor.
   *
   * @param memory where stored bytes may be kept; of any size, none included
   */
  TensorInputs(TensorPlan.Merged merged, MemorySegment memory) {
    this.base = merged.base();
    this.experts = merged.experts();
    if (bytes(merged) <= memory.byteSize()) {
      long offset = 0;
      for (TensorSource source : sources(merged)) {
        kept.add(memory.asSlice(offset, source.tensor().bytes()));
        offset += aligned(source.tensor().bytes());
      }
    }
  }

  /** Returns the memory that keeping the inputs of a tensor takes. */
  static long bytes(TensorPlan.Merged merged) {
    return sources(merged).stream().mapToLong(s -> aligned(s.tensor().bytes())).sum();
  }

  private static List<TensorSource> sources(TensorPlan.Merged merged) {
    List<TensorSource> sources = new ArrayList<>(merged.experts());
    merged.base().ifPresent(sources::add);
    return sources;
  }

  private static long aligned(long bytes) {
    return Math.ceilDiv(bytes, ALIGNMENT) * ALIGNMENT;
  }

  /** Tells that every block has been loaded once. */
  void passFinished() {
    filled = !kept.isEmpty();
  }

  /** Returns the workspace's block with the elements of block {@code index}. */
  Block load(Workspace workspace, Blocks blocks, int index) {
    Block block = workspace.block();
    block.moveTo(index, blocks.start(index), blocks.length(index));
    for (int i = 0; i < experts.size(); i++) {
      load(workspace, i, experts.get(i), block.expert(i));
    }
    base.ifPresent(source -> load(workspace, experts.size(), source, block.base()));
    return block;
  }

  /** Shows a block that was just loaded to a check. */
  void check(Block block, FiniteCheck check) {
    for (int i = 0; i < experts.size(); i++) {
      check.input(base.isPresent() ? i + 1 : i, block.expert(i), block.start(), block.length());
    }
    if (base.isPresent()) {
      check.input(0, block.base(), block.start(), block.length());
    }
  }

  /** Multiplies a block that was just loaded. */
  void scale(Block block, float factor) {
    for (int i = 0; i < experts.size(); i++) {
      Elementwise.scale(block.expert(i), factor, block.length());
    }
    if (base.isPresent()) {
      Elementwise.scale(block.base(), factor, block.length());
    }
  }

  private void load(Workspace workspace, int input, TensorSource source, float[] into) {
    Block block = workspace.block();
    if (kept.isEmpty()) {
      workspace.read(source, block.start(), into, block.length());
      return;
    }
    DType dtype = source.tensor().dtype();
    MemorySegment bytes =
        kept.get(input).asSlice(dtype.bytes(block.start()), dtype.bytes(block.length()));
    if (!filled) {
      source.checkpoint().read(source.tensor().name(), dtype.bytes(block.start()), bytes);
    }
    workspace.decode(dtype, bytes, into, block.length());
  }
}
