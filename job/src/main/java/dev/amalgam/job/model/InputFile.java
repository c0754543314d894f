package dev.amalgam.job.model;

import java.nio.file.Path;

/**
 * A file that a merge reads.
 *
 * @param model the recipe's reference of the model it belongs to
 * @param path where it is
 */
public record InputFile(String model, Path path) {}
