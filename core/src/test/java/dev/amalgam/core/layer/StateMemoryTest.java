package dev.amalgam.core.layer;

import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;

import org.junit.jupiter.api.Test;

class StateMemoryTest {

  private final StateMemory memory = new StateMemory();

  @Test
  void arraysInUseAreNeverShared() {
    assertNotSame(memory.states(3, 4).data(), memory.states(3, 4).data());
  }

  @Test
  void whatIsReleasedIsUsedAgain() {
    int mark = memory.mark();
    float[] array = memory.states(3, 4).data();
    memory.release(mark);
    assertSame(array, memory.states(2, 5).data());
  }

  @Test
  void whatWasTakenBeforeTheMarkStaysInUse() {
    float[] kept = memory.states(2, 2).data();
    int mark = memory.mark();
    memory.states(2, 2);
    memory.release(mark);
    assertNotSame(kept, memory.states(2, 2).data());
  }

  @Test
  void theSmallestArrayThatIsLargeEnoughIsTaken() {
    int mark = memory.mark();
    float[] large = memory.states(10, 10).data();
    float[] small = memory.states(2, 10).data();
    memory.release(mark);
    assertSame(small, memory.states(1, 15).data());
    assertSame(large, memory.states(3, 10).data());
  }

  @Test
  void anArrayThatIsTooSmallMakesRoomForALargerOne() {
    int mark = memory.mark();
    float[] small = memory.states(1, 1).data();
    memory.release(mark);
    float[] large = memory.states(5, 5).data();
    memory.release(mark);
    float[] first = memory.states(1, 1).data();
    float[] second = memory.states(1, 1).data();
    assertSame(large, first);
    assertNotSame(small, second);
  }
}
