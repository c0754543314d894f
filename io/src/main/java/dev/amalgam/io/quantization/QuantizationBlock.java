package dev.amalgam.io.quantization;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;

/**
 * The elements of a matrix that share a scale.
 *
 * @param rows how many rows
 * @param columns how many columns
 */
record QuantizationBlock(int rows, int columns) {

  /** The blocks of DeepSeek-V3 (arXiv 2412.19437, section 3.3.2), whose layout others took over. */
  static final QuantizationBlock USUAL = new QuantizationBlock(128, 128);

  /** Returns the blocks that a section of a config names, if it does. */
  static Optional<QuantizationBlock> in(JsonNode section) {
    return of(section.findPath("weight_block_size"))
        .or(() -> of(section.findPath("block_structure")));
  }

  private static Optional<QuantizationBlock> of(JsonNode size) {
    return size.size() == 2 && size.path(0).asInt() > 0 && size.path(1).asInt() > 0
        ? Optional.of(new QuantizationBlock(size.get(0).asInt(), size.get(1).asInt()))
        : Optional.empty();
  }
}
