package dev.amalgam.core.model;

import dev.amalgam.core.layer.Backward;
import dev.amalgam.core.layer.Batch;
import dev.amalgam.core.layer.Engine;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

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

  /** Returns the losses of a batch's labelled targets. */
  public Losses losses(Batch batch) {
    int mark = engine.memory().mark();
    try {
      Pass pass = Pass.of(batch, engine, false);
      return model.head().losses(forward(pass), pass);
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

  private States forward(Pass pass) {
    States states = model.embedding().forward(pass).states();
    for (Layer layer : model.layers()) {
      int mark = engine.memory().mark();
      States result = layer.forward(states, pass).states();
      states.set(result);
      engine.memory().release(mark);
      listener.passed(states.rows());
    }
    return states;
  }

  /**
   * Returns the losses of a batch's labelled targets, and shows a visitor everything from which the
   * gradients of the parameters follow, from the head back to the embedding. What a layer makes is
   * not kept but its input, from which backward works it out again; the last layer's is kept.
   *
   * @param scale of which loss gradients are taken
   */
  public Losses gradients(Batch batch, LossScale scale, GradientVisitor visitor) {
    int start = engine.memory().mark();
    try {
      return gradientsInMemory(batch, scale, visitor);
    } finally {
      engine.memory().release(start);
    }
  }

  private Losses gradientsInMemory(Batch batch, LossScale scale, GradientVisitor visitor) {
    Pass plain = Pass.of(batch, engine, false);
    Pass recording = Pass.of(batch, engine, true);
    Output embedded = model.embedding().forward(recording);
    List<Layer> layers = model.layers();
    StateMemory memory = engine.memory();
    List<States> inputs = new ArrayList<>(List.of(embedded.states()));
    for (Layer layer : layers.subList(0, layers.size() - 1)) {
      States input = inputs.getLast();
      States result = memory.states(input.rows(), input.width());
      int mark = memory.mark();
      result.set(layer.forward(input, plain).states());
      memory.release(mark);
      inputs.add(result);
      listener.passed(batch.tokens());
    }
    States gradient = memory.states(batch.tokens(), embedded.states().width());
    int mark = memory.mark();
    // What the last layer makes is needed again at once, and kept.
    Output last = layers.getLast().forward(inputs.getLast(), recording);
    listener.passed(batch.tokens());
    Head.Gradients head = model.head().gradients(last.states(), scale, recording, visitor);
    gradient.set(last.backward().apply(head.gradient(), visitor));
    memory.release(mark);
    listener.passed(batch.tokens());
    for (int i = layers.size() - 2; i >= 0; i--) {
      Backward backward = layers.get(i).forward(inputs.get(i), recording).backward();
      gradient.set(backward.apply(gradient, visitor));
      memory.release(mark);
      listener.passed(batch.tokens());
    }
    embedded.backward().apply(gradient, visitor);
    return head.losses();
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
      Pass pass = new Pass(added, added.starts(), engine, false, Optional.of(cache));
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
