package org.genlab.tck.internal;

import java.lang.ref.WeakReference;
import java.util.List;
import java.util.Map;
import org.genlab.api.evaluation.RunRecord;

/** Uses of a plugin that leave bits behind to be compared, in class loaders of their own. */
public final class Uses {
  private Uses() {}

  /** Makes one use and forgets its class loader. */
  public static Map<String, byte[]> anew(Bench bench, Bench.Use use, List<RunRecord> records) {
    try (IsolatedLoader loader = bench.isolated()) {
      return in(loader, bench, use, records);
    }
  }

  /** Makes some uses one after the other with the same classes. */
  public static List<Map<String, byte[]>> together(
      Bench bench, List<Bench.Use> uses, List<RunRecord> records) {
    try (IsolatedLoader loader = bench.isolated()) {
      return uses.stream().map(use -> in(loader, bench, use, records)).toList();
    }
  }

  private static Map<String, byte[]> in(
      IsolatedLoader loader, Bench bench, Bench.Use use, List<RunRecord> records) {
    return records == null
        ? bench.run(use, bench.catalog(loader)).files()
        : bench.analyse(use.setup().settings(), records, loader);
  }

  /** What an analysis finds, with the classes that are loaded already. */
  public static Map<String, byte[]> analysed(
      Bench bench, String settings, List<RunRecord> records) {
    return bench.analyse(settings, records, null);
  }

  /** Makes one use, after which nothing should hold on to the class loader. */
  public static WeakReference<ClassLoader> released(
      Bench bench, Bench.Use use, List<RunRecord> records) {
    IsolatedLoader loader = bench.isolated();
    try (loader) {
      in(loader, bench, use, records);
    }
    return new WeakReference<>(loader);
  }

  /** Whether the garbage collector takes it, after some tries. */
  public static boolean isCollected(WeakReference<ClassLoader> reference) {
    for (int i = 0; i < 40 && reference.get() != null; i++) {
      System.gc();
      if (reference.get() != null) {
        try {
          Thread.sleep(5L * i);
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
        }
      }
    }
    return reference.get() == null;
  }
}
