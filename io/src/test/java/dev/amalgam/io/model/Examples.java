package dev.amalgam.io.model;

import dev.amalgam.core.layer.Batch;
import dev.amalgam.core.layer.Example;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The examples of a fixture. */
final class Examples {

  private Examples() {}

  /** Returns the batch that made a fixture. */
  static Batch of(Tensors data) {
    List<Example> examples = new ArrayList<>();
    int count = (int) data.infos().get("input_ids").shape().dimension(0);
    for (int i = 0; i < count; i++) {
      int[] mask = data.row("attention_mask", i);
      boolean[] attended = new boolean[mask.length];
      for (int j = 0; j < mask.length; j++) {
        attended[j] = mask[j] != 0;
      }
      boolean classes = data.infos().get("labels").shape().rank() == 1;
      examples.add(
          new Example(
              data.row("input_ids", i),
              Optional.of(attended),
              data.infos().containsKey("token_type_ids")
                  ? Optional.of(data.row("token_type_ids", i))
                  : Optional.empty(),
              classes ? new int[] {data.integers().get("labels")[i]} : data.row("labels", i)));
    }
    return new Batch(examples);
  }
}
