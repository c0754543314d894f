package dev.amalgam.job.api;

import java.util.List;

/** How well a model does on examples. */
public sealed interface EvaluationResult permits Evaluation, Similarity {

  /** Returns what the user should know of the result; one line each. */
  List<String> warnings();

  /** Returns everything as a JSON object; what is no finite number is null. */
  String json();
}
