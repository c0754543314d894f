package dev.amalgam.core.layer;

import dev.amalgam.core.weight.Weight;
import java.util.List;

/**
 * Is shown, layer by layer and the first layer first, on what the parameters of a model work while
 * a batch runs through it. Parameters of the head may be shown several times, for other tokens each
 * time.
 *
 * <p>In each call, {@code tokens[r]} is the token of the batch that row r belongs to, counted over
 * all examples, ascending; tokens that nobody attends to are among them. The states must be left as
 * they are, and may be overwritten after the call.
 */
public interface ForwardVisitor {

  /** Shows the states {@code x} that linear maps read, all of them the same. */
  void maps(List<Linear> maps, States x, int[] tokens);

  /**
   * Shows the normalised states that are multiplied element by element with the weight of a norm. A
   * norm of heads has several rows for a token.
   */
  void scale(Weight weight, States normalized, int[] tokens);

  /** Shows a table of which row {@code indexes[r]} became row r of the states. */
  void lookup(Weight weight, int[] indexes, int[] tokens);
}
