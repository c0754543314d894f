package dev.amalgam.core.matrix;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * Tells where the cache lines of an array begin. Objects begin anywhere on eight bytes, and a
 * vector of 64 bytes that lies across two lines is loaded twice: tiles over panels that begin on a
 * line reach 0.98 of the speed of their multiplications, over others 0.8.
 *
 * <p>Java does not tell where an array lies. The C library does: {@code memmove} of nothing returns
 * its target. Where native access is not enabled, or the platform has no such calls, an array is
 * taken to begin on a line. So it is once the collector has moved it, which changes no bit of any
 * result.
 */
final class CacheLines {

  private static final int LINE = 64;

  private static final MethodHandle ADDRESS = address();

  private CacheLines() {}

  /** The most entries before the first that begins a line. */
  static final int MOST_BEFORE = LINE / Float.BYTES - 1;

  /** Returns the first index of an array whose entry begins a cache line, as far as known. */
  static int first(float[] array) {
    if (ADDRESS == null) {
      return 0;
    }
    MemorySegment entries = MemorySegment.ofArray(array);
    try {
      var start = (MemorySegment) ADDRESS.invokeExact(entries, entries, 0L);
      return (int) (-start.address() & LINE - 1) / Float.BYTES;
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  @SuppressWarnings("restricted")
  private static MethodHandle address() {
    if (!CacheLines.class.getModule().isNativeAccessEnabled()) {
      return null;
    }
    var signature =
        FunctionDescriptor.of(
            ValueLayout.ADDRESS, ValueLayout.ADDRESS, ValueLayout.ADDRESS, ValueLayout.JAVA_LONG);
    try {
      Linker linker = Linker.nativeLinker();
      return linker
          .defaultLookup()
          .find("memmove")
          .map(memmove -> linker.downcallHandle(memmove, signature, Linker.Option.critical(true)))
          .orElse(null);
    } catch (UnsupportedOperationException | IllegalArgumentException e) {
      return null; // a platform without such calls, or without arrays in them
    }
  }
}
