package org.genlab.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.genlab.api.evaluation.Series;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MetricsLogTest {
  @TempDir Path directory;
  private Path file;

  @BeforeEach
  void chooseFile() {
    file = directory.resolve("metrics.jsonl");
  }

  private static MetricsLog.Row row(long step, Object... pairs) {
    Map<String, Double> values = new LinkedHashMap<>();
    for (int i = 0; i < pairs.length; i += 2) {
      values.put((String) pairs[i], (Double) pairs[i + 1]);
    }
    return new MetricsLog.Row(step, values);
  }

  @Test
  void writesOneObjectALine() throws IOException {
    try (MetricsLog log = MetricsLog.open(file, 0)) {
      log.append(row(0, "train/accuracy", 0.5, "a\"b", 2.0));
      log.append(row(10, "x", Double.NaN, "y", Double.NEGATIVE_INFINITY));
    }
    assertEquals(
        """
        {"step":0,"train/accuracy":0.5,"a\\"b":2.0}
        {"step":10,"x":"NaN","y":"-Infinity"}
        """,
        Files.readString(file));
    assertEquals(
        List.of(
            row(0, "train/accuracy", 0.5, "a\"b", 2.0),
            row(10, "x", Double.NaN, "y", Double.NEGATIVE_INFINITY)),
        MetricsLog.read(file));
  }

  @Test
  void cutsOffWhatFollowsTheCheckpoint() throws IOException {
    long kept;
    byte[] expected;
    try (MetricsLog log = MetricsLog.open(file, 0)) {
      log.append(row(0, "x", 1.0));
      kept = log.sync();
      log.append(row(1, "x", 2.0));
      log.sync();
      expected = Files.readAllBytes(file);
      log.append(row(2, "x", 3.0));
    }
    Files.writeString(file, "{\"step\":3,\"tor", StandardOpenOption.APPEND);
    try (MetricsLog log = MetricsLog.open(file, kept)) {
      log.append(row(1, "x", 2.0));
    }
    assertArrayEquals(expected, Files.readAllBytes(file));
  }

  @Test
  void aTornLastLineIsIgnored() throws IOException {
    Files.write(
        file, "{\"step\":0,\"x\":1.5}\n{\"step\":1,\"\u00e4".getBytes(StandardCharsets.UTF_8));
    assertEquals(List.of(row(0, "x", 1.5)), MetricsLog.read(file));
    Files.write(file, new byte[] {'{', (byte) 0xC3});
    assertEquals(List.of(), MetricsLog.read(file));
  }

  @Test
  void aDamagedLineIsNamed() throws IOException {
    Files.writeString(file, "{\"step\":0}\n{\"step\":1,\n{\"step\":2}\n");
    UserError error = assertThrows(UserError.class, () -> MetricsLog.read(file));
    assertTrue(error.getMessage().startsWith(file + ":2:"), error.getMessage());
  }

  @Test
  void aFileShorterThanTheCheckpointSaysIsRefused() throws IOException {
    Files.writeString(file, "{\"step\":0}\n");
    UserError error = assertThrows(UserError.class, () -> MetricsLog.open(file, 100));
    assertTrue(error.getMessage().contains("100"), error.getMessage());
    assertEquals("{\"step\":0}\n", Files.readString(file));
  }

  @Test
  void rowsMakeUpSeries() {
    MetricsHistory history =
        MetricsHistory.of(List.of(row(0, "a", 1.0), row(5, "a", 2.0, "b", 3.0)));
    history.add(5, "a", 4.0);
    assertEquals(Set.of("a", "b"), history.names());
    Series a = history.series("a").orElseThrow();
    assertArrayEquals(new long[] {0, 5}, a.steps());
    assertArrayEquals(new double[] {1, 4}, a.values());
    assertTrue(history.series("c").isEmpty());
    assertThrows(IllegalArgumentException.class, () -> history.add(4, "a", 0));
    for (int i = 6; i < 100; i++) {
      history.add(i, "a", i);
    }
    assertEquals(96, history.series("a").orElseThrow().length());
  }
}
