package dev.amalgam.job.api;

import java.util.List;

/**
 * How well models do on files of examples.
 *
 * @param models what the report calls them: the base, the experts, the merged model
 * @param files the names of the files
 * @param losses by model and file, in nats
 * @param accuracies by model and file, from 0 to 1
 */
public record TaskResults(
    List<String> models, List<String> files, double[][] losses, double[][] accuracies) {}
