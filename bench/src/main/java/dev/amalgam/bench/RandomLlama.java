package dev.amalgam.bench;

import dev.amalgam.core.kernel.Kernels;
import dev.amalgam.core.tensor.DType;
import dev.amalgam.core.tensor.Shape;
import dev.amalgam.core.tensor.TensorInfo;
import dev.amalgam.io.checkpoint.ModelSink;
import dev.amalgam.io.checkpoint.OutputFormats;
import dev.amalgam.io.checkpoint.OutputLayout;
import dev.amalgam.io.checkpoint.OutputModel;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * Writes a base and two experts of TinyLlama's shape (1.1 B parameters at 22 layers) with random
 * weights: the base normal with deviation 0.02, the experts the base plus a normal delta of
 * deviation 0.001. Arguments: the folder to write into, then optionally the number of layers (22),
 * the element type (BF16), and the models (base a b).
 */
public final class RandomLlama {

  private static final int HIDDEN = 2048;
  private static final int KEY_VALUE = 256;
  private static final int INTERMEDIATE = 5632;
  private static final int VOCABULARY = 32000;
  private static final int CHUNK = 1 << 20;
  private static final float WEIGHT_DEVIATION = 0.02f;
  private static final float DELTA_DEVIATION = 0.001f;

  private RandomLlama() {}

  /** Writes the models. */
  public static void main(String[] arguments) throws IOException {
    Path folder = Path.of(arguments[0]);
    int layers = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 22;
    DType dtype = arguments.length > 2 ? DType.valueOf(arguments[2]) : DType.BF16;
    List<String> models =
        arguments.length > 3
            ? List.of(arguments).subList(3, arguments.length)
            : List.of("base", "a", "b");
    for (String model : models) {
      write(folder.resolve(model), layers, dtype, model);
    }
  }

  private static void write(Path folder, int layers, DType dtype, String model) throws IOException {
    Files.createDirectories(folder);
    Files.writeString(folder.resolve("config.json"), config(layers, dtype));
    OutputModel output = new OutputModel(tensors(layers, dtype), _ -> Optional.empty());
    OutputLayout layout = OutputFormats.SAFETENSORS.plan(output, Long.MAX_VALUE);
    try (Arena arena = Arena.ofConfined();
        ModelSink writer = layout.open(folder, false)) {
      MemorySegment bytes = arena.allocate(dtype.bytes(CHUNK));
      float[] values = new float[CHUNK];
      long seed = 0;
      for (TensorInfo tensor : layout.order()) {
        long elements = tensor.shape().elements();
        for (long start = 0; start < elements; start += CHUNK) {
          int count = (int) Math.min(CHUNK, elements - start);
          fill(values, count, seed++, model);
          Kernels.get().conversion().encode(dtype, values, count, bytes, 0);
          writer.write(tensor.name(), dtype.bytes(start), bytes.asSlice(0, dtype.bytes(count)));
        }
        writer.completed(tensor.name());
      }
      writer.finish();
    }
  }

  private static void fill(float[] values, int count, long seed, String model) {
    SplittableRandom base = new SplittableRandom(seed);
    SplittableRandom delta = new SplittableRandom(31 * seed + model.hashCode());
    for (int i = 0; i < count; i++) {
      values[i] = WEIGHT_DEVIATION * (float) base.nextGaussian();
      if (!model.equals("base")) {
        values[i] += DELTA_DEVIATION * (float) delta.nextGaussian();
      }
    }
  }

  private static List<TensorInfo> tensors(int layers, DType dtype) {
    List<TensorInfo> tensors = new ArrayList<>();
    add(tensors, dtype, "model.embed_tokens.weight", VOCABULARY, HIDDEN);
    for (int layer = 0; layer < layers; layer++) {
      String prefix = "model.layers." + layer + ".";
      add(tensors, dtype, prefix + "self_attn.q_proj.weight", HIDDEN, HIDDEN);
      add(tensors, dtype, prefix + "self_attn.k_proj.weight", KEY_VALUE, HIDDEN);
      add(tensors, dtype, prefix + "self_attn.v_proj.weight", KEY_VALUE, HIDDEN);
      add(tensors, dtype, prefix + "self_attn.o_proj.weight", HIDDEN, HIDDEN);
      add(tensors, dtype, prefix + "mlp.gate_proj.weight", INTERMEDIATE, HIDDEN);
      add(tensors, dtype, prefix + "mlp.up_proj.weight", INTERMEDIATE, HIDDEN);
      add(tensors, dtype, prefix + "mlp.down_proj.weight", HIDDEN, INTERMEDIATE);
      add(tensors, dtype, prefix + "input_layernorm.weight", HIDDEN);
      add(tensors, dtype, prefix + "post_attention_layernorm.weight", HIDDEN);
    }
    add(tensors, dtype, "model.norm.weight", HIDDEN);
    add(tensors, dtype, "lm_head.weight", VOCABULARY, HIDDEN);
    return tensors;
  }

  private static void add(List<TensorInfo> tensors, DType dtype, String name, long... shape) {
    tensors.add(new TensorInfo(name, dtype, Shape.of(shape)));
  }

  private static String config(int layers, DType dtype) {
    return """
    {
      "architectures": ["LlamaForCausalLM"],
      "hidden_size": 2048,
      "intermediate_size": 5632,
      "model_type": "llama",
      "num_attention_heads": 32,
      "num_hidden_layers": %d,
      "num_key_value_heads": 4,
      "tie_word_embeddings": false,
      "torch_dtype": "%s",
      "vocab_size": 32000
    }
    """
        .formatted(layers, dtype.torchName());
  }
}
