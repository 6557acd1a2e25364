package org.genlab.architectures.kernels;

import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.genlab.api.data.Annotation;
import org.genlab.api.data.Batch;
import org.genlab.api.data.DataSpec;
import org.genlab.api.data.InputSpec;
import org.genlab.api.data.Split;
import org.genlab.api.data.TargetSpec;
import org.genlab.api.model.Architecture;
import org.genlab.api.model.FittedNetwork;
import org.genlab.api.model.Forward;
import org.genlab.api.model.Output;
import org.genlab.api.training.State;
import org.genlab.tensor.IntTensor;
import org.genlab.tensor.Tensor;
import org.genlab.tensor.random.RandomStream;

/** A network that was fitted to examples that a test makes. */
record Fitted(FittedNetwork network, State buffers) {

  /** Fits to classes. */
  static Fitted to(Architecture architecture, float[][] x, int[] labels, int classes) {
    return to(
        architecture,
        x,
        new TargetSpec.Classes(classes),
        (batch, indices) -> {
          int[] chosen = new int[indices.length];
          for (int i = 0; i < chosen.length; i++) {
            chosen[i] = labels[indices[i]];
          }
          return batch.with(Batch.TARGET, IntTensor.of(chosen, chosen.length));
        });
  }

  /** Fits to real numbers. */
  static Fitted to(Architecture architecture, float[][] x, double[] y) {
    return to(
        architecture,
        x,
        new TargetSpec.Values(List.of(1)),
        (batch, indices) -> {
          double[] chosen = new double[indices.length];
          for (int i = 0; i < chosen.length; i++) {
            chosen[i] = y[indices[i]];
          }
          return batch.with(Batch.TARGET, Tensor.of(chosen, chosen.length, 1));
        });
  }

  private interface Targets {
    Batch on(Batch batch, int[] indices);
  }

  private static Fitted to(
      Architecture architecture, float[][] x, TargetSpec target, Targets targets) {
    Split split =
        new Split() {
          @Override
          public String name() {
            return "train";
          }

          @Override
          public int size() {
            return x.length;
          }

          @Override
          public Batch batch(int... indices) {
            float[][] rows = new float[indices.length][];
            for (int i = 0; i < rows.length; i++) {
              rows[i] = x[indices[i]];
            }
            Batch batch =
                Batch.of(rows.length)
                    .with(Batch.INPUT, stacked(rows))
                    .with(Annotation.INDEX, IntTensor.of(indices, indices.length));
            return targets.on(batch, indices);
          }
        };
    DataSpec spec = new DataSpec(new InputSpec.Values(List.of(x[0].length)), target);
    FittedNetwork network = (FittedNetwork) architecture.build(spec);
    return new Fitted(network, network.fit(split, (n, c) -> RandomStream.of(5, n, c)));
  }

  static Tensor stacked(float[][] rows) {
    float[] flat = new float[rows.length * rows[0].length];
    for (int i = 0; i < rows.length; i++) {
      System.arraycopy(rows[i], 0, flat, i * rows[0].length, rows[0].length);
    }
    return Tensor.of(flat, rows.length, rows[0].length);
  }

  Tensor outputs(Tensor x) {
    return forward(x).logits();
  }

  float[] outputs(float[][] x) {
    return outputs(stacked(x)).toArray();
  }

  Output forward(Tensor x) {
    return forward(x, value -> value);
  }

  /** Features are replaced by functions of them. */
  Output forward(Tensor x, UnaryOperator<Tensor> hook) {
    Batch batch = Batch.of(x.shape().dimension(0)).with(Batch.INPUT, x);
    return network.forward(
        network.initialize(RandomStream.of(0, "init")),
        batch,
        new Forward() {
          @Override
          public boolean training() {
            return false;
          }

          @Override
          public Tensor feature(String name, Site site, Tensor value) {
            return hook.apply(value);
          }

          @Override
          public RandomStream random(String name) {
            return RandomStream.of(0, name);
          }

          @Override
          public Optional<Tensor> buffer(String name) {
            return buffers.has(name) ? Optional.of(buffers.array(name)) : Optional.empty();
          }

          @Override
          public void updateBuffer(String name, Tensor value) {}
        });
  }

  /** Inputs of independent normal numbers. */
  static float[][] normal(int n, int dimensions, long seed) {
    RandomStream random = RandomStream.of(seed, "inputs");
    float[][] x = new float[n][dimensions];
    for (float[] row : x) {
      for (int i = 0; i < dimensions; i++) {
        row[i] = (float) random.nextGaussian();
      }
    }
    return x;
  }

  /** Solves A x = b by elimination with pivots. */
  static double[] solve(double[][] matrix, double[] right) {
    int n = right.length;
    double[][] a = new double[n][];
    for (int i = 0; i < n; i++) {
      a[i] = java.util.Arrays.copyOf(matrix[i], n + 1);
      a[i][n] = right[i];
    }
    for (int k = 0; k < n; k++) {
      int pivot = k;
      for (int i = k + 1; i < n; i++) {
        if (Math.abs(a[i][k]) > Math.abs(a[pivot][k])) {
          pivot = i;
        }
      }
      double[] row = a[k];
      a[k] = a[pivot];
      a[pivot] = row;
      for (int i = k + 1; i < n; i++) {
        double factor = a[i][k] / a[k][k];
        for (int j = k; j <= n; j++) {
          a[i][j] -= factor * a[k][j];
        }
      }
    }
    double[] x = new double[n];
    for (int k = n - 1; k >= 0; k--) {
      x[k] = a[k][n];
      for (int j = k + 1; j < n; j++) {
        x[k] -= a[k][j] * x[j];
      }
      x[k] /= a[k][k];
    }
    return x;
  }
}
