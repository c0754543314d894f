package dev.amalgam.core.parallel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WorkersTest {

  /** A workspace that notices when two threads use it at a time. */
  private static final class Desk implements AutoCloseable {
    final AtomicInteger users = new AtomicInteger();
    boolean closed;

    void use(Runnable work) {
      assertEquals(1, users.incrementAndGet(), "one thread at a time");
      work.run();
      users.decrementAndGet();
    }

    @Override
    public void close() {
      closed = true;
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 8})
  void everyPieceRunsOnceInManyRunsThatFollowOneAnother(int count) {
    try (var workers = new Workers<>(count, _ -> new Desk())) {
      for (int run = 0; run < 300; run++) {
        int pieces = run % 17;
        if (run % 50 == 49) {
          // Long enough for the others to fall asleep.
          LockSupport.parkNanos(1_000_000);
        }
        AtomicIntegerArray done = new AtomicIntegerArray(pieces);
        workers.run(pieces, (desk, i) -> desk.use(() -> done.incrementAndGet(i)));
        int[] expected = new int[pieces];
        Arrays.fill(expected, 1);
        assertEquals(Arrays.toString(expected), done.toString());
      }
    }
  }

  @Test
  void allWorkersHelp() {
    try (var workers = new Workers<>(3, _ -> new Desk())) {
      CountDownLatch together = new CountDownLatch(3);
      Set<Thread> threads = ConcurrentHashMap.newKeySet();
      workers.run(
          3,
          (_, _) -> {
            threads.add(Thread.currentThread());
            together.countDown();
            await(together);
          });
      assertEquals(3, threads.size());
      assertTrue(threads.contains(Thread.currentThread()), "the caller works too");
    }
  }

  @Test
  void whatAPieceWroteIsSeenAfterTheRun() {
    try (var workers = new Workers<>(4, _ -> new Desk())) {
      int[] plain = new int[4];
      for (int run = 1; run <= 2000; run++) {
        int value = run;
        workers.run(4, (_, i) -> plain[i] = value);
        assertEquals(4 * run, Arrays.stream(plain).sum());
      }
    }
  }

  @Test
  void afterAFailureTheWorkersGoOn() {
    try (var workers = new Workers<>(3, _ -> new Desk())) {
      for (int run = 0; run < 50; run++) {
        int failing = run % 10;
        IllegalArgumentException failure = new IllegalArgumentException();
        assertSame(
            failure,
            assertThrows(
                IllegalArgumentException.class,
                () ->
                    workers.run(
                        10,
                        (_, i) -> {
                          if (i == failing) {
                            throw failure;
                          }
                        })));
        AtomicInteger done = new AtomicInteger();
        workers.run(10, (_, _) -> done.incrementAndGet());
        assertEquals(10, done.get());
      }
    }
  }

  @Test
  void theWorkspacesAreClosed() {
    Desk[] desks = new Desk[3];
    new Workers<>(3, i -> desks[i] = new Desk()).close();
    assertTrue(Arrays.stream(desks).allMatch(desk -> desk.closed));
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
