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

  /**
   * More of the phase is done.
   *
   * @param bytes how many bytes have been done since the last call
   */
  void advanced(long bytes);
}
