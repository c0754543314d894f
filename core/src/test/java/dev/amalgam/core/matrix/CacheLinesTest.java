package dev.amalgam.core.matrix;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class CacheLinesTest {

  @Test
  void objectsBeginOnEightBytesSoTheFirstEntryOfALineIsEven() {
    float[][] arrays = Stream.generate(() -> new float[100]).limit(64).toArray(float[][]::new);

    int[] first = Arrays.stream(arrays).mapToInt(CacheLines::first).toArray();

    assertTrue(
        Arrays.stream(first).allMatch(i -> i >= 0 && i <= CacheLines.MOST_BEFORE && i % 2 == 0),
        Arrays.toString(first));
  }

  @Test
  void neighboursBeginAtDifferentPlacesOfALine() {
    // 416 bytes each, which is no multiple of a line.
    float[][] arrays = Stream.generate(() -> new float[100]).limit(64).toArray(float[][]::new);

    assertTrue(Arrays.stream(arrays).mapToInt(CacheLines::first).distinct().count() > 1);
  }

  @Test
  void thereIsRoomFromTheFirstLineOn() {
    AlignedRoom room = new AlignedRoom();
    for (int size : new int[] {0, 1, 15, 16, 1000, 999}) {
      room.reserve(size);

      assertTrue(room.data().length - room.start() >= size, "size " + size);
      assertEquals(CacheLines.first(room.data()), room.start());
    }
  }
}
