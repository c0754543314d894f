package dev.amalgam.core.repair;

import dev.amalgam.core.layer.Batch;
import dev.amalgam.core.layer.Engine;
import dev.amalgam.core.layer.Example;
import dev.amalgam.core.layer.KeyValueCache;
import dev.amalgam.core.model.Model;
import dev.amalgam.core.model.ModelRunner;
import dev.amalgam.core.model.Sampler;
import java.util.ArrayList;
import java.util.List;

/** Texts that a language model writes, at temperature 1: what it knows, without any data. */
public final class WrittenTexts {

  private WrittenTexts() {}

  /**
   * Returns texts.
   *
   * @param first the token that each begins with
   * @param count how many texts
   * @param length the tokens of each
   * @param seed of the first; the seeds of the others follow
   */
  public static List<Example> of(
      Model model,
      int first,
      int count,
      int length,
      long seed,
      Engine engine,
      ModelRunner.LayerListener listener) {
    ModelRunner runner = new ModelRunner(model, engine, listener);
    List<Example> texts = new ArrayList<>();
    for (int text = 0; text < count; text++) {
      Sampler sampler = new Sampler(1, seed + text);
      KeyValueCache cache = new KeyValueCache(model.layers().size(), length);
      int[] tokens = new int[length];
      tokens[0] = first;
      for (int i = 1; i < length; i++) {
        int[] added = {tokens[i - 1]};
        tokens[i] = sampler.choose(runner.next(new Batch(List.of(Example.ofText(added))), cache));
      }
      texts.add(Example.ofText(tokens));
    }
    return texts;
  }
}
