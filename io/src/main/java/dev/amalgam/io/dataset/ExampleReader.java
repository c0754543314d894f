package dev.amalgam.io.dataset;

import dev.amalgam.core.layer.Example;
import java.util.Optional;

/** Reads examples one after the other; for one thread. */
public interface ExampleReader extends AutoCloseable {

  /**
   * Returns the next example, or nothing behind the last.
   *
   * @throws DatasetException if it is malformed or does not suit the model
   */
  Optional<Example> next();

  /** Returns how many of the examples so far were longer than allowed, and lost their end. */
  long cut();

  @Override
  void close();
}
