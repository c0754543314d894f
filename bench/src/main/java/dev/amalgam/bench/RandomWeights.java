package dev.amalgam.bench;

import dev.amalgam.core.tensor.Shape;
import dev.amalgam.core.weight.ReadBuffer;
import dev.amalgam.core.weight.Weight;
import dev.amalgam.core.weight.Weights;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Weights of a Llama's shape that are nowhere: each value is worked out of its place when it is
 * read, uniform with deviation 0.02 and rounded to bfloat16; an expert's differ a little.
 */
final class RandomWeights implements Weights {

  private static final float WIDTH = 0.02f * 3.4641f;
  private static final float DELTA = 0.05f;

  private final String name;
  private final boolean expert;
  private final Map<String, Shape> shapes = new LinkedHashMap<>();

  /** A Llama's sizes. */
  record Sizes(int layers, int hidden, int intermediate, int heads, int keyHeads, int vocabulary) {}

  RandomWeights(String name, boolean expert, Sizes sizes) {
    this.name = name;
    this.expert = expert;
    int hidden = sizes.hidden();
    int keys = hidden / sizes.heads() * sizes.keyHeads();
    shapes.put("model.embed_tokens.weight", Shape.of(sizes.vocabulary(), hidden));
    for (int layer = 0; layer < sizes.layers(); layer++) {
      String prefix = "model.layers." + layer + ".";
      shapes.put(prefix + "self_attn.q_proj.weight", Shape.of(hidden, hidden));
      shapes.put(prefix + "self_attn.k_proj.weight", Shape.of(keys, hidden));
      shapes.put(prefix + "self_attn.v_proj.weight", Shape.of(keys, hidden));
      shapes.put(prefix + "self_attn.o_proj.weight", Shape.of(hidden, hidden));
      shapes.put(prefix + "mlp.gate_proj.weight", Shape.of(sizes.intermediate(), hidden));
      shapes.put(prefix + "mlp.up_proj.weight", Shape.of(sizes.intermediate(), hidden));
      shapes.put(prefix + "mlp.down_proj.weight", Shape.of(hidden, sizes.intermediate()));
      shapes.put(prefix + "input_layernorm.weight", Shape.of(hidden));
      shapes.put(prefix + "post_attention_layernorm.weight", Shape.of(hidden));
    }
    shapes.put("model.norm.weight", Shape.of(hidden));
    shapes.put("lm_head.weight", Shape.of(sizes.vocabulary(), hidden));
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Collection<String> names() {
    return shapes.keySet();
  }

  @Override
  public Optional<Weight> find(String tensor) {
    return Optional.ofNullable(shapes.get(tensor))
        .map(shape -> new Random(tensor, shape, tensor.hashCode() * 0x9E3779B97F4A7C15L, expert));
  }

  private record Random(String name, Shape shape, long key, boolean expert) implements Weight {
    @Override
    public void read(long from, int count, float[] target, int at, ReadBuffer buffer) {
      boolean vector = shape.rank() == 1;
      for (int i = 0; i < count; i++) {
        long z = (from + i) * 0x9E3779B97F4A7C15L ^ key;
        z = (z ^ z >>> 32) * 0xD6E8FEB86659FD93L;
        z ^= z >>> 32;
        float value = ((int) z * 0x1p-32f) * WIDTH;
        value = vector ? 1 + value : value;
        value = expert ? value + DELTA * WIDTH * (int) (z >>> 32) * 0x1p-32f : value;
        target[at + i] = Float.intBitsToFloat(Float.floatToRawIntBits(value) & 0xFFFF0000);
      }
    }
  }
}
