package org.genlab.datasets.synthetic;

import org.genlab.tensor.random.RandomStream;

/**
 * A fixed random function from R^d to R^outputs that looks at the first {@code relevant}
 * coordinates only.
 */
final class Teacher {
  private final LinearTeacher.Settings settings;
  private final int relevant;

  /** Of a linear teacher [outputs, relevant]; else of its units, [units, relevant]. */
  private final double[][] weights;

  /** Of a linear teacher none; else [outputs, units]. */
  private final double[][] readout;

  private final double[] phases;

  Teacher(LinearTeacher.Settings settings, RandomStream random) {
    this.settings = settings;
    relevant = settings.relevant() == 0 ? settings.dimensions() : settings.relevant();
    if (settings.teacher() == LinearTeacher.Form.LINEAR) {
      weights = directions(settings.outputs(), settings.norm(), random);
      readout = new double[0][];
      phases = new double[0];
    } else {
      int units = settings.units();
      weights = directions(units, settings.gain(), random);
      readout = new double[settings.outputs()][units];
      for (double[] row : readout) {
        for (int j = 0; j < units; j++) {
          row[j] = settings.norm() / Math.sqrt(units) * random.nextGaussian();
        }
      }
      phases = new double[units];
      for (int j = 0; j < units; j++) {
        phases[j] = 2 * Math.PI * random.nextDouble();
      }
    }
  }

  /** Vectors of that length with uniformly random directions. */
  private double[][] directions(int n, double length, RandomStream random) {
    double[][] rows = new double[n][];
    for (int i = 0; i < n; i++) {
      rows[i] = Directions.onSphere(relevant, length, random);
    }
    return rows;
  }

  /** The outputs for an input. */
  double[] apply(double[] x) {
    if (settings.teacher() == LinearTeacher.Form.LINEAR) {
      return times(weights, x);
    }
    double[] hidden = times(weights, x);
    for (int j = 0; j < hidden.length; j++) {
      hidden[j] =
          switch (settings.teacher()) {
            case TANH -> StrictMath.tanh(hidden[j]);
            case RELU -> Math.max(0, hidden[j]);
            case SINE -> Math.sqrt(2) * StrictMath.sin(hidden[j] + phases[j]);
            case LINEAR -> throw new IllegalStateException("has no units");
          };
    }
    return times(readout, hidden);
  }

  /** The products of each row with the first numbers of a vector. */
  private static double[] times(double[][] rows, double[] x) {
    double[] products = new double[rows.length];
    for (int i = 0; i < rows.length; i++) {
      for (int k = 0; k < rows[i].length; k++) {
        products[i] += rows[i][k] * x[k];
      }
    }
    return products;
  }
}
