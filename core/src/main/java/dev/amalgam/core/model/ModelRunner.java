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
import dev.amalgam.core.layer.States;
import dev.amalgam.core.layer.Targets;
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
    Pass pass = Pass.of(batch, engine, false);
    return model.head().losses(forward(pass), pass);
  }

  /**
   * Returns the losses of a batch's labelled targets, and shows the logits of all targets, with a
   * label or not.
   */
  public Losses losses(Batch batch, Head.LogitsReader reader) {
    Pass pass = Pass.of(batch, engine, false);
    States hidden = forward(pass);
    model.head().logits(hidden, Targets.all(model.head().kind(), batch), pass, reader);
    return model.head().losses(hidden, pass);
  }

  private States forward(Pass pass) {
    States states = model.embedding().forward(pass).states();
    for (Layer layer : model.layers()) {
      states = layer.forward(states, pass).states();
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
    Pass plain = Pass.of(batch, engine, false);
    Pass recording = Pass.of(batch, engine, true);
    Output embedded = model.embedding().forward(recording);
    List<Layer> layers = model.layers();
    States[] inputs = new States[layers.size()];
    States states = embedded.states();
    Optional<Backward> last = Optional.empty();
    for (int i = 0; i < layers.size(); i++) {
      inputs[i] = states;
      boolean isLast = i == layers.size() - 1;
      Output output = layers.get(i).forward(states, isLast ? recording : plain);
      states = output.states();
      last = isLast ? Optional.of(output.backward()) : Optional.empty();
      listener.passed(batch.tokens());
    }
    Head.Gradients head = model.head().gradients(states, scale, recording, visitor);
    States gradient = head.gradient();
    for (int i = layers.size() - 1; i >= 0; i--) {
      States input = inputs[i];
      Layer layer = layers.get(i);
      gradient =
          last.orElseGet(() -> layer.forward(input, recording).backward()).apply(gradient, visitor);
      last = Optional.empty();
      inputs[i] = null;
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
  }
}
