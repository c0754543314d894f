package dev.amalgam.core.model;

import dev.amalgam.core.layer.Backward;
import dev.amalgam.core.layer.Batch;
import dev.amalgam.core.layer.Distillation;
import dev.amalgam.core.layer.Engine;
import dev.amalgam.core.layer.Example;
import dev.amalgam.core.layer.ForwardVisitor;
import dev.amalgam.core.layer.GradientVisitor;
import dev.amalgam.core.layer.Head;
import dev.amalgam.core.layer.KeyValueCache;
import dev.amalgam.core.layer.Layer;
import dev.amalgam.core.layer.LossScale;
import dev.amalgam.core.layer.Losses;
import dev.amalgam.core.layer.Output;
import dev.amalgam.core.layer.Pass;
import dev.amalgam.core.layer.StateMemory;
import dev.amalgam.core.layer.States;
import dev.amalgam.core.layer.Targets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;

/**
 * Runs a model on batches, layer by layer. Weights are read where they are used, so that in memory
 * there are the states of one layer, and for gradients the input of each. Results depend neither on
 * the number of threads nor on what else is in a batch.
 */
public final class ModelRunner {

  /** Is told how far a run is. */
  public interface LayerListener {
    /** Tells that these tokens have gone through one layer, forward or backward. */
    void passed(int tokens);
  }

  private final Model model;
  private final Engine engine;
  private final LayerListener listener;
  // What a layer keeps of a token for its backward, and of how long a sequence that was.
  private double measuredBytes;
  private int measuredLength;

  /** Creates the runner of a model on these threads. */
  public ModelRunner(Model model, Engine engine, LayerListener listener) {
    this.model = model;
    this.engine = engine;
    this.listener = listener;
  }

  /** Returns the model. */
  public Model model() {
    return model;
  }

  /** Returns the threads and memory that the model runs on. */
  public Engine engine() {
    return engine;
  }

  /** Returns the runner of another model on the same threads, heard by the same listener. */
  public ModelRunner of(Model other) {
    return new ModelRunner(other, engine, listener);
  }

  /** What is worked out of a batch's last states. */
  public interface AtEnd {
    /** Returns a loss for each target. */
    Losses of(States last, Pass pass);
  }

  /** Returns the losses of a batch's labelled targets. */
  public Losses losses(Batch batch) {
    return evaluate(batch, model.head()::losses);
  }

  /** Returns losses of a batch. */
  public Losses evaluate(Batch batch, AtEnd loss) {
    int mark = engine.memory().mark();
    try {
      Pass pass = Pass.of(batch, engine, false);
      return loss.of(forward(pass), pass);
    } finally {
      engine.memory().release(mark);
    }
  }

  /**
   * Returns the losses of a batch's labelled targets, and shows the logits of all targets, with a
   * label or not.
   */
  public Losses losses(Batch batch, Head.LogitsReader reader) {
    int mark = engine.memory().mark();
    try {
      Pass pass = Pass.of(batch, engine, false);
      States hidden = forward(pass);
      model.head().logits(hidden, Targets.all(model.head().kind(), batch), pass, reader);
      return model.head().losses(hidden, pass);
    } finally {
      engine.memory().release(mark);
    }
  }

  /**
   * Shows a visitor on what the parameters work while a batch runs through the model: those of the
   * head for all targets, with a label or not.
   */
  public void show(Batch batch, ForwardVisitor visitor) {
    int mark = engine.memory().mark();
    try {
      Pass pass = Pass.shownTo(visitor, batch, engine);
      model.head().show(forward(pass), pass);
    } finally {
      engine.memory().release(mark);
    }
  }

  /** Is shown what a model makes of a batch before it predicts. */
  public interface FeatureReader {
    /**
     * Reads states, which are overwritten afterwards.
     *
     * @param last those that leave the last layer, a row for each token of the batch
     * @param pooled what the head's transform makes of the rows from which it predicts
     */
    void read(States last, States pooled);
  }

