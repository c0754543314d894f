package dev.amalgam.io.job;

import dev.amalgam.core.tensor.DType;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * What a merge will do, known before the first byte is written.
 *
 * @param method the merge method
 * @param models the models that are read, as the recipe calls them, the base first
 * @param output the folder that will be written
 * @param mergedTensors how many tensors are merged
 * @param copiedTensors how many tensors are copied as they are
 * @param elements the number of elements of all tensors
 * @param bytesByType the bytes of the output's tensors of each element type
 * @param shards the names of the output's safetensors files
 * @param inputBytes the size of the inputs' safetensors files
 * @param outputBytes the size of the output's tensors
 * @param freeBytes the free space where the output will be
 * @param memoryBytes an estimate of the buffers that the run holds at once
 * @param leftOut names of tensors that some input lacks and the recipe leaves out
 * @param warnings what the user should know; one line each
 */
public record MergeSummary(
    String method,
    List<String> models,
    Path output,
    long mergedTensors,
    long copiedTensors,
    long elements,
    Map<DType, Long> bytesByType,
    List<String> shards,
    long inputBytes,
    long outputBytes,
    long freeBytes,
    long memoryBytes,
    List<String> leftOut,
    List<String> warnings) {}
