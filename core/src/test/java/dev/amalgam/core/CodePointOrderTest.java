package dev.amalgam.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CodePointOrderTest {

  @Test
  void theOrderIsThatOfTheUtf8Bytes() {
    int[] alphabet = {'a', 'b', 0x7f, 0x80, 0x7ff, 0xd7ff, 0xe000, 0xffff, 0x10000, 0x1f600};
    Random random = new Random(3);
    for (int i = 0; i < 10_000; i++) {
      String a = random(alphabet, random);
      String b = random(alphabet, random);
      int bytes =
          Arrays.compareUnsigned(
              a.getBytes(StandardCharsets.UTF_8), b.getBytes(StandardCharsets.UTF_8));
      assertEquals(
          Integer.signum(bytes), Integer.signum(CodePointOrder.INSTANCE.compare(a, b)), a + b);
    }
  }

  @Test
  void itDiffersFromThatOfStrings() {
    List<String> words = new ArrayList<>(List.of("\uffff", "\ud83d\ude00"));
    words.sort(null);
    assertEquals("\ud83d\ude00", words.getFirst());
    assertTrue(CodePointOrder.INSTANCE.compare("\uffff", "\ud83d\ude00") < 0);
  }

  private static String random(int[] alphabet, Random random) {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(4); i > 0; i--) {
      text.appendCodePoint(alphabet[random.nextInt(alphabet.length)]);
    }
    return text.toString();
  }
}
