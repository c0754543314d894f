package dev.amalgam.job.output;

import dev.amalgam.core.InterruptedJobException;
import dev.amalgam.core.run.ProgressListener;
import dev.amalgam.io.checkpoint.FileHasher;
import dev.amalgam.io.file.FileProblems;
import java.io.IOException;
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

/** Hashes a merge's inputs on threads of its own while the merge reads them. */
public final class InputHashes implements AutoCloseable {

  private final ExecutorService threads;
  private final AtomicBoolean cancelled = new AtomicBoolean();
  private ProgressListener listener = ProgressListener.NONE;
  private long left;
  private final Map<Path, Future<String>> digests = new HashMap<>();

  /**
   * Starts hashing.
   *
   * @param files the files, in the order in which the merge will want them
   */
  public InputHashes(List<Path> files, int threadCount) {
    threads =
        Executors.newFixedThreadPool(
            threadCount, Thread.ofPlatform().daemon().name("amalgam-input-hash-", 0).factory());
    for (Path file : files) {
      digests.computeIfAbsent(file, this::start);
    }
  }

  public static long size(Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      throw FileProblems.unreadable(file, e);
    }
  }

  private synchronized Future<String> start(Path file) {
    left += size(file);
    return threads.submit(() -> FileHasher.sha256(file, this::advanced, cancelled::get));
  }

  private synchronized void advanced(long bytes) {
    left -= bytes;
    listener.advanced(bytes);
  }

  /** Tells {@code progress} what is left to hash, if anything, as a phase of the run. */
  public synchronized void report(ProgressListener progress) {
    if (left > 0) {
      progress.started("hashing inputs", left);
      listener = progress;
    }
  }

  /** Returns the digest of a file, when it is ready. */
  public Optional<String> await(Path file) {
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
      throw new InterruptedJobException("The job was interrupted while it hashed its inputs", e);
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
