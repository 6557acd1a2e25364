package org.genlab.benchmarks;

import ai.djl.pytorch.engine.PtNDManager;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** The formulations of a workload in PyTorch, each with parameters of its own. */
final class Formulations implements AutoCloseable {
  private static final int ROUNDS = 5;

  private final List<String> names = new ArrayList<>();
  private final List<Side> sides = new ArrayList<>();
  private String comparison = "";

  Formulations(PtNDManager manager, Workload workload) {
    for (Formulation formulation : workload.torch()) {
      names.add(formulation.name());
      sides.add(new TorchSide(manager, formulation.program(), workload.rule()));
    }
  }

  List<Side> sides() {
    return sides;
  }

  /** Measures the steps of all of them alternately, and returns the one with the least median. */
  Side fastest(double seconds, double warmUp) {
    if (sides.size() == 1) {
      return sides.get(0);
    }
    int[] calls = new int[sides.size()];
    for (int k = 0; k < calls.length; k++) {
      calls[k] = Math.max(1, (int) (seconds * 1e3 / Duel.runFor(warmUp, sides.get(k)::step)));
    }
    double[][] times = new double[calls.length][ROUNDS];
    for (int i = 0; i < ROUNDS; i++) {
      for (int k = 0; k < calls.length; k++) {
        times[k][i] = Duel.run(calls[k], sides.get(k)::step);
      }
    }
    double[] medians = Arrays.stream(times).mapToDouble(t -> Statistics.of(t).median()).toArray();
    Integer[] order = new Integer[calls.length];
    Arrays.setAll(order, k -> k);
    Arrays.sort(order, (a, b) -> Double.compare(medians[a], medians[b]));
    comparison =
        Arrays.stream(order)
            .map(k -> String.format(Locale.ROOT, "%s %.3f ms", names.get(k), medians[k]))
            .collect(Collectors.joining(", "));
    return sides.get(order[0]);
  }

  /** The names of the formulations with their times, the fastest first; empty when it is alone. */
  String comparison() {
    return comparison;
  }

  @Override
  public void close() {
    sides.forEach(Side::close);
  }
}
