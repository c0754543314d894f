package dev.amalgam.io.quantization;

import static dev.amalgam.core.AmalgamException.quote;

import dev.amalgam.core.quantization.Dequantization;
import dev.amalgam.core.quantization.QuantizedTensor;
import dev.amalgam.core.tensor.CheckpointException;
import dev.amalgam.core.tensor.DType;
import dev.amalgam.core.tensor.TensorInfo;
import dev.amalgam.io.checkpoint.StoredCheckpoint;
import dev.amalgam.io.config.ConfigFile;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;

/**
 * A quantized model, dequantized while it is read. A weight that is stored as codes and scales is
 * the product of both and declared F32, so that whoever reads it rounds it once; scales, those of
 * activations included, are no tensors of the model.
 */
public final class DequantizedCheckpoint implements StoredCheckpoint {

  private final StoredCheckpoint stored;
  private final DType usual;
  private final Map<String, TensorInfo> tensors = new LinkedHashMap<>();
  private final Dequantization dequantization;

  private DequantizedCheckpoint(StoredCheckpoint stored, QuantizedTensors found, DType usual) {
    this.stored = stored;
    this.usual = usual;
    Map<String, QuantizedTensor> quantized = new HashMap<>();
    for (TensorInfo tensor : stored.tensors()) {
      Optional<QuantizedTensor> weight = found.ofCodes(tensor);
      if (weight.isPresent()) {
        TensorInfo dequantized = weight.get().tensor();
        quantized.put(dequantized.name(), weight.get());
        tensors.put(dequantized.name(), dequantized);
      } else if (!found.isScale(tensor) && !ScaleNames.isOfActivation(tensor.name())) {
        tensors.put(tensor.name(), tensor);
      }
    }
    this.dequantization = new Dequantization(stored, quantized);
  }

  /**
   * Returns a model as its weights are meant: itself if it is not quantized.
   *
   * @param stored the model; closed with the returned one, but not if this fails
   * @param folder where its other files are
   * @param config its config, if it has one
   * @throws CheckpointException if config or tensors say that it is quantized in a way that cannot
   *     be read, or codes and scales do not go together
   */
  public static StoredCheckpoint of(
      StoredCheckpoint stored, Path folder, Optional<ConfigFile> config) {
    List<QuantizationClaim> claims = QuantizationSections.in(folder, config);
    claims.forEach(QuantizationClaim::checkReadable);
    ForeignLayouts.check(stored);
    QuantizationBlock block =
        claims.stream()
            .map(QuantizationClaim::block)
            .flatMap(Optional::stream)
            .findFirst()
            .orElse(QuantizationBlock.USUAL);
    Optional<QuantizationClaim> ofWeights =
        claims.stream().filter(QuantizationClaim::ofWeights).findFirst();
    QuantizedTensors found = QuantizedTensors.find(stored, block, ofWeights.isPresent());
    if (found.isEmpty() && ofWeights.isPresent()) {
      throw ofWeights.get().withoutCodes();
    }
    return found.isEmpty() && claims.isEmpty()
        ? stored
        : new DequantizedCheckpoint(stored, found, usualType(config));
  }

  /** Returns the type that the model computes in; most that are quantized were trained in BF16. */
  private static DType usualType(Optional<ConfigFile> config) {
    return config
        .flatMap(ConfigFile::dtype)
        .filter(type -> type.isArithmetic() && type.bits() > Byte.SIZE)
        .orElse(DType.BF16);
  }

  @Override
  public List<Path> files() {
    return stored.files();
  }

  @Override
  public Optional<Path> indexFile() {
    return stored.indexFile();
  }

  @Override
  public SortedMap<String, String> metadata() {
    return stored.metadata();
  }

  @Override
  public String name() {
    return stored.name();
  }

  @Override
  public List<TensorInfo> tensors() {
    return List.copyOf(tensors.values());
  }

  @Override
  public Optional<TensorInfo> find(String tensor) {
    return Optional.ofNullable(tensors.get(tensor));
  }

  @Override
  public DType usualType(TensorInfo tensor) {
    return isQuantized(tensor.name()) ? usual : stored.usualType(tensor);
  }

  private boolean isQuantized(String tensor) {
    return dequantization.tensors().contains(tensor);
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalArgumentException if part of an element of a quantized weight is asked for
   */
  @Override
  public void read(String tensor, long offset, MemorySegment into) {
    TensorInfo info = tensors.get(tensor);
    if (info == null) {
      throw new CheckpointException(quote(name()) + " has no tensor " + quote(tensor));
    }
    if (!isQuantized(tensor)) {
      stored.read(tensor, offset, into);
      return;
    }
    Objects.checkFromIndexSize(offset, into.byteSize(), info.bytes());
    if (offset % Float.BYTES != 0 || into.byteSize() % Float.BYTES != 0) {
      throw new IllegalArgumentException(
          "%d bytes from byte %d on are not whole elements of float32"
              .formatted(into.byteSize(), offset));
    }
    dequantization.read(tensor, offset / Float.BYTES, into);
  }

  @Override
  public long estimatedMemory(int threads) {
    return stored.estimatedMemory(threads) + dequantization.estimatedMemory(threads);
  }

  @Override
  public void close() {
    dequantization.close();
    stored.close();
  }
}
