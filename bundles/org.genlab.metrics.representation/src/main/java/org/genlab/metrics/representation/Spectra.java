package org.genlab.metrics.representation;

import java.util.ArrayList;
import java.util.List;
import org.genlab.api.model.ParameterLayout.Entry;
import org.genlab.api.model.ParameterLayout.Role;
import org.genlab.api.model.Parameters;
import org.genlab.tensor.LinearAlgebra;
import org.genlab.tensor.Tensor;

/** Spectra of weight matrices. */
final class Spectra {
  private Spectra() {}

  /** The names of the weight matrices that are wanted; all of them when none is named. */
  static List<String> matrices(Parameters parameters, List<String> wanted) {
    List<String> names = new ArrayList<>();
    for (Entry entry : parameters.layout().entries()) {
      if (entry.role() == Role.WEIGHT && entry.shape().rank() == 2) {
        names.add(entry.name());
      }
    }
    return Names.matching(wanted, names, "weight matrix");
  }

  /**
   * The entropy effective rank exp(- sum p_i ln p_i), p_i = s_i / sum s, of a matrix with singular
   * values s (Roy and Vetterli, "The effective rank", EUSIPCO 2007): in [1, min(rows, columns)],
   * and 0 of a matrix of zeros.
   */
  static double effectiveRank(Tensor matrix) {
    double[] s = LinearAlgebra.singularValues(matrix);
    double sum = 0;
    for (double value : s) {
      sum += value;
    }
    if (sum == 0) {
      return 0;
    }
    double entropy = 0;
    for (double value : s) {
      double p = value / sum;
      entropy -= p > 0 ? p * StrictMath.log(p) : 0;
    }
    return StrictMath.exp(entropy);
  }

  /** The largest rank that a matrix of that shape can have. */
  static int possibleRank(Tensor matrix) {
    return Math.min(matrix.dimension(0), matrix.dimension(1));
  }
}
