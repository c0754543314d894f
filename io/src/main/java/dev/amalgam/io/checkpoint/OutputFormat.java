package dev.amalgam.io.checkpoint;

import dev.amalgam.core.tensor.CheckpointException;

/**
 * A format in which models are written. Another jar adds one as a service of this type, see {@link
 * OutputFormats}.
 *
 * <p>A format is stateless: it plans the files of a model, and the {@linkplain OutputLayout plan}
 * opens the sink that writes them.
 */
public interface OutputFormat {

  /** Returns the format's name on the command line: a word in lower case. */
  String name();

  /**
   * Returns whether a file of this name may hold tensors in the format. A run that replaces a model
   * removes no folder with files that no format knows.
   */
  boolean isTensorFile(String fileName);

  /**
   * Returns whether the format's files hold config and tokenizer too, so that no {@code
   * config.json}, {@code tokenizer.json} and so on are written beside them.
   */
  boolean holdsCompanions();

  /**
   * Returns how a model is divided into files. Nothing is written, and all that can be wrong is
   * found here.
   *
   * @param model the tensors and what else there is of the model
   * @param maxFileBytes the most bytes of tensors in one file, where the format knows several
   * @throws CheckpointException if the format cannot hold the model
   */
  OutputLayout plan(OutputModel model, long maxFileBytes);
}
