package org.genlab.compute.nd4j;

import java.util.Arrays;
import java.util.Locale;
import org.genlab.tensor.Compute;
import org.genlab.tensor.backend.Backend;

/**
 * Measures a training step of the transformer of Power et al. (2022), two layers of width 128 with
 * 4 heads and batches of 512, on the backends jvm and nd4j by turns.
 *
 * <p>Arguments: the number of threads (2), of steps in a turn (30), of turns (3).
 */
final class StepComparison {
  private StepComparison() {}

  public static void main(String[] args) {
    int threads = args.length > 0 ? Integer.parseInt(args[0]) : 2;
    int steps = args.length > 1 ? Integer.parseInt(args[1]) : 30;
    int turns = args.length > 2 ? Integer.parseInt(args[2]) : 3;
    for (int turn = 0; turn < turns; turn++) {
      for (String name : new String[] {"jvm", "nd4j"}) {
        measure(name, threads, steps);
      }
    }
  }

  private static void measure(String name, int threads, int steps) {
    double[] times = new double[steps];
    float loss = 0;
    try (Backend backend = Compute.create(name, threads);
        Compute.Binding binding = Compute.use(backend)) {
      GrokkingTransformer network =
          new GrokkingTransformer(new GrokkingTransformer.Size(97, 2, 128, 4, 512));
      for (int t = 1; t <= steps; t++) {
        long start = System.nanoTime();
        loss = network.step(t);
        times[t - 1] = (System.nanoTime() - start) / 1e6;
      }
    }
    // The first steps compile and fill the pool.
    double[] late = Arrays.copyOfRange(times, steps / 3, steps);
    Arrays.sort(late);
    System.out.printf(
        Locale.ROOT,
        "%-4s %d threads: median %.1f ms a step, best %.1f, worst %.1f; loss %.6f%n",
        name,
        threads,
        late[late.length / 2],
        late[0],
        late[late.length - 1],
        loss);
  }
}
