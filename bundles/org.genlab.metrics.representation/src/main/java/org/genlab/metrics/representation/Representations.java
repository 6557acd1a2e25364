package org.genlab.metrics.representation;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.genlab.api.data.Batch;
import org.genlab.api.data.Split;
import org.genlab.api.evaluation.Snapshot;
import org.genlab.tensor.Scope;
import org.genlab.tensor.Tensor;

/** Reads named features of the main model as matrices whose rows are examples or positions. */
final class Representations {
  private Representations() {}

  /**
   * The rows of features, in double precision.
   *
   * @param wanted names of features, or the ends of names after a dot: {@code mlp} stands for
   *     {@code block.0.mlp} and all others
   * @param examples how many of the split's first examples are read
   * @return for each feature, [rows][width]; what stands before the last dimension are rows
   * @throws IllegalArgumentException when the network has no such feature
   */
  static Map<String, double[][]> rows(
      Snapshot snapshot, Split split, List<String> wanted, int examples) {
    try (Scope ignored = Scope.open()) {
      Batch batch = split.range(0, Math.min(examples, split.size()));
      Map<String, Tensor> features = snapshot.model().predict(batch).features();
      Map<String, double[][]> rows = new LinkedHashMap<>();
      for (String name : Names.matching(wanted, features.keySet(), "feature")) {
        rows.put(name, rows(features.get(name)));
      }
      return rows;
    }
  }

  private static double[][] rows(Tensor feature) {
    int width = feature.rank() < 2 ? 1 : feature.dimension(-1);
    float[] values = feature.toArray();
    double[][] rows = new double[values.length / width][width];
    for (int i = 0; i < values.length; i++) {
      rows[i / width][i % width] = values[i];
    }
    return rows;
  }

  /** The split of that name among those evaluated. */
  static Split split(Snapshot snapshot, String name, String metric) {
    List<String> known = new ArrayList<>();
    for (Split split : snapshot.splits()) {
      if (split.name().equals(name)) {
        return split;
      }
      known.add(split.name());
    }
    throw new IllegalArgumentException(
        metric + " reads the split '" + name + "', and evaluated are only " + known);
  }
}
