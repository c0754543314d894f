package dev.amalgam.core.calibration;

/** How entries are chosen inside a partition, or among all where each entry is one. */
public enum Select {
  /** Each with the same probability. */
  RANDOM,
  /** Those of the largest delta. */
  MAGNITUDE,
  /** Those of the largest delta in each tensor, as TIES trims, whatever the partitions. */
  TRIM,
  /** Those of the largest score. */
  IMPORTANCE,
  /** Each with a probability that grows with its score, whatever its partition. */
  SAMPLE
}
