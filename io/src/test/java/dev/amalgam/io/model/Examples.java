package dev.amalgam.io.model;

import dev.amalgam.core.layer.Batch;
import dev.amalgam.core.layer.Example;
import java.util.ArrayList;
import java.util.Arrays;
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
      float[] numbers = new float[0];
      int[] labels = new int[mask.length];
      if (data.floats().containsKey("labels")) {
        float[] all = data.floats().get("labels");
        numbers = Arrays.copyOfRange(all, i * all.length / count, (i + 1) * all.length / count);
      } else {
        boolean classes = data.infos().get("labels").shape().rank() == 1;
        labels = classes ? new int[] {data.integers().get("labels")[i]} : data.row("labels", i);
      }
      examples.add(
          new Example(
              data.row("input_ids", i),
              Optional.of(attended),
              data.infos().containsKey("token_type_ids")
                  ? Optional.of(data.row("token_type_ids", i))
                  : Optional.empty(),
              labels,
              numbers));
    }
    return new Batch(examples);
  }
}
