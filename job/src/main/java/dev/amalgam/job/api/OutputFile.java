package dev.amalgam.job.api;

import java.util.Optional;

/**
 * A file of a merged model.
 *
 * @param name its name in the output folder
 * @param bytes its size
 * @param sha256 its digest in hexadecimal, if it was computed
 */
public record OutputFile(String name, long bytes, Optional<String> sha256) {}
