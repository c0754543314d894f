package dev.amalgam.job;

import static dev.amalgam.core.AmalgamException.quote;

import dev.amalgam.core.kernel.Kernels;
import dev.amalgam.core.layer.Batch;
import dev.amalgam.core.layer.Engine;
import dev.amalgam.core.layer.Example;
import dev.amalgam.core.layer.KeyValueCache;
import dev.amalgam.core.layer.ModelException;
import dev.amalgam.core.layer.Targets;
import dev.amalgam.core.model.Model;
import dev.amalgam.core.model.ModelRunner;
import dev.amalgam.core.model.Sampler;
import dev.amalgam.io.dataset.TextEncoder;
import dev.amalgam.io.model.ModelFolder;
import dev.amalgam.io.model.ModelPath;
import dev.amalgam.io.model.ModelTask;
import dev.amalgam.io.model.TokenIds;
import dev.amalgam.io.tokenizer.StreamDecoder;
import dev.amalgam.io.tokenizer.Tokenizer;
import dev.amalgam.job.api.Generation;
import dev.amalgam.job.api.GenerationSettings;
import dev.amalgam.job.output.Resources;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * A continuation of a text by a causal language model, token by token. {@link #prepare} checks
 * everything that can be checked before the weights are read; {@link #run} reads them into native
 * memory, since every token needs all of them.
 */
public final class GenerateJob {

  private final GenerationSettings settings;
  private final Path path;
  private final Tokenizer tokenizer;
  private final int[] prompt;
  private final Set<Integer> ends;

  private GenerateJob(Path path, String prompt, GenerationSettings settings, Model model) {
    this.settings = settings;
    this.path = path;
    if (model.head().kind() != Targets.Kind.NEXT_TOKEN) {
      throw new ModelException(
          quote(path.toString()) + " is no causal language model, so it continues no text");
    }
    this.tokenizer = ModelTask.tokenizer(ModelPath.of(path).tokenizerFolder());
    this.prompt = new TextEncoder(tokenizer, Integer.MAX_VALUE).prompt(prompt);
    this.ends = TokenIds.endOfText(ModelPath.of(path).folder(), ModelTask.vocabulary(model));
    if (this.prompt.length == 0) {
      throw new ModelException("the prompt gives no token; write a longer one");
    }
    if (this.prompt.length > model.maxPositions()) {
      throw new ModelException(
          "the prompt has %d tokens, but %s was made for at most %d; write a shorter one"
              .formatted(this.prompt.length, quote(path.toString()), model.maxPositions()));
    }
  }

  /**
   * Returns a continuation that is ready to be made.
   *
   * @param model the folder of the model
   * @param prompt the text to continue
   * @throws dev.amalgam.core.AmalgamException if the model cannot be run, is no causal language
   *     model, or is not made for so long a prompt
   */
  public static GenerateJob prepare(Path model, String prompt, GenerationSettings settings) {
    try (ModelFolder folder = ModelFolder.open(model, Optional.empty())) {
      return new GenerateJob(model, prompt, settings, folder.model());
    }
  }

  /** Returns what the user should know before the model runs; one line each. */
  public List<String> warnings() {
    return Resources.slowness(Kernels.get()).stream().toList();
  }

  /**
   * Continues the text until the model ends it, or there are as many tokens as are wanted, or as
   * the model was made for.
   *
   * @param listener is given the text bit by bit as it is made; neither the prompt nor special
   *     tokens are part of it
   */
  public Generation run(Consumer<String> listener) {
    try (Engine engine = new Engine(settings.threads(), Kernels.get());
        ModelFolder folder = ModelFolder.openResident(path, engine.workers())) {
      return run(folder.model(), engine, listener);
    }
  }

  private Generation run(Model model, Engine engine, Consumer<String> listener) {
    // The last token that is made needs no place: nothing is made behind it.
    int capacity =
        (int) Math.min(model.maxPositions(), (long) prompt.length + settings.maxTokens() - 1);
    int most = capacity - prompt.length + 1;
    KeyValueCache cache = new KeyValueCache(model.layers().size(), capacity);
    ModelRunner runner = new ModelRunner(model, engine, tokens -> {});
    Sampler sampler = new Sampler(settings.temperature(), settings.seed());
    StreamDecoder text = decoder();
    List<Integer> made = new ArrayList<>();
    Generation.End end =
        most < settings.maxTokens() ? Generation.End.POSITIONS : Generation.End.LENGTH;
    int[] added = prompt;
    long start = System.nanoTime();
    long read = start;
    while (made.size() < most) {
      float[] logits = runner.next(new Batch(List.of(Example.ofText(added))), cache);
      read = made.isEmpty() ? System.nanoTime() : read;
      int token = sampler.choose(logits);
      if (ends.contains(token)) {
        end = Generation.End.TEXT;
        break;
      }
      made.add(token);
      listener.accept(text.add(token));
      added = new int[] {token};
    }
    listener.accept(text.finish());
    return new Generation(
        prompt.length, List.copyOf(made), end, read - start, System.nanoTime() - read);
  }

  // What comes first in a text may be decoded in another way than what follows.
  private StreamDecoder decoder() {
    StreamDecoder decoder = tokenizer.streamDecoder(true);
    for (int id : prompt) {
      decoder.add(id);
    }
    return decoder;
  }
}
