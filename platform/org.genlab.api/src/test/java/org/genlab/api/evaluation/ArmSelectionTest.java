package org.genlab.api.evaluation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.genlab.api.model.Parameters;
import org.junit.jupiter.api.Test;

class ArmSelectionTest {
  private record Run(String arm, long seed) implements RunRecord {
    @Override
    public Map<String, Object> settings() {
      return Map.of();
    }

    @Override
    public History history() {
      throw new AssertionError();
    }

    @Override
    public Optional<double[]> array(String name) {
      return Optional.empty();
    }

    @Override
    public Parameters parameters() {
      throw new AssertionError();
    }
  }

  private static final List<RunRecord> RUNS =
      List.of(
          new Run("width-8", 0),
          new Run("width-8", 1),
          new Run("width-16", 0),
          new Run("main", 0),
          new Run("width.8", 0));

  private static String selected(String... arms) {
    return ArmSelection.runs(RUNS, List.of(arms)).stream()
        .map(run -> run.arm() + "/" + run.seed())
        .toList()
        .toString();
  }

  @Test
  void namesAndPatternsSelectInTheOrderOfTheRuns() {
    assertEquals("[width-8/0, width-8/1, main/0]", selected("main", "width-8"));
    assertEquals("[width-8/0, width-8/1, width-16/0]", selected("width-*"));
    assertEquals("[width-8/0, width-8/1, width.8/0]", selected("width*8"));
    assertEquals("[width.8/0]", selected("width.8"));
    assertEquals(5, ArmSelection.runs(RUNS, List.of()).size());
    assertEquals(5, ArmSelection.runs(RUNS, List.of("*")).size());
  }

  @Test
  void armsKeepTheirOrderAndTheirRuns() {
    Map<String, List<RunRecord>> byArm = ArmSelection.byArm(RUNS, List.of("main", "width-*"));
    assertEquals(List.of("width-8", "width-16", "main"), List.copyOf(byArm.keySet()));
    assertEquals(RUNS.subList(0, 2), byArm.get("width-8"));
  }

  @Test
  void whatFitsNoArmIsNamed() {
    assertEquals(
        "there is no run of an arm 'width-32'; the arms are width-8, width-16, main, width.8",
        assertThrows(IllegalArgumentException.class, () -> selected("main", "width-32"))
            .getMessage());
    assertEquals(
        "there are no runs to analyse",
        assertThrows(IllegalArgumentException.class, () -> ArmSelection.runs(List.of(), List.of()))
            .getMessage());
  }
}
