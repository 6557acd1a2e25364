package org.genlab.optimizers.firstorder;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.genlab.api.model.ParameterLayout.Role;
import org.genlab.api.training.Optimizer;
import org.genlab.api.training.Schedule;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The optimizers against the paths that PyTorch's take in double precision. */
class PyTorchTrajectoryTest {
  private static final Problem PROBLEM =
      new Problem(
          new double[][] {{2, 0.5, 0}, {0.5, 1, 0.25}, {0, 0.25, 0.5}}, new double[] {1, -1, 0.5});

  private static final List<Role> ALL = List.of(Role.values());

  private static Optimizer optimizer(String name) {
    Schedule constant = Schedule.constant();
    return switch (name) {
      case "sgd" -> new Sgd(new Sgd.Settings(0.1, 0, false, 0, constant, 0));
      case "sgd-momentum" -> new Sgd(new Sgd.Settings(0.1, 0.9, false, 0, constant, 0));
      case "sgd-nesterov-decay" -> new Sgd(new Sgd.Settings(0.1, 0.9, true, 0.01, constant, 0));
      case "adam" ->
          new Adam(
              new Adam.Settings(0.1, List.of(0.9, 0.999), 1e-8, 0, Towards.ZERO, ALL, constant, 0));
      case "adam-decay" ->
          new Adam(
              new Adam.Settings(
                  0.1, List.of(0.8, 0.98), 1e-6, 0.1, Towards.ZERO, ALL, constant, 0));
      case "adamw" ->
          new AdamW(
              new AdamW.Settings(0.1, List.of(0.9, 0.98), 1e-8, 1, Towards.ZERO, ALL, constant, 0));
      default -> throw new IllegalArgumentException(name);
    };
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"sgd", "sgd-momentum", "sgd-nesterov-decay", "adam", "adam-decay", "adamw"})
  void takesThePathOfPyTorch(String name) throws IOException {
    double[][] expected = read(name);
    assertEquals(20, expected.length);
    double[][] path = PROBLEM.run(optimizer(name), Problem.at(1, -2, 3), expected.length);
    for (int t = 0; t < expected.length; t++) {
      assertArrayEquals(expected[t], path[t], 1e-5, name + ", step " + (t + 1));
    }
  }

  private static double[][] read(String name) throws IOException {
    try (InputStream in =
        PyTorchTrajectoryTest.class.getResourceAsStream("pytorch-trajectories.txt")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .map(line -> line.split(" "))
          .filter(cells -> cells[0].equals(name))
          .map(
              cells ->
                  Arrays.stream(cells, 2, cells.length).mapToDouble(Double::parseDouble).toArray())
          .toArray(double[][]::new);
    }
  }
}
