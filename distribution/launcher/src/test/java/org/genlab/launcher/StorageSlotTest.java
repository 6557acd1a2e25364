package org.genlab.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StorageSlotTest {
  @TempDir Path root;

  private Path storageOf(String build) throws IOException {
    try (StorageSlot slot = StorageSlot.acquire(root, build)) {
      return slot.storage();
    }
  }

  @Test
  void heldSlotsAreNotGivenTwice() throws IOException {
    Path freed;
    try (StorageSlot first = StorageSlot.acquire(root, "b");
        StorageSlot second = StorageSlot.acquire(root, "b")) {
      assertNotEquals(first.storage(), second.storage());
      freed = first.storage();
    }
    assertEquals(freed, storageOf("b"), "the first free one is used again");
  }

  @Test
  void completionLastsUntilCleared() throws IOException {
    try (StorageSlot slot = StorageSlot.acquire(root, "b")) {
      assertFalse(slot.isComplete());
      Files.createDirectories(slot.storage().resolve("bundle1/version0.0"));
      slot.complete();
    }
    try (StorageSlot slot = StorageSlot.acquire(root, "b")) {
      assertTrue(slot.isComplete());
      assertTrue(Files.exists(slot.storage().resolve("bundle1")));
      slot.clear();
      assertFalse(slot.isComplete());
      assertFalse(Files.exists(slot.storage()));
    }
  }

  @Test
  void whatOthersKeepInTheRootStays() throws IOException {
    Path index = Files.createDirectories(root.resolve("repositories/a"));
    Path library = Files.createDirectories(root.resolve("javacpp/b"));
    storageOf("current");
    assertTrue(Files.exists(index));
    assertTrue(Files.exists(library));
  }

  @Test
  void slotsOfOtherBuildsGoUnlessHeld() throws IOException {
    try (StorageSlot held = StorageSlot.acquire(root, "held")) {
      Path stale = storageOf("stale");
      storageOf("current");
      assertFalse(Files.exists(stale.getParent()));
      assertTrue(Files.exists(held.storage().getParent()));
    }
  }

  @Test
  void oneStartRemovesABoundedNumber() throws IOException {
    for (int i = 0; i < 10; i++) {
      Files.createDirectories(root.resolve("old" + i + "/slot-0"));
    }
    storageOf("current");
    assertEquals(1 + 1 + 6, root.toFile().list().length, "the lock, this build, six of ten");
    storageOf("current");
    storageOf("current");
    assertEquals(2, root.toFile().list().length);
  }

  @Test
  void rootThatCannotBeWrittenGivesATemporarySlot() throws IOException {
    Path file = Files.createFile(root.resolve("file"));
    Path storage;
    try (StorageSlot slot = StorageSlot.acquire(file, "b")) {
      storage = Files.createDirectories(slot.storage());
    }
    assertFalse(Files.exists(storage.getParent()));
  }
}
