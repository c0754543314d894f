package dev.amalgam.job.stage;

import dev.amalgam.core.plan.MergePlan;
import dev.amalgam.core.plan.TensorPlan;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedSet;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Which tensors of stages are made before, and dropped after, each tensor of the last merge. A
 * tensor is made once, when it is first wanted, and kept until nothing wants it any more: in memory
 * if it is small and one tensor is all that wants it, else in a file.
 */
public final class StageSchedule {

  private static final long MOST_IN_MEMORY = 64 << 20;

  private final Map<String, List<StageTensor>> before = new HashMap<>();
  private final Map<String, List<StageTensor>> after = new HashMap<>();
  private final Set<StageTensor> inMemory = new HashSet<>();
  private final List<String> order;

  /**
   * Works the schedule out.
   *
   * @param order the names of the plan's tensors in the order in which they are merged
   * @param wholeFirst whether everything is made before the first of them
   */
  public StageSchedule(MergePlan plan, List<String> order, boolean wholeFirst) {
    this.order = List.copyOf(order);
    Map<String, TensorPlan> tensors = new HashMap<>();
    plan.tensors().forEach(tensor -> tensors.put(tensor.output().name(), tensor));
    Map<StageTensor, String> first = new LinkedHashMap<>();
    Map<StageTensor, String> last = new HashMap<>();
    for (String output : order) {
      SequencedSet<StageTensor> wanted = new LinkedHashSet<>();
      tensors
          .get(output)
          .sources()
          .forEach(
              source -> StageResult.addMaking(source.checkpoint(), source.tensor().name(), wanted));
      wanted.forEach(tensor -> last.put(tensor, output));
      wanted.forEach(tensor -> first.putIfAbsent(tensor, wholeFirst ? order.getFirst() : output));
    }
    first.forEach(
        (tensor, output) -> {
          boolean brief = !wholeFirst && output.equals(last.get(tensor));
          if (brief && tensor.tensor().bytes() <= MOST_IN_MEMORY) {
            inMemory.add(tensor);
          }
          before.computeIfAbsent(output, _ -> new ArrayList<>()).add(tensor);
          after.computeIfAbsent(last.get(tensor), _ -> new ArrayList<>()).add(tensor);
        });
  }

  /** Returns what is made before a tensor, in that order. */
  List<StageTensor> before(String output) {
    return before.getOrDefault(output, List.of());
  }

  /** Returns what is dropped after a tensor. */
  List<StageTensor> after(String output) {
    return after.getOrDefault(output, List.of());
  }

  /** Returns the stages that have tensors made. */
  Set<StageResult> stages() {
    return before.values().stream()
        .flatMap(List::stream)
        .map(StageTensor::stage)
        .collect(Collectors.toSet());
  }

  /** Returns the bytes of all tensors that are made. */
  public long bytes() {
    return before.values().stream()
        .flatMap(List::stream)
        .mapToLong(tensor -> tensor.tensor().bytes())
        .sum();
  }

  /** Returns whether a tensor is in memory while it is there, and not in a file. */
  boolean isInMemory(StageTensor tensor) {
    return inMemory.contains(tensor);
  }

  /** Returns the most memory that tensors take at once. */
  public long memoryBytes() {
    return mostBytes(inMemory::contains);
  }

  /** Returns the most bytes that files of tensors take at once. */
  public long fileBytes() {
    return mostBytes(tensor -> !inMemory.contains(tensor));
  }

  private long mostBytes(Predicate<StageTensor> counted) {
    long bytes = 0;
    long most = 0;
    for (String output : order) {
      bytes += bytes(before(output), counted);
      most = Math.max(most, bytes);
      bytes -= bytes(after(output), counted);
    }
    return most;
  }

  private static long bytes(List<StageTensor> tensors, Predicate<StageTensor> counted) {
    return tensors.stream().filter(counted).mapToLong(tensor -> tensor.tensor().bytes()).sum();
  }
}
