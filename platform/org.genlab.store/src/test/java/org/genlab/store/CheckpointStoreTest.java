package org.genlab.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointStoreTest {
  @TempDir Path directory;
  private final List<String> warnings = new ArrayList<>();

  private CheckpointStore store() {
    return new CheckpointStore(directory.resolve("checkpoints"), warnings::add);
  }

  private static Checkpoint checkpoint(long step) {
    return new Checkpoint(
        step,
        10 * step,
        Map.of("models/main/parameters/w", new Safetensors.Floats(new float[] {step, 0.5f}, 2)),
        Map.of("slots/x/count", 0.1 * step),
        Map.of("models/main/parameters/w", "WEIGHT"));
  }

  @Test
  void readsBackWhatWasWritten() {
    CheckpointStore store = store();
    assertTrue(store.latest().isEmpty());
    store.write(checkpoint(7), 2);
    Checkpoint read = store.latest().orElseThrow();
    assertEquals(7, read.step());
    assertEquals(70, read.metricsBytes());
    assertArrayEquals(
        new float[] {7, 0.5f}, read.arrays().get("models/main/parameters/w").values());
    assertEquals(Map.of("slots/x/count", 0.1 * 7), read.numbers());
    assertEquals(Map.of("models/main/parameters/w", "WEIGHT"), read.roles());
    assertEquals(List.of("main"), read.children("models"));
    assertEquals(List.of(), warnings);
  }

  @Test
  void keepsTheLastOnes() {
    CheckpointStore store = store();
    for (long step = 0; step <= 40; step += 10) {
      store.write(checkpoint(step), 3);
    }
    assertEquals(List.of(20L, 30L, 40L), store.steps());
    assertThrows(IllegalArgumentException.class, () -> store.write(checkpoint(50), 1));
    store.deleteAfter(20);
    assertEquals(List.of(20L), store.steps());
  }

  @Test
  void aFlippedByteAnywhereIsDetectedAndThePreviousOneUsed() throws IOException {
    CheckpointStore store = store();
    store.write(checkpoint(1), 2);
    store.write(checkpoint(2), 2);
    Path data = store.data(2);
    Path description = data.resolveSibling("step-00000002.json");
    for (Path file : List.of(data, description)) {
      byte[] whole = Files.readAllBytes(file);
      for (int i = 0; i < whole.length; i++) {
        byte[] damaged = whole.clone();
        damaged[i] ^= 1;
        Files.write(file, damaged);
        warnings.clear();
        assertEquals(1, store.latest().orElseThrow().step(), file + " byte " + i);
        assertEquals(1, warnings.size());
        assertTrue(warnings.get(0).contains(data.toString()), warnings.get(0));
        assertTrue(warnings.get(0).contains(store.data(1).toString()), warnings.get(0));
      }
      Files.write(file, whole);
    }
    warnings.clear();
    assertEquals(2, store.latest().orElseThrow().step());
    assertEquals(List.of(), warnings);
  }

  @Test
  void dataWithoutDescriptionDoesNotCount() throws IOException {
    CheckpointStore store = store();
    store.write(checkpoint(1), 2);
    store.write(checkpoint(2), 2);
    Files.delete(store.data(2).resolveSibling("step-00000002.json"));
    assertEquals(1, store.latest().orElseThrow().step());
  }

  @Test
  void whenAllAreDamagedThatIsAnError() throws IOException {
    CheckpointStore store = store();
    store.write(checkpoint(1), 2);
    Files.writeString(store.data(1), "nothing");
    UserError error = assertThrows(UserError.class, store::latest);
    assertTrue(error.getMessage().contains(store.data(1).toString()), error.getMessage());
  }

  @Test
  void theLastOneIsNotReplacedByAnOlderOne() throws IOException {
    CheckpointStore store = store();
    assertThrows(UserError.class, store::last);
    store.write(checkpoint(1), 2);
    store.write(checkpoint(2), 2);
    assertEquals(2, store.last().step());
    Files.writeString(store.data(2), "nothing");
    UserError error = assertThrows(UserError.class, store::last);
    assertTrue(error.getMessage().contains(store.data(2).toString()), error.getMessage());
  }

  @Test
  void aFullDiskLeavesEarlierCheckpointsValid() throws IOException {
    store().write(checkpoint(1), 2);
    for (int room = 0; room < Files.size(store().data(1)); room += 50) {
      int bytes = room;
      CheckpointStore full =
          new CheckpointStore(
              directory.resolve("checkpoints"), warnings::add, out -> new FullDisk(out, bytes));
      UserError error = assertThrows(UserError.class, () -> full.write(checkpoint(2), 2));
      assertTrue(error.getMessage().contains("disk is full"), error.getMessage());
      assertEquals(1, store().latest().orElseThrow().step());
    }
    assertEquals(List.of(), warnings);
  }
}
