package dev.amalgam.core;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class NearestWordTest {

  private static final List<String> WORDS = List.of("weight", "density", "epsilon", "t");

  @Test
  void aThirdOfTheLettersMayBeWrong() {
    assertEquals(Optional.of("weight"), NearestWord.nearest("wieght", WORDS));
    assertEquals(Optional.of("weight"), NearestWord.nearest("weights", WORDS));
    assertEquals(Optional.of("weight"), NearestWord.nearest("eigh", WORDS));
    assertEquals(Optional.empty(), NearestWord.nearest("eig", WORDS));
    assertEquals(Optional.of("density"), NearestWord.nearest("Density", WORDS));
  }

  @Test
  void theNearestOfSeveralIsMeant() {
    assertEquals(
        Optional.of("dare_ties"),
        NearestWord.nearest("dare_tie", List.of("della_ties", "dare_ties", "dare_line")));
  }

  @Test
  void ofShortWordsOneLetterMayBeWrong() {
    assertEquals(Optional.of("t"), NearestWord.nearest("T", WORDS));
    assertEquals(Optional.empty(), NearestWord.nearest("xy", WORDS));
  }

  @Test
  void adviceNamesTheWordMeantOrElseAllOfThem() {
    assertEquals("did you mean 'density'?", NearestWord.advice("desnity", WORDS));
    assertEquals(
        "known are: weight, density, epsilon, t", NearestWord.advice("temperature", WORDS));
  }

  @Test
  void aHostileWordIsNoTrouble() {
    assertEquals(Optional.empty(), NearestWord.nearest("x".repeat(50_000_000), WORDS));
    assertEquals(Optional.empty(), NearestWord.nearest("weight", List.of()));
  }
}
