package dev.amalgam.core.model;

import dev.amalgam.core.layer.Head;
import dev.amalgam.core.layer.Sequence;
import java.util.Optional;

/**
 * A head that encoders of a family may have.
 *
 * @param architecture the class name by which configs mean the model with it
 * @param probe what the name of a tensor starts with that only such a head has
 * @param tied the name of the weight that may be the table of tokens, if the head predicts tokens
 * @param form makes it
 */
record TaskHead(String architecture, String probe, Optional<String> tied, Form form) {

  /** Makes a head. */
  interface Form {
    /** Returns the head that these parts make. */
    Head make(HeadParts parts);
  }

  /** Returns a head that does not predict tokens. */
  static TaskHead of(String architecture, String probe, Form form) {
    return new TaskHead(architecture, probe, Optional.empty(), form);
  }

  /** Returns the head that most encoders have for the classes of tokens. */
  static TaskHead tags(String architecture) {
    return of(architecture, "classifier.weight", parts -> parts.tags(Sequence.of(), "classifier"));
  }

  /** Returns the head that most encoders have for the answers to questions. */
  static TaskHead answers(String architecture) {
    return of(architecture, "qa_outputs.", parts -> parts.answers(Sequence.of(), "qa_outputs"));
  }

  /**
   * Returns the head of a masked language model.
   *
   * @param decoder what the names of its decoder's tensors start with
   * @param form makes what comes before the decoder
   */
  static TaskHead masked(
      String architecture, String probe, String decoder, HeadParts.TransformForm form) {
    return masked(architecture, probe, decoder, decoder + ".bias", form);
  }

  /**
   * Returns the same with another name for the decoder's bias.
   *
   * @param bias by which the bias is stored, unless by the decoder's name
   */
  static TaskHead masked(
      String architecture,
      String probe,
      String decoder,
      String bias,
      HeadParts.TransformForm form) {
    return new TaskHead(
        architecture,
        probe,
        Optional.of(decoder + ".weight"),
        parts -> parts.masked(form.make(parts), decoder, bias));
  }
}
