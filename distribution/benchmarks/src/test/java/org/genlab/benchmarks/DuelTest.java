package org.genlab.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class DuelTest {
  @Test
  void bothAreMeasuredInEachRound() {
    Duel.Times times = new Duel(3, 0.001, 0.001).fight(() -> work(1), () -> work(1));
    assertEquals(3, times.first().length);
    assertEquals(3, times.second().length);
    assertTrue(Arrays.stream(times.first()).allMatch(t -> t > 0));
    assertTrue(Arrays.stream(times.second()).allMatch(t -> t > 0));
  }

  @Test
  void turnsAlternate() {
    List<Character> calls = new ArrayList<>();
    // So slow that one call is a turn: four to warm up, then one a round and side.
    new Duel(4, 1e-9, 1e-9).fight(() -> turn(calls, 'a'), () -> turn(calls, 'b'));
    StringBuilder order = new StringBuilder();
    calls.forEach(order::append);
    assertTrue(
        order.toString().matches("(ab){4}(ab|ba)+") && !order.toString().contains("aaa"),
        order.toString());
  }

  private static void turn(List<Character> calls, char side) {
    calls.add(side);
    work(1);
  }

  private static void work(int millis) {
    long end = System.nanoTime() + millis * 1_000_000L;
    while (System.nanoTime() < end) {
      Thread.onSpinWait();
    }
  }

  @Test
  void loadIsWhatIsNeitherIdleNorWaiting() {
    assertEquals(
        0.01 * (10 + 20 + 30 + 6 + 7 + 8), Load.busy("cpu  10 20 30 4000 500 6 7 8 9 0"), 1e-12);
  }

  @Test
  void othersAreThoseThatAreNotThisProcess() {
    Load before = new Load(100, 40, 1000);
    Load after = new Load(103, 42, 1002);
    assertEquals(0.5, after.others(before), 1e-12);
    // clocks of different resolution
    assertEquals(0, new Load(101, 42, 1002).others(before));
  }
}
