package dev.amalgam.io.job;

import dev.amalgam.core.run.ProgressListener;
import dev.amalgam.io.checkpoint.FileHasher;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/** Hashes a merge's inputs on threads of its own while the merge reads them. */
final class InputHashes implements AutoCloseable {

  private final ExecutorService threads;
  private final AtomicBoolean cancelled = new AtomicBoolean();
  private final AtomicLong left = new AtomicLong();
  private final AtomicReference<ProgressListener> listener =
      new AtomicReference<>(ProgressListener.NONE);
  private final Map<Path, Future<String>> digests = new HashMap<>();

  /**
   * Starts hashing.
   *
   * @param files the files, in the order in which the merge will want them
   */
  InputHashes(List<Path> files, int threadCount) {
    threads =
        Executors.newFixedThreadPool(
            threadCount, Thread.ofPlatform().daemon().name("amalgam-input-hash-", 0).factory());
    for (Path file : files) {
      left.addAndGet(size(file));
      digests.computeIfAbsent(
          file, f -> threads.submit(() -> FileHasher.sha256(f, this::advanced, cancelled::get)));
    }
  }

  static long size(Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void advanced(long bytes) {
    left.addAndGet(-bytes);
    listener.get().advanced(bytes);
  }

  /** Tells {@code progress} what is left to hash, if anything, as a phase of the run. */
  void report(ProgressListener progress) {
    long bytes = left.get();
    if (bytes > 0) {
      progress.started("hashing inputs", bytes);
      listener.set(progress);
    }
  }

  /** Returns the digest of a file, when it is ready. */
  Optional<String> await(Path file) {
    Future<String> digest = digests.get(file);
    if (digest == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(digest.get());
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while hashing", e);
    }
  }

  /** Stops what is still being hashed. */
  @Override
  public void close() {
    cancelled.set(true);
    threads.shutdownNow();
    threads.close();
  }
}
