package dev.amalgam.job.api;

import dev.amalgam.core.name.Renaming;
import dev.amalgam.core.tensor.DType;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a merge will do, known before the first byte is written.
 *
 * @param stages the names of the merges that run before the last one, in that order
 * @param method the merge method, of the last merge as everything that follows
 * @param models the models that are read, as the recipe calls them, the base first
 * @param output the folder that will be written; nothing where a recipe is checked alone
 * @param mergedTensors how many tensors are merged
 * @param copiedTensors how many tensors are copied as they are
 * @param elements the number of elements of all tensors
 * @param bytesByType the bytes of the output's tensors of each element type
 * @param shards the names of the output's files with tensors
 * @param inputBytes the size of the inputs' safetensors files
 * @param outputBytes the bytes that the tensors take in the output
 * @param intermediateBytes the most bytes of files with tensors of stages that there are at once
 * @param freeBytes the free space where the output will be; 0 where a recipe is checked alone
 * @param memoryBytes an estimate of the buffers that the run holds at once
 * @param renamings the models whose tensors are called otherwise than the output's
 * @param leftOut names of tensors that some input lacks and the recipe leaves out
 * @param warnings what the user should know; one line each
 */
public record MergeSummary(
    List<String> stages,
    String method,
    List<String> models,
    Optional<Path> output,
    long mergedTensors,
    long copiedTensors,
    long elements,
    Map<DType, Long> bytesByType,
    List<String> shards,
    long inputBytes,
    long outputBytes,
    long intermediateBytes,
    long freeBytes,
    long memoryBytes,
    List<Renaming> renamings,
    List<String> leftOut,
    List<String> warnings) {}
