package dev.amalgam.io.checkpoint;

import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The SHA-256 of every shard, computed on two threads while the shards are being written. */
final class ShardHashes {

  // One for the shard that is being written, one that may still be busy with the shard before.
  private static final int THREADS = 2;

  private final BackgroundThreads threads;
  private final Map<Path, ShardHasher> hashers = new ConcurrentHashMap<>();
  private final Map<Path, String> hashes = new ConcurrentHashMap<>();

  ShardHashes(BackgroundFailure failure) {
    this.threads = new BackgroundThreads("amalgam-hash-", THREADS, failure);
  }

  /** Announces how far {@code shard}, whose file is there, has been written. */
  void advance(OutputShard shard) {
    hashers.computeIfAbsent(shard.file(), _ -> start(shard)).advance(shard.frontier());
  }

  /** Returns the hash of each file when all are known. */
  Map<Path, String> await() {
    threads.await();
    return hashes;
  }

  /** Gives up what is not done yet, and ends the threads. */
  void close() {
    hashers.values().forEach(ShardHasher::stop);
    threads.close();
  }

  private ShardHasher start(OutputShard shard) {
    ShardHasher hasher = new ShardHasher(shard.file(), shard.header().fileBytes());
    threads.run(() -> hashes.put(shard.file(), hasher.hash()));
    return hasher;
  }
}
