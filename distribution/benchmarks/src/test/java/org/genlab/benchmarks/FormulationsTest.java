package org.genlab.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDManager;
import java.util.List;
import org.genlab.tensor.Compute;
import org.genlab.tensor.backend.Backend;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is measured against each other is the same computation. */
class FormulationsTest {
  private static final int STEPS = 4;

  @BeforeAll
  static void start() {
    Environment.prepare();
    Environment.startPyTorch(1);
  }

  static List<String> names() {
    return List.copyOf(Main.workloads().keySet());
  }

  @ParameterizedTest
  @MethodSource("names")
  void allTrainAlike(String name) {
    try (Backend backend = Compute.create("jvm", 2);
        Compute.Binding binding = Compute.use(backend);
        PtNDManager manager = (PtNDManager) NDManager.newBaseManager()) {
      Workload workload = Main.workloads().get(name).get();
      try (Side genlab = new GenLabSide(workload.initial(), workload.loss(), workload.rule());
          Formulations formulations = new Formulations(manager, workload)) {
        assertEquals(workload.torch().size(), formulations.sides().size());
        for (int i = 0; i < STEPS; i++) {
          double loss = genlab.step();
          for (int k = 0; k < formulations.sides().size(); k++) {
            double other = formulations.sides().get(k).step();
            assertTrue(
                Statistics.difference(loss, other) < 1e-5,
                loss + ", " + other + " of " + workload.torch().get(k).name() + " in step " + i);
          }
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("names")
  void formulationsDoNotShareParameters(String name) {
    try (PtNDManager manager = (PtNDManager) NDManager.newBaseManager()) {
      Workload workload = Main.workloads().get(name).get();
      TorchProgram program = workload.torch().get(0).program();
      try (Side trained = new TorchSide(manager, program, workload.rule())) {
        double first = trained.step();
        trained.step();
        try (Side fresh = new TorchSide(manager, program, workload.rule())) {
          assertEquals(first, fresh.step(), 1e-6 * Math.abs(first));
        }
      }
    }
  }
}
