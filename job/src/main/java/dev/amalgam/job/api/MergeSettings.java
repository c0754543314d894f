package dev.amalgam.job.api;

import dev.amalgam.io.checkpoint.OutputFormats;

/**
 * How a merge is run. Only the seed, the format and the shard size have a bearing on the output.
 *
 * @param seed the seed of random masks
 * @param threads the number of worker threads, at least 1
 * @param format the name of the output's format, one of {@link OutputFormats}
 * @param shardBytes the most bytes of tensors in one file of the output
 * @param replace whether an existing output folder is replaced
 * @param hashInputs whether the SHA-256 of the inputs is recorded
 * @param hashOutputs whether the SHA-256 of the outputs is recorded
 */
public record MergeSettings(
    long seed,
    int threads,
    String format,
    long shardBytes,
    boolean replace,
    boolean hashInputs,
    boolean hashOutputs) {

  /**
   * Returns what holds unless it is said otherwise: seed 42, all processors, safetensors files of
   * at most 5 GB, no folder replaced, everything hashed.
   */
  public static MergeSettings defaults() {
    int processors = Runtime.getRuntime().availableProcessors();
    return new MergeSettings(
        42, processors, OutputFormats.SAFETENSORS.name(), 5_000_000_000L, false, true, true);
  }

  /** Returns the same with another seed. */
  public MergeSettings withSeed(long other) {
    return new MergeSettings(other, threads, format, shardBytes, replace, hashInputs, hashOutputs);
  }

  /** Returns the same with another number of threads. */
  public MergeSettings withThreads(int other) {
    return new MergeSettings(seed, other, format, shardBytes, replace, hashInputs, hashOutputs);
  }

  /** Returns the same with the output in another format. */
  public MergeSettings withFormat(String other) {
    return new MergeSettings(seed, threads, other, shardBytes, replace, hashInputs, hashOutputs);
  }

  /** Returns the same, an existing output folder replaced. */
  public MergeSettings replacing() {
    return new MergeSettings(seed, threads, format, shardBytes, true, hashInputs, hashOutputs);
  }

  /** Returns the same without hashes of inputs and outputs. */
  public MergeSettings withoutHashes() {
    return new MergeSettings(seed, threads, format, shardBytes, replace, false, false);
  }
}
