package org.genlab.benchmarks;

/**
 * Measures two computations alternately: first, second, then second, first, and so on. Each turn
 * makes as many calls as fit into its time, and counts as one measurement.
 */
final class Duel {
  /**
   * Milliseconds a call, one number a round.
   *
   * @param first of the one computation
   * @param second of the other, in the same rounds
   * @param disturbed the number of rounds in which other processes worked
   */
  record Times(double[] first, double[] second, int disturbed) {}

  /** Time for the threads of one side to fall asleep before the other begins. */
  private static final long PAUSE_MILLIS = 5;

  /** A round in which others used more than this part of a processor is measured again. */
  private static final double DISTURBED = 0.05;

  /** How many rounds may be measured again, for each that is wanted. */
  private static final int REPEATS = 2;

  private final int rounds;
  private final double seconds;
  private final double warmUp;

  /**
   * @param rounds how often each is measured
   * @param seconds how long one measurement lasts
   * @param warmUp how long each runs before it is measured
   */
  Duel(int rounds, double seconds, double warmUp) {
    this.rounds = rounds;
    this.seconds = seconds;
    this.warmUp = warmUp;
  }

  Times fight(Runnable first, Runnable second) {
    // In slices, so that the state of the machine is the same for both when the measurement begins.
    double firstCall = 0;
    double secondCall = 0;
    int slices = 4;
    for (int i = 0; i < slices; i++) {
      firstCall = runFor(warmUp / slices, first);
      pause();
      secondCall = runFor(warmUp / slices, second);
      pause();
    }
    int firstCalls = calls(firstCall);
    int secondCalls = calls(secondCall);
    double[] firsts = new double[rounds];
    double[] seconds = new double[rounds];
    int disturbed = 0;
    int repeats = REPEATS * rounds;
    for (int i = 0; i < rounds; i++) {
      Load before = Load.now();
      if (i % 2 == 0) {
        firsts[i] = run(firstCalls, first);
        seconds[i] = run(secondCalls, second);
      } else {
        seconds[i] = run(secondCalls, second);
        firsts[i] = run(firstCalls, first);
      }
      if (Load.now().others(before) > DISTURBED) {
        if (repeats > 0) {
          repeats--;
          i--;
        } else {
          disturbed++;
        }
      }
    }
    return new Times(firsts, seconds, disturbed);
  }

  private int calls(double millis) {
    return Math.max(1, (int) (this.seconds * 1e3 / millis));
  }

  static double run(int calls, Runnable computation) {
    pause();
    long start = System.nanoTime();
    for (int i = 0; i < calls; i++) {
      computation.run();
    }
    return (System.nanoTime() - start) / 1e6 / calls;
  }

  /** Milliseconds a call. */
  static double runFor(double seconds, Runnable computation) {
    long start = System.nanoTime();
    int calls = 0;
    do {
      computation.run();
      calls++;
    } while (System.nanoTime() - start < seconds * 1e9);
    return (System.nanoTime() - start) / 1e6 / calls;
  }

  private static void pause() {
    try {
      Thread.sleep(PAUSE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
