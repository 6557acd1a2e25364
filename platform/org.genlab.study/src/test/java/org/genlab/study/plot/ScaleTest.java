package org.genlab.study.plot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ScaleTest {
  private static List<String> labels(Scale scale, int most) {
    return scale.ticks(most).stream().flatMap(t -> t.label().stream()).map(Label::text).toList();
  }

  @Test
  void equalRatiosHaveEqualLengths() {
    LogScale scale = new LogScale(1, 10_000, 0);
    for (int k = 0; k <= 4; k++) {
      assertEquals(k / 4.0, scale.position(Math.pow(10, k)), 1e-12);
    }
    assertEquals(Math.log10(50) / 4, scale.position(50), 1e-12);
  }

  @Test
  void zeroStandsBeforeTheBreak() {
    LogScale scale = new LogScale(1, 100, 0.1);
    assertEquals(0, scale.position(0));
    assertEquals(0.1, scale.position(1), 1e-12);
    assertEquals(0.1 + 0.9 / 2, scale.position(10), 1e-12);
    assertEquals(1, scale.position(100), 1e-12);
    assertEquals(1, scale.position(1e9), 1e-12);
  }

  @Test
  void decadesAreLabelledAndTheirNinthsMarked() {
    LogScale scale = new LogScale(1, 20_000, 0.05);
    assertEquals(List.of("0", "100", "101", "102", "103", "104"), labels(scale, 10));
    List<Double> minor =
        scale.ticks(10).stream()
            .filter(t -> t.label().isEmpty())
            .map(Tick::value)
            .filter(v -> v > 1000)
            .toList();
    assertEquals(List.of(2e3, 3e3, 4e3, 5e3, 6e3, 7e3, 8e3, 9e3, 2e4), minor);
  }

  @Test
  void fewDecadesAreLabelledMoreDensely() {
    assertEquals(List.of("200", "500", "1000", "2000"), labels(new LogScale(150, 3000, 0), 6));
  }

  @Test
  void manyDecadesAreLabelledMoreSparsely() {
    List<String> labels = labels(new LogScale(1e-12, 1, 0), 5);
    assertTrue(labels.size() <= 5 && labels.size() >= 3, labels.toString());
  }

  @Test
  void linearTicksAreRoundNumbers() {
    assertEquals(
        List.of("0\u202f%", "20\u202f%", "40\u202f%", "60\u202f%", "80\u202f%", "100\u202f%"),
        labels(LinearScale.percentage(), 6));
    assertEquals(List.of("\u22120.1", "0", "0.1"), labels(new LinearScale(-0.15, 0.15, false), 4));
    assertEquals(List.of("0", "5000", "10\u202f000"), labels(new LinearScale(0, 10_000, false), 4));
  }

  @ParameterizedTest
  @ValueSource(doubles = {1e-9, 3.7e-3, 0.9, 12, 5.5e7})
  void linearTicksNeverExceedTheirRoom(double width) {
    for (int most = 2; most < 9; most++) {
      int n = new LinearScale(-width / 3, width, false).ticks(most).size();
      assertTrue(n >= 1 && n <= most * 4 / 3 + 1, n + " ticks, room for " + most);
    }
  }

  @Test
  void impossibleAxesAreRefused() {
    assertThrows(IllegalArgumentException.class, () -> new LogScale(0, 1, 0));
    assertThrows(IllegalArgumentException.class, () -> new LinearScale(1, 1, false));
  }
}
