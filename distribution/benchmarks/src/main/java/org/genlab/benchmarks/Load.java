package org.genlab.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.StringTokenizer;

/**
 * What the processors have done so far, of which a difference tells whether others disturbed a
 * measurement.
 *
 * @param busy seconds that all processors together worked for anybody, or that the host took
 * @param own seconds that they worked for this process
 * @param at when, in seconds
 */
record Load(double busy, double own, double at) {
  private static final Path STATISTICS = Path.of("/proc/stat");

  /** The unit in which Linux counts. */
  private static final double TICK = 0.01;

  /** Up to now; where Linux' statistics are missing, as if nobody else did anything. */
  static Load now() {
    double own =
        1e-9
            * ((com.sun.management.OperatingSystemMXBean)
                    ManagementFactory.getOperatingSystemMXBean())
                .getProcessCpuTime();
    double busy = own;
    if (Files.isReadable(STATISTICS)) {
      try (BufferedReader reader = Files.newBufferedReader(STATISTICS)) {
        busy = busy(reader.readLine());
      } catch (IOException e) {
        // as if there were no statistics
      }
    }
    return new Load(busy, own, System.nanoTime() * 1e-9);
  }

  /**
   * The first line of the statistics: cpu user nice system idle iowait irq softirq steal. All but
   * idle and iowait are work.
   */
  static double busy(String line) {
    StringTokenizer fields = new StringTokenizer(line);
    fields.nextToken();
    double ticks = 0;
    for (int i = 1; i < 9 && fields.hasMoreTokens(); i++) {
      double field = Double.parseDouble(fields.nextToken());
      ticks += i == 4 || i == 5 ? 0 : field;
    }
    return ticks * TICK;
  }

  /** The part of one processor that others used since then. */
  double others(Load since) {
    return Math.max(0, (busy - since.busy) - (own - since.own)) / (at - since.at);
  }
}
