package dev.amalgam.core.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class MersenneTwisterTest {

  private static final int LOWER_27_BITS = (1 << 27) - 1;

  @Test
  void theAuthorsDefaultSeedGivesTheirFirstNumbers() {
    var twister = new MersenneTwister(5489);
    assertEquals(3499211612L, Integer.toUnsignedLong(twister.next()));
    assertEquals(581869302L, Integer.toUnsignedLong(twister.next()));
    assertEquals(3890346734L, Integer.toUnsignedLong(twister.next()));
  }

  /** As the C++ standard demands of {@code std::mt19937}. */
  @Test
  void theTenThousandthNumberOfTheDefaultSeedIsTheStandards() {
    var twister = new MersenneTwister(5489);
    twister.skip(9999);
    assertEquals(4123659995L, Integer.toUnsignedLong(twister.next()));
  }

  /** {@code torch.manual_seed(20260101); torch.randint(0, 2**27, (2000,))[::400]}. */
  @Test
  void drawsAreTheOnesBehindTorchRandint() {
    int[] draws = new int[2000];
    new MersenneTwister(20260101).fill(draws, draws.length);
    int[] expected = {117605434, 114349338, 119912217, 104888355, 47456323};
    for (int i = 0; i < expected.length; i++) {
      assertEquals(expected[i], draws[400 * i] & LOWER_27_BITS);
    }
  }

  /** {@code torch.manual_seed(-2); torch.randint(0, 2**27, (3,))}. */
  @Test
  void seedsAreUnsigned() {
    int[] draws = new int[3];
    new MersenneTwister(-2).fill(draws, 3);
    assertEquals(88763802, draws[0] & LOWER_27_BITS);
    assertEquals(34784904, draws[1] & LOWER_27_BITS);
    assertEquals(95911953, draws[2] & LOWER_27_BITS);
  }

  /** {@code torch.manual_seed(20260101); torch.bernoulli(torch.full((64,), 0.4))}. */
  @Test
  void theLower24BitsDecideTorchBernoulli() {
    String expected = "1001101000100111100000110010011100010011000010111011100011010010";
    var twister = new MersenneTwister(20260101);
    StringBuilder actual = new StringBuilder();
    for (int i = 0; i < 64; i++) {
      actual.append((twister.next() & 0xff_ffff) * 0x1p-24f < 0.4f ? '1' : '0');
    }
    assertEquals(expected, actual.toString());
  }

  /** {@code torch.manual_seed(20260101); torch.randint(0, 2**27, (1000001,))[-1]}. */
  @Test
  void aMillionSkippedLeadToTorchsDraw() {
    var twister = new MersenneTwister(20260101);
    twister.skip(1_000_000);
    assertEquals(91784030, twister.next() & LOWER_27_BITS);
  }

  @Test
  void skippingAndFillingInPiecesGiveTheSameStream() {
    int[] whole = new int[5000];
    new MersenneTwister(7).fill(whole, whole.length);
    for (int skipped : new int[] {0, 1, 623, 624, 625, 1247, 1248, 4999}) {
      var twister = new MersenneTwister(7);
      twister.skip(skipped / 2);
      twister.skip(skipped - skipped / 2);
      int[] rest = new int[5000 - skipped];
      twister.fill(rest, rest.length);
      assertArrayEquals(Arrays.copyOfRange(whole, skipped, 5000), rest);
    }
  }

  @Test
  void aCopyGoesItsOwnWay() {
    var twister = new MersenneTwister(7);
    twister.skip(600);
    var copy = twister.copy();
    int[] draws = new int[100];
    twister.fill(draws, 100);
    int[] again = new int[100];
    copy.fill(again, 100);
    assertArrayEquals(draws, again);
  }

  @Test
  void nothingIsSkippedBackwards() {
    assertThrows(IllegalArgumentException.class, () -> new MersenneTwister(7).skip(-1));
  }
}
