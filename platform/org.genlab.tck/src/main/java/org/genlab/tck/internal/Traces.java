package org.genlab.tck.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What a process has at a moment: threads, open files, files in the usual places. */
public final class Traces {
  private static final int PATIENCE_MILLIS = 2000;

  private Traces() {}

  /** The threads that live now. */
  public static Set<Thread> threads() {
    return new HashSet<>(Thread.getAllStackTraces().keySet());
  }

  /**
   * The threads that were started since then and go on, after a moment in which they may end.
   *
   * @param before what {@link #threads} gave
   */
  public static List<Thread> newThreads(Set<Thread> before) {
    List<Thread> left =
        threads().stream().filter(t -> !before.contains(t) && !isOfJava(t)).toList();
    for (Thread thread : left) {
      try {
        thread.join(PATIENCE_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    return left.stream().filter(Thread::isAlive).toList();
  }

  /** Threads that the Java platform starts by itself, and keeps. */
  private static boolean isOfJava(Thread thread) {
    ThreadGroup group = thread.getThreadGroup();
    return group == null
        || group.getName().equals("system")
        || group.getName().equals("InnocuousThreadGroup")
        || thread.getName().startsWith("ForkJoinPool.commonPool-worker-");
  }

  /** The regular files that this process has open, and how often, where the system tells. */
  public static Map<String, Integer> openFiles() {
    Map<String, Integer> open = new TreeMap<>();
    try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
      for (Path descriptor : descriptors.toList()) {
        try {
          Path target = Files.readSymbolicLink(descriptor);
          String name = target.toString();
          if (target.isAbsolute() && Files.isRegularFile(target) && !name.endsWith(".jar")) {
            open.merge(name, 1, Integer::sum);
          }
        } catch (IOException e) {
          // Closed in the meantime.
        }
      }
    } catch (IOException e) {
      return Map.of();
    }
    return open;
  }

  /**
   * The files that were opened since then and stay open, after a moment in which they may be
   * closed: the JVM itself opens files, to load a class for example.
   *
   * @param before what {@link #openFiles} gave
   */
  public static Set<String> leftOpen(Map<String, Integer> before) {
    Set<String> left = opened(before);
    long end = System.nanoTime() + PATIENCE_MILLIS * 1_000_000L;
    while (!left.isEmpty() && System.nanoTime() < end) {
      LockSupport.parkNanos(10_000_000L);
      left.retainAll(opened(before));
    }
    return left;
  }

  private static Set<String> opened(Map<String, Integer> before) {
    Set<String> opened = new TreeSet<>();
    openFiles()
        .forEach(
            (name, times) -> {
              if (times > before.getOrDefault(name, 0)) {
                opened.add(name);
              }
            });
    return opened;
  }

  /** The entries of the working directory and of the directory for temporary files. */
  public static Map<String, Long> files() {
    Map<String, Long> files = new TreeMap<>();
    for (Path directory : List.of(Path.of(""), Path.of(System.getProperty("java.io.tmpdir")))) {
      try (Stream<Path> entries = Files.list(directory.toAbsolutePath())) {
        for (Path entry : entries.toList()) {
          boolean regular = Files.isRegularFile(entry);
          files.put(entry.toString(), regular ? Files.getLastModifiedTime(entry).toMillis() : -1L);
        }
      } catch (IOException | java.io.UncheckedIOException e) {
        // Not readable, or removed while it was listed.
      }
    }
    return files;
  }

  /**
   * The entries that are new or changed, with numbers in their names left out: other processes
   * write there too, and only what comes with every use counts.
   */
  public static Set<String> newFiles(Map<String, Long> before) {
    return files().entrySet().stream()
        .filter(e -> !e.getValue().equals(before.get(e.getKey())))
        .map(e -> e.getKey().replaceAll("[0-9]+", "*"))
        .filter(name -> !name.contains("genlab-tck-*") && !name.contains("hsperfdata"))
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }
}
