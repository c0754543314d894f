package dev.amalgam.core.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.amalgam.core.layer.ModelException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SamplerTest {

  private static int[] choices(Sampler sampler, int count, float... logits) {
    return IntStream.range(0, count).map(i -> sampler.choose(logits)).toArray();
  }

  @Test
  void atTemperature0TheFirstOfTheMostProbableIsChosen() {
    assertArrayEquals(new int[] {2, 2}, choices(new Sampler(0, 1), 2, -3, 1, 4, 4, 0));
  }

  @Test
  void theDrawsAreThoseOfSplitMix64() {
    // The first numbers of the generator from seed 1234567, as its authors' C code prints them:
    // 6457827717110365317, 3203168211198807973, 9817491932198370423 of 2⁶⁴.
    float[] equal = new float[1000];
    assertArrayEquals(new int[] {350, 173, 532}, choices(new Sampler(1, 1_234_567), 3, equal));
  }

  @Test
  void tokensAreChosenAsOftenAsTheyAreProbable() {
    float[] logits = {(float) Math.log(1), (float) Math.log(2), (float) Math.log(5)};
    int[] counts = new int[3];
    for (int token : choices(new Sampler(1, 7), 80_000, logits)) {
      counts[token]++;
    }
    assertEquals(10_000, counts[0], 400);
    assertEquals(20_000, counts[1], 500);
    assertEquals(50_000, counts[2], 600);
  }

  @Test
  void aLowTemperatureSharpensAndAHighOneFlattens() {
    float[] logits = {0, 1};
    long cold = IntStream.of(choices(new Sampler(0.25, 3), 10_000, logits)).sum();
    long hot = IntStream.of(choices(new Sampler(100, 3), 10_000, logits)).sum();
    assertEquals(10_000 / (1 + Math.exp(-4)), cold, 100);
    assertEquals(10_000 / (1 + Math.exp(-0.01)), hot, 200);
    assertArrayEquals(new int[] {1, 1, 1}, choices(new Sampler(Double.MIN_VALUE, 3), 3, logits));
  }

  @Test
  void impossibleTokensAreNeverChosen() {
    float no = Float.NEGATIVE_INFINITY;
    for (int token : choices(new Sampler(1, 5), 1000, no, 0, no)) {
      assertEquals(1, token);
    }
  }

  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY})
  void logitsThatAreNoNumbersAreRefused(float logit) {
    String message =
        assertThrows(ModelException.class, () -> choices(new Sampler(0, 0), 1, 1, logit))
            .getMessage();
    assertEquals(
        "the model finds token 1 to be of probability " + logit + "; its weights are broken",
        message);
  }

  @Test
  void ifAllTokensAreImpossibleNoneIsChosen() {
    assertThrows(
        ModelException.class,
        () -> choices(new Sampler(1, 0), 1, Float.NEGATIVE_INFINITY, Float.NEGATIVE_INFINITY));
  }

  @ParameterizedTest
  @ValueSource(doubles = {-0.1, Double.NaN, Double.POSITIVE_INFINITY})
  void temperaturesThatMeanNothingAreRefused(double temperature) {
    assertThrows(IllegalArgumentException.class, () -> new Sampler(temperature, 0));
  }
}