  /** Shows what the model makes of a batch before it predicts. */
  public void lastAndPooled(Batch batch, FeatureReader reader) {
    int mark = engine.memory().mark();
    try {
      Pass pass = Pass.of(batch, engine, false);
      States last = forward(pass);
      reader.read(last, model.head().pooled(last, pass));
    } finally {
      engine.memory().release(mark);
    }
  }

  /**
   * Shows the states that leave the last layer, a row for each token of the batch.
   *
   * @param reader must not keep them, since they are overwritten afterwards
   */
  public void features(Batch batch, Consumer<States> reader) {
    int mark = engine.memory().mark();
    try {
      reader.accept(forward(Pass.of(batch, engine, false)));
    } finally {
      engine.memory().release(mark);
    }
  }

  private States forward(Pass pass) {
    return forward(model.embedding().forward(pass).states(), 0, pass);
  }

  /** Writes to {@code states} what the layers from {@code first} on make of them. */
  private States forward(States states, int first, Pass pass) {
    for (Layer layer : model.layers().subList(first, model.layers().size())) {
      int mark = engine.memory().mark();
      States result = layer.forward(states, pass).states();
      states.set(result);
      engine.memory().release(mark);
      listener.passed(states.rows());
    }
    return states;
  }

  /**
   * Returns the states that enter each layer, and those that leave the last. They stay until the
   * caller releases the {@linkplain Engine#memory() memory} that was taken for them.
   */
  public List<States> trace(Batch batch) {
    Pass pass = Pass.of(batch, engine, false);
    List<States> trace = new ArrayList<>();
    States states = model.embedding().forward(pass).states();
    trace.add(states);
    for (Layer layer : model.layers()) {
      States next = engine.memory().states(states.rows(), states.width());
      int mark = engine.memory().mark();
      next.set(layer.forward(states, pass).states());
      engine.memory().release(mark);
      listener.passed(states.rows());
      trace.add(next);
      states = next;
    }
    return trace;
  }

  /**
   * Returns the losses of a batch's labelled targets, given what enters a layer.
   *
   * @param layer the number of the layer; the number of layers for the head alone
   * @param input the states that enter it, which are left as they are
   */
  public Losses resume(Batch batch, int layer, States input) {
    return resume(batch, layer, input, model.head()::losses);
  }

  /** Returns losses of a batch, given what enters a layer. */
  public Losses resume(Batch batch, int layer, States input, AtEnd loss) {
    int mark = engine.memory().mark();
    try {
      Pass pass = Pass.of(batch, engine, false);
      return loss.of(forward(pass.copy(input), layer, pass), pass);
    } finally {
      engine.memory().release(mark);
    }
  }

  /**
   * Returns the losses of a batch's labelled targets, and shows a visitor everything from which the
   * gradients of the parameters follow, from the head back to the embedding. What a layer makes is
   * not kept but its input, from which backward works it out again, but for the last layers whose
   * states find room.
   *
   * @param scale of which loss gradients are taken
   * @param room the bytes that states which are kept may take; the last layer's are kept whatever
   *     they take
   */
  public Losses gradients(Batch batch, LossScale scale, long room, GradientVisitor visitor) {
    return backward(
        batch,
        room,
        visitor,
        (states, pass) -> {
          Head.Gradients head = model.head().gradients(states, scale, pass, visitor);
          return new AtHead<>(head.losses(), head.gradient());
        });
  }

  /**
   * Returns how far what the model makes of a batch is from what its teacher makes of it, and shows
   * a visitor everything from which the gradients of the parameters follow, as {@link #gradients}
   * does.
   */
  public double distill(Batch batch, Distillation wanted, long room, GradientVisitor visitor) {
    return backward(
        batch,
        room,
        visitor,
        (states, pass) -> {
          Distillation.Gradients head = model.head().distill(states, wanted, pass, visitor);
          return new AtHead<>(head.loss(), head.gradient());
        });
  }

