package dev.amalgam.core.kernel.simd;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/** The vector shapes in use: the machine's preferred one, within what the kernels can work with. */
final class Species {

  /** Below this there is no half-width shape for 16-bit elements. */
  static final int NARROWEST = 128;

  /** Beyond this the API has no named half-width shape. */
  private static final int WIDEST = 512;

  static final int PREFERRED_BITS = FloatVector.SPECIES_PREFERRED.vectorBitSize();

  private static final VectorShape WHOLE =
      VectorShape.forBitSize(Math.clamp(PREFERRED_BITS, NARROWEST, WIDEST));
  private static final VectorShape HALF = VectorShape.forBitSize(WHOLE.vectorBitSize() / 2);

  static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_128.withShape(WHOLE);
  static final VectorSpecies<Integer> INTS = IntVector.SPECIES_128.withShape(WHOLE);
  static final VectorSpecies<Long> LONGS = LongVector.SPECIES_128.withShape(WHOLE);

  static final VectorSpecies<Short> ALL_SHORTS = ShortVector.SPECIES_128.withShape(WHOLE);

  /** As many 16-bit elements as {@link #INTS} has 32-bit ones. */
  static final VectorSpecies<Short> HALF_SHORTS = ShortVector.SPECIES_128.withShape(HALF);

  private Species() {}
}
