package dev.amalgam.core.evidence;

import dev.amalgam.core.importance.Level;
import dev.amalgam.core.weight.Weights;

/**
 * The importance of the partitions of a delta.
 *
 * @param importance of each partition, by names of partitions
 * @param level the partitions' level
 */
public record Scores(Weights importance, Level level) {}
