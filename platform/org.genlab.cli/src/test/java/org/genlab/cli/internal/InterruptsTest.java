package org.genlab.cli.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class InterruptsTest {
  @Test
  void signalAsksToStopAndIsRemembered() throws Exception {
    CountDownLatch noticed = new CountDownLatch(1);
    try (Interrupts interrupts = Interrupts.open(noticed::countDown)) {
      assertFalse(interrupts.stop().isRequested());
      assertEquals(0, interrupts.exitCode());
      Class<?> signal = ClassLoader.getSystemClassLoader().loadClass("sun.misc.Signal");
      signal
          .getMethod("raise", signal)
          .invoke(null, signal.getConstructor(String.class).newInstance("TERM"));
      assertTrue(noticed.await(20, TimeUnit.SECONDS));
      assertTrue(interrupts.stop().isRequested());
      assertEquals(143, interrupts.exitCode());
    }
  }
}
