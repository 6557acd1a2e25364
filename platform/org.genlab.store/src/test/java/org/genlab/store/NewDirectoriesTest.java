package org.genlab.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NewDirectoriesTest {
  private static final LocalDateTime TIME = LocalDateTime.of(2026, 1, 2, 3, 4, 5);

  @TempDir Path parent;

  private List<Path> entries() throws IOException {
    try (Stream<Path> entries = Files.list(parent)) {
      return entries.toList();
    }
  }

  @Test
  void manyAtOnceGetOneEachAndNoneIsEverSeenWithoutItsFile() throws Exception {
    int count = 64;
    ExecutorService threads = Executors.newFixedThreadPool(8);
    List<Future<Path>> made = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      String text = "seed: " + i;
      made.add(
          threads.submit(() -> NewDirectories.stamped(parent, "a run", "its.yaml", text, TIME)));
    }
    threads.shutdown();
    while (!threads.isTerminated()) {
      for (Path entry : entries()) {
        if (!entry.getFileName().toString().startsWith(".")) {
          assertTrue(Files.exists(entry.resolve("its.yaml")), entry.toString());
        }
      }
    }
    Set<Path> places = new HashSet<>();
    for (int i = 0; i < count; i++) {
      assertEquals("seed: " + i, Files.readString(made.get(i).get().resolve("its.yaml")));
      places.add(made.get(i).get());
    }
    assertEquals(count, places.size());
    assertEquals(places, new HashSet<>(entries()), "nothing else is left");
  }

  @Test
  void whatAKilledProcessLeftIsNotInTheWay() throws IOException {
    Path place = parent.resolve("arm-seed0");
    String own = ProcessHandle.current().pid() + "-" + Thread.currentThread().getId();
    Path left = Files.createDirectory(parent.resolve(".arm-seed0." + own + ".new"));
    Files.writeString(left.resolve("its.yaml"), "half");
    NewDirectories.exactly(place, "its.yaml", "whole");
    assertEquals("whole", Files.readString(place.resolve("its.yaml")));
    assertEquals(List.of(place), entries());
  }

  @Test
  void whatStandsThereIsKept() throws IOException {
    Path place = Files.createDirectory(parent.resolve("arm-seed0"));
    UserError error =
        assertThrows(UserError.class, () -> NewDirectories.exactly(place, "its.yaml", "x"));
    assertTrue(error.getMessage().contains(place + " is in the way"), error.getMessage());
    assertEquals(List.of(place), entries());
  }
}
