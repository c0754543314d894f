package dev.amalgam.io.checkpoint;

import java.util.Optional;

/**
 * A file that has been written.
 *
 * @param name its name in the folder
 * @param bytes its length in bytes
 * @param sha256 the SHA-256 of its contents in lower-case hexadecimal, if it was asked for
 */
public record WrittenFile(String name, long bytes, Optional<String> sha256) {}
