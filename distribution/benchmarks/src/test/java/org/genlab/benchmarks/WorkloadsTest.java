package org.genlab.benchmarks;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.genlab.tensor.Compute;
import org.genlab.tensor.backend.Backend;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What can be said without PyTorch. */
class WorkloadsTest {
  static List<String> names() {
    return List.copyOf(Main.workloads().keySet());
  }

  @ParameterizedTest
  @MethodSource("names")
  void learns(String name) {
    try (Backend backend = Compute.create("jvm", 2);
        Compute.Binding binding = Compute.use(backend)) {
      Workload workload = Main.workloads().get(name).get();
      try (Side side = new GenLabSide(workload.initial(), workload.loss(), workload.rule())) {
        double first = side.gradient();
        assertEquals(first, side.gradient(), "a gradient moves nothing");
        assertEquals(first, side.step());
        if (workload.rule().optimizer().isPresent()) {
          for (int i = 0; i < 5; i++) {
            side.step();
          }
          assertTrue(side.gradient() < first);
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("names")
  void bothSidesHaveTheSameNumberOfParameters(String name) {
    Workload workload = Main.workloads().get(name).get();
    for (Formulation formulation : workload.torch()) {
      long torch = 0;
      for (TorchProgram.Value parameter : formulation.program().parameters()) {
        long size = 1;
        for (long dimension : parameter.shape()) {
          size *= dimension;
        }
        assertEquals(size * Float.BYTES, parameter.values().remaining());
        torch += size;
      }
      assertEquals(workload.initial().flat().size(), torch, formulation.name());
    }
  }

  @Test
  void transposes() {
    assertArrayEquals(
        new float[] {1, 4, 2, 5, 3, 6}, Layouts.transposed(new float[] {1, 2, 3, 4, 5, 6}, 2, 3));
    assertThrows(
        IllegalArgumentException.class, () -> Layouts.transposed(new float[] {1, 2}, 2, 3));
  }

  @Test
  void archiveHasWhatTorchScriptReads() throws IOException {
    List<String> names = new ArrayList<>();
    String code = "";
    byte[] archive = TorchScript.archive(List.of("data"), "def f(self: __torch__.Net) -> int:\n");
    try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(archive))) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        names.add(entry.getName());
        byte[] content = zip.readAllBytes();
        if (entry.getName().endsWith(".py")) {
          code = new String(content, StandardCharsets.US_ASCII);
        }
      }
    }
    assertEquals(
        List.of("net/version", "net/data.pkl", "net/code/__torch__.py", "net/constants.pkl"),
        names);
    assertTrue(code.contains("\n  data : List[Tensor]\n  def f(self"), code);
  }
}
