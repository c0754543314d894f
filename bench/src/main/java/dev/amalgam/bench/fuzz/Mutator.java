package dev.amalgam.bench.fuzz;

import java.util.random.RandomGenerator;

/** One way to damage a file. */
@FunctionalInterface
interface Mutator {

  /** Returns the bytes, damaged as the generator's next numbers say; the argument is unchanged. */
  byte[] mutate(byte[] bytes, RandomGenerator random);

  /** Returns the mutator for files of a name's kind. */
  static Mutator of(String file) {
    if (file.endsWith(".safetensors")) {
      return new SafetensorsMutator();
    }
    return file.endsWith(".yml") ? new TextMutator() : new JsonMutator();
  }
}
