package dev.amalgam.core.run;

/** Hears how far a run is; called from any thread, and must return at once. */
public interface ProgressListener {

  /** Hears nothing. */
  ProgressListener NONE =
      new ProgressListener() {
        @Override
        public void started(String phase, long bytes) {}

        @Override
        public void advanced(long bytes) {}
      };

  /**
   * A phase of the run begins; the one before it has ended.
   *
   * @param phase what is being done, in a word or two: {@code merging}
   * @param bytes how many bytes the phase will count up to
   */
  void started(String phase, long bytes);

  /** What a phase counts. */
  enum Unit {
    /** Bytes. */
    BYTES,
    /** Tokens. */
    TOKENS
  }

  /**
   * The same, of a phase that may count something else than bytes. A listener that shows no units
   * need not tell them apart.
   *
   * @param total how many the phase will count up to
   */
  default void started(String phase, long total, Unit unit) {
    started(phase, total);
  }

  /** Says what the user should know and nobody could before, in a line. */
  default void warned(String message) {}

  /**
   * More of the phase is done.
   *
   * @param bytes how many bytes, or whatever the phase counts, have been done since the last call
   */
  void advanced(long bytes);
}
