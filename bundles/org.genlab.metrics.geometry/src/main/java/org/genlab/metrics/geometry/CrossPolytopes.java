package org.genlab.metrics.geometry;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.genlab.api.Randomness;
import org.genlab.api.data.Batch;
import org.genlab.api.model.Model;
import org.genlab.api.model.Output;
import org.genlab.tensor.Scope;
import org.genlab.tensor.Tensor;

/**
 * Cross-polytopes around points: the vertices {@code x + r v_i} and {@code x - r v_i} of random
 * orthonormal directions v_i, other ones for each point (Humayun, Balestriero and Baraniuk, "Deep
 * networks always grok and here is why", 2024, section 2).
 *
 * @param directions how many v_i
 * @param radius r, in the L2 norm of inputs
 * @param features the pre-activations that are looked at; none for all whose name ends in {@code
 *     .pre}
 */
record CrossPolytopes(int directions, double radius, List<String> features) {
  private static final int VERTICES_AT_A_TIME = 1000;

  /**
   * What hyperplanes do near some points.
   *
   * @param crossings mean number over the points of units whose sign is not the same at all
   *     vertices, by feature
   * @param units by feature
   * @param dead units that are positive at no vertex of any point, by feature
   */
  record Cut(Map<String, Double> crossings, Map<String, Integer> units, Map<String, Integer> dead) {
    double crossed() {
      return crossings.values().stream().mapToDouble(x -> x).sum();
    }

    int size() {
      return units.values().stream().mapToInt(x -> x).sum();
    }

    int deadUnits() {
      return dead.values().stream().mapToInt(x -> x).sum();
    }
  }

  /**
   * Counts the units whose hyperplanes cut the polytopes around points.
   *
   * @param points [points, ...]
   * @param randomness gives point i the directions of the stream {@code directions/where}, i
   */
  Cut cut(Model model, Tensor points, Randomness randomness, String where) {
    int n = points.dimension(0);
    int atOnce = Math.max(1, VERTICES_AT_A_TIME / (2 * directions));
    Map<String, Double> crossed = new LinkedHashMap<>();
    Map<String, boolean[]> alive = new LinkedHashMap<>();
    for (int from = 0; from < n; from += atOnce) {
      int to = Math.min(n, from + atOnce);
      try (Scope scope = Scope.open()) {
        Tensor vertices = vertices(points.slice(0, from, to), from, randomness, where);
        Batch batch = Batch.of(vertices.dimension(0)).with(Batch.INPUT, vertices);
        Output output = model.predict(batch);
        for (String name : names(output)) {
          Tensor z = output.feature(name).reshape(to - from, 2 * directions, -1);
          Tensor somewhereOn = z.max(false, 1).greaterThan(Tensor.scalar(0));
          Tensor somewhereOff = z.min(false, 1).greaterThan(Tensor.scalar(0)).negate().plus(1);
          crossed.merge(name, (double) somewhereOn.times(somewhereOff).sum().item(), Double::sum);
          boolean[] on = alive.computeIfAbsent(name, k -> new boolean[z.dimension(2)]);
          float[] any = somewhereOn.max(false, 0).toArray();
          for (int i = 0; i < on.length; i++) {
            on[i] |= any[i] > 0;
          }
        }
      }
    }
    crossed.replaceAll((name, sum) -> sum / n);
    Map<String, Integer> units = new LinkedHashMap<>();
    Map<String, Integer> dead = new LinkedHashMap<>();
    alive.forEach(
        (name, on) -> {
          int off = 0;
          for (boolean unit : on) {
            off += unit ? 0 : 1;
          }
          units.put(name, on.length);
          dead.put(name, off);
        });
    return new Cut(crossed, units, dead);
  }

  /**
   * The vertices around points, [points x 2 directions, ...], those of a point one after the other.
   */
  private Tensor vertices(Tensor points, int first, Randomness randomness, String where) {
    int n = points.dimension(0);
    int width = points.size() / n;
    float[] x = points.toArray();
    float[] out = new float[n * 2 * directions * width];
    int at = 0;
    for (int p = 0; p < n; p++) {
      double[][] frame =
          Frames.orthonormal(
              directions, width, randomness.stream("directions/" + where, first + p));
      for (double[] v : frame) {
        for (int sign = 1; sign >= -1; sign -= 2) {
          for (int k = 0; k < width; k++) {
            out[at++] = (float) (x[p * width + k] + sign * radius * v[k]);
          }
        }
      }
    }
    int[] shape = points.shape().toArray();
    shape[0] = n * 2 * directions;
    return Tensor.of(out, shape);
  }

  private List<String> names(Output output) {
    if (!features.isEmpty()) {
      return features;
    }
    List<String> names = new ArrayList<>();
    for (String name : output.features().keySet()) {
      if (name.endsWith(".pre")) {
        names.add(name);
      }
    }
    if (names.isEmpty()) {
      throw new IllegalArgumentException(
          "the network announces no features that end in '.pre': name the pre-activations among "
              + output.features().keySet()
              + " in the setting features");
    }
    return names;
  }
}
