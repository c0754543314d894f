package dev.amalgam.job.evidence;

import dev.amalgam.core.importance.Expert;
import java.nio.file.Path;
import java.util.function.Supplier;

/**
 * An expert whose delta is scored, and where the scores go.
 *
 * @param expert on the task of the examples, see {@link Expert#on}
 * @param hash the SHA-256 of the expert's tensors
 * @param output the file to write; it must not exist yet
 */
public record ScoringTarget(Expert expert, Supplier<String> hash, Path output) {}
