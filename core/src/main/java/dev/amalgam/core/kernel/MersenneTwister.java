package dev.amalgam.core.kernel;

/**
 * MT19937, the generator behind PyTorch's CPU random numbers: 32-bit draws that equal those of
 * {@code torch.manual_seed(seed)} (Matsumoto and Nishimura, "Mersenne Twister", TOMACS 1998;
 * seeding by the authors' {@code init_genrand} of 2002). Not for several threads at once.
 */
public final class MersenneTwister {

  private static final int SIZE = 624;
  private static final int MIDDLE = 397;

  private final int[] state;
  private int position;

  /** Creates the generator of this seed, which is unsigned. */
  public MersenneTwister(int seed) {
    state = new int[SIZE];
    state[0] = seed;
    for (int i = 1; i < SIZE; i++) {
      int previous = state[i - 1];
      state[i] = 1_812_433_253 * (previous ^ previous >>> 30) + i;
    }
    position = SIZE;
  }

  private MersenneTwister(int[] state, int position) {
    this.state = state;
    this.position = position;
  }

  /** Returns a generator that gives the same draws from here on, independently of this one. */
  public MersenneTwister copy() {
    return new MersenneTwister(state.clone(), position);
  }

  /** Returns the next draw, 32 uniform bits. */
  public int next() {
    if (position == SIZE) {
      twist();
    }
    return temper(state[position++]);
  }

  /** Fills {@code draws[0 .. count)} with the next draws. */
  public void fill(int[] draws, int count) {
    int done = 0;
    while (done < count) {
      if (position == SIZE) {
        twist();
      }
      int run = Math.min(count - done, SIZE - position);
      System.arraycopy(state, position, draws, done, run);
      position += run;
      done += run;
    }
    // Tempered in place, and all at once: a loop over one array is what the compiler vectorises.
    for (int i = 0; i < count; i++) {
      draws[i] = temper(draws[i]);
    }
  }

  /**
   * Passes over the next {@code draws} draws, at a fraction of the cost of drawing them but still
   * in proportion to their number.
   *
   * @throws IllegalArgumentException if {@code draws} is negative
   */
  public void skip(long draws) {
    if (draws < 0) {
      throw new IllegalArgumentException("Cannot skip " + draws + " draws");
    }
    long left = draws;
    while (left > SIZE - position) {
      left -= SIZE - position;
      twist();
    }
    position += (int) left;
  }

  private void twist() {
    for (int i = 0; i < SIZE - MIDDLE; i++) {
      state[i] = state[i + MIDDLE] ^ twisted(state[i], state[i + 1]);
    }
    for (int i = SIZE - MIDDLE; i < SIZE - 1; i++) {
      state[i] = state[i + MIDDLE - SIZE] ^ twisted(state[i], state[i + 1]);
    }
    state[SIZE - 1] = state[MIDDLE - 1] ^ twisted(state[SIZE - 1], state[0]);
    position = 0;
  }

  private static int twisted(int upper, int lower) {
    int mixed = upper & 0x8000_0000 | lower & 0x7fff_ffff;
    return mixed >>> 1 ^ -(lower & 1) & 0x9908_b0df;
  }

  private static int temper(int word) {
    int y = word ^ word >>> 11;
    y ^= y << 7 & 0x9d2c_5680;
    y ^= y << 15 & 0xefc6_0000;
    return y ^ y >>> 18;
  }
}