  private record AtHead<T>(T loss, States gradient) {}

  private interface HeadPass<T> {
    AtHead<T> run(States states, Pass recording);
  }

  private <T> T backward(Batch batch, long room, GradientVisitor visitor, HeadPass<T> atHead) {
    int start = engine.memory().mark();
    try {
      return backwardInMemory(batch, room, visitor, atHead);
    } finally {
      engine.memory().release(start);
    }
  }

  private <T> T backwardInMemory(
      Batch batch, long room, GradientVisitor visitor, HeadPass<T> atHead) {
    Pass plain = Pass.of(batch, engine, false);
    Pass recording = Pass.of(batch, engine, true);
    List<Layer> layers = model.layers();
    StateMemory memory = engine.memory();
    States gradient = memory.states(batch.tokens(), model.embedding().width());
    Output embedded = model.embedding().forward(recording);
    List<States> inputs = new ArrayList<>(List.of(embedded.states()));
    int recomputed = layers.size() - kept(embedded.states(), recording, room);
    for (Layer layer : layers.subList(0, recomputed)) {
      States input = inputs.getLast();
      States result = memory.states(input.rows(), input.width());
      int mark = memory.mark();
      result.set(layer.forward(input, plain).states());
      memory.release(mark);
      inputs.add(result);
      listener.passed(batch.tokens());
    }
    Deque<Backward> kept = new ArrayDeque<>();
    Deque<Integer> marks = new ArrayDeque<>();
    States states = inputs.getLast();
    for (Layer layer : layers.subList(recomputed, layers.size())) {
      marks.push(memory.mark());
      Output output = layer.forward(states, recording);
      kept.push(output.backward());
      states = output.states();
      listener.passed(batch.tokens());
    }
    AtHead<T> head = atHead.run(states, recording);
    gradient.set(head.gradient());
    while (!kept.isEmpty()) {
      gradient.set(kept.pop().apply(gradient, visitor));
      memory.release(marks.pop());
      listener.passed(batch.tokens());
    }
    int mark = memory.mark();
    for (int i = recomputed - 1; i >= 0; i--) {
      Backward backward = layers.get(i).forward(inputs.get(i), recording).backward();
      gradient.set(backward.apply(gradient, visitor));
      memory.release(mark);
      listener.passed(batch.tokens());
    }
    embedded.backward().apply(gradient, visitor);
    return head.loss();
  }

  /** Returns for how many layers at the end there is room; layers are much alike. */
  private int kept(States input, Pass recording, long room) {
    if (room <= 0 || model.layers().size() == 1) {
      return 1;
    }
    // Of longer sequences a token takes more, so what a batch took tells of those that are shorter.
    int longest = recording.batch().examples().stream().mapToInt(Example::length).max().orElse(0);
    if (longest > measuredLength) {
      int mark = engine.memory().mark();
      model.layers().getFirst().forward(input, recording);
      measuredBytes = (double) engine.memory().bytesSince(mark) / input.rows();
      measuredLength = longest;
      engine.memory().release(mark);
    }
    long bytes = (long) Math.ceil(measuredBytes * input.rows());
    return Math.clamp(room / Math.max(1, bytes), 1, model.layers().size());
  }

  /**
   * Returns the logits of the token behind the last of a sequence, whose keys and values are added
   * to the cache.
   *
   * @param added one example: the tokens that are new since the last call
   */
  public float[] next(Batch added, KeyValueCache cache) {
    int mark = engine.memory().mark();
    try {
      Pass pass = Pass.continuing(cache, added, engine);
      States states = forward(pass);
      cache.grow(added.tokens());
      float[] logits = new float[model.head().decoder().outputs()];
      model
          .head()
          .logits(
              states,
              Targets.last(model.head().kind(), added),
              pass,
              (first, row) -> System.arraycopy(row.data(), row.at(0), logits, 0, logits.length));
      return logits;
    } finally {
      engine.memory().release(mark);
    }
  }
}
