package dev.amalgam.core.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.amalgam.core.InterruptedJobException;
import dev.amalgam.core.kernel.Kernels;
import dev.amalgam.core.plan.MergePlan;
import dev.amalgam.core.recipe.RecipeBuilder;
import dev.amalgam.core.tensor.Checkpoint;
import dev.amalgam.core.tensor.CheckpointException;
import dev.amalgam.core.tensor.CheckpointSink;
import dev.amalgam.core.tensor.DType;
import dev.amalgam.core.tensor.MemoryCheckpoint;
import dev.amalgam.core.tensor.Shape;
import dev.amalgam.core.tensor.TensorInfo;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FailingRunTest {

  private static final int FAILING = 5;
  private static final int BLOCKS = 40;
  private static final int ELEMENTS = BLOCKS * Blocks.LENGTH;

  private final Throwable failure = new CheckpointException("the disk is on fire");
  private final AtomicInteger calls = new AtomicInteger();
  private final List<String> completed = new ArrayList<>();

  @AfterEach
  void noWorkerIsLeftBehind() {
    assertTrue(
        Thread.getAllStackTraces().keySet().stream()
            .noneMatch(thread -> thread.getName().startsWith("amalgam-worker")));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7})
  void aFailingReadSurfacesAndTheRestIsLeftUndone(int threads) {
    MergePlan plan = plan("ties", failingReads(model(), failure));
    assertSame(failure, assertThrows(Throwable.class, () -> run(plan, threads, sink())));
    assertStopped();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7})
  void aFailingSinkSurfacesAndTheRestIsLeftUndone(int threads) {
    MergePlan plan = plan("linear", model());
    assertSame(failure, assertThrows(Throwable.class, () -> run(plan, threads, failingSink())));
    assertStopped();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void aCopyFailsLikeAMerge(int threads) {
    MergePlan plan = plan("passthrough", failingReads(model(), failure));
    assertSame(failure, assertThrows(Throwable.class, () -> run(plan, threads, sink())));
    assertEquals(List.of(), completed);
  }

  @Test
  void errorsOfTheMachineSurfaceAsTheyAre() {
    Error error = new OutOfMemoryError("no heap");
    MergePlan plan = plan("linear", failingReads(model(), error));
    assertSame(error, assertThrows(Throwable.class, () -> run(plan, 3, sink())));
  }

  @Test
  void aTensorOfOneBlockFailsLikeOthers() {
    var small = new MemoryCheckpoint("small").with("x", DType.F32, Shape.of(3), 1, 2, 3);
    calls.set(FAILING - 1);
    MergePlan plan = plan("linear", failingReads(small, failure));
    assertSame(failure, assertThrows(Throwable.class, () -> run(plan, 3, sink())));
    assertEquals(List.of(), completed);
  }

  @Test
  void anInterruptedRunStops() {
    MergePlan plan = plan("linear", model());
    CheckpointSink stuck = recordingSink(() -> pause(Long.MAX_VALUE));
    Thread.currentThread().interrupt();
    assertThrows(InterruptedJobException.class, () -> run(plan, 2, stuck));
    assertTrue(Thread.interrupted(), "the interrupt is not swallowed");
    assertEquals(List.of(), completed);
  }

  private void assertStopped() {
    assertTrue(calls.get() < BLOCKS, "the others went on to the end");
    assertEquals(List.of(), completed);
  }

  private void callAndPerhapsFail(Throwable thrown) {
    int call = calls.incrementAndGet();
    if (call == FAILING) {
      FailingRunTest.<RuntimeException>sneak(thrown);
    } else if (call > FAILING) {
      // Long enough for the others to hear of the failure.
      pause(50);
    }
  }

  private static void pause(long milliseconds) {
    try {
      Thread.sleep(milliseconds);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @SuppressWarnings("unchecked")
  private static <T extends Throwable> void sneak(Throwable thrown) throws T {
    throw (T) thrown;
  }

  private static MemoryCheckpoint model() {
    return new MemoryCheckpoint("model")
        .with("x", DType.F16, Shape.of(ELEMENTS), new byte[2 * ELEMENTS]);
  }

  private static MergePlan plan(String method, Checkpoint model) {
    RecipeBuilder recipe = new RecipeBuilder(method);
    boolean copies = method.equals("passthrough");
    recipe.model("model", copies ? Map.of() : Map.of("weight", 1));
    return Runs.plan(recipe, model instanceof MemoryCheckpoint ? null : base(model), model);
  }

  private static Checkpoint base(Checkpoint like) {
    MemoryCheckpoint base = new MemoryCheckpoint("base");
    for (TensorInfo tensor : like.tensors()) {
      base.with(tensor.name(), tensor.dtype(), tensor.shape(), new byte[(int) tensor.bytes()]);
    }
    return base;
  }

  private static void run(MergePlan plan, int threads, CheckpointSink sink) {
    new MergeExecutor(plan, threads, Kernels.get())
        .run(Runs.order(plan), sink, ProgressListener.NONE);
  }

  private CheckpointSink sink() {
    return recordingSink(() -> {});
  }

  private CheckpointSink failingSink() {
    return recordingSink(() -> callAndPerhapsFail(failure));
  }

  private CheckpointSink recordingSink(Runnable onWrite) {
    return new CheckpointSink() {
      @Override
      public void write(String tensor, long offset, MemorySegment bytes) {
        onWrite.run();
      }

      @Override
      public void completed(String tensor) {
        completed.add(tensor);
      }
    };
  }

  private Checkpoint failingReads(MemoryCheckpoint model, Throwable thrown) {
    return new Checkpoint() {
      @Override
      public String name() {
        return model.name();
      }

      @Override
      public List<TensorInfo> tensors() {
        return model.tensors();
      }

      @Override
      public Optional<TensorInfo> find(String tensor) {
        return model.find(tensor);
      }

      @Override
      public void read(String tensor, long offset, MemorySegment into) {
        callAndPerhapsFail(thrown);
        model.read(tensor, offset, into);
      }

      @Override
      public void close() {}
    };
  }
}
