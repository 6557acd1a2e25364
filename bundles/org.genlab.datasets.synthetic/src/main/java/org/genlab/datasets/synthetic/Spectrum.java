package org.genlab.datasets.synthetic;

import java.util.Arrays;
import java.util.List;
import org.genlab.api.Default;
import org.genlab.api.Doc;
import org.genlab.api.Range;
import org.genlab.api.SettingException;

/**
 * The eigenvalues of a covariance matrix, largest first when they fall as a power.
 *
 * @param shape how they depend on their number
 * @param exponent alpha of a power law: the k-th is k^-alpha
 * @param levels of {@code levels}: the values, each for an equal share of the dimensions (the last
 *     one for what is left over)
 * @param trace their sum; 0 for no rescaling
 * @param rotated whether the eigenvectors are a random orthogonal basis instead of the coordinates
 */
public record Spectrum(
    @Default("identity") @Doc("eigenvalues: identity, power-law or levels") Shape shape,
    @Default("1") @Range(min = 0, max = 100) @Doc("alpha of a power law, k^-alpha") double exponent,
    @Default("[]")
        @Range(min = 0, max = 1e12)
        @Doc("eigenvalues of 'levels', each for an equal share of the dimensions")
        List<Double> levels,
    @Default("0") @Range(min = 0, max = 1e12) @Doc("sum of the eigenvalues; 0 for no rescaling")
        double trace,
    @Default("false") @Doc("whether eigenvectors are a random basis instead of the coordinates")
        boolean rotated) {
  /** How eigenvalues depend on their number. */
  public enum Shape {
    /** All 1. */
    IDENTITY,
    /** The k-th is k^-alpha. */
    POWER_LAW,
    /** A few values, each for an equal share of the dimensions. */
    LEVELS
  }

  public Spectrum {
    levels = List.copyOf(levels);
    if (shape == Shape.LEVELS && levels.stream().noneMatch(v -> v > 0)) {
      throw new SettingException("levels", "must hold an eigenvalue above 0, not " + levels);
    }
    if (shape != Shape.LEVELS && !levels.isEmpty()) {
      throw new SettingException("levels", "are for the shape 'levels' only");
    }
  }

  /** The eigenvalues of a covariance in so many dimensions. */
  double[] eigenvalues(int dimensions) {
    double[] values = new double[dimensions];
    for (int k = 0; k < dimensions; k++) {
      values[k] =
          switch (shape) {
            case IDENTITY -> 1;
            case POWER_LAW -> StrictMath.pow(k + 1, -exponent);
            case LEVELS -> levels.get((int) ((long) k * levels.size() / dimensions));
          };
    }
    double sum = Arrays.stream(values).sum();
    if (trace > 0 && sum > 0) {
      for (int k = 0; k < dimensions; k++) {
        values[k] *= trace / sum;
      }
    }
    return values;
  }
}
