package org.genlab.tensor.contract;

import static org.genlab.tensor.contract.OperationContract.s;

import org.genlab.tensor.Tensor;
import org.genlab.tensor.backend.ErrorFunction;

/** Functions of one number, smaller and larger, and reductions beside sums. */
final class FunctionCases {
  private FunctionCases() {}

  static void addTo(OperationContract contract) {
    contract.unary("erf", Tensor::erf, ErrorFunction::erf);
    contract.unary("geluErf", Tensor::geluErf, x -> x * ErrorFunction.normal(x));
    contract.unary("sin", Tensor::sin, Math::sin);
    contract.unary("cos", Tensor::cos, Math::cos);
    contract.unary("expm1", Tensor::expm1, Math::expm1);
    contract.unaryPositive("log1p", Tensor::log1p, Math::log1p);
    contract.unary("leakyRelu", x -> x.leakyRelu(0.1), x -> x > 0 ? x : 0.1 * x);
    contract.unary("elu", x -> x.elu(1.5), x -> x > 0 ? x : 1.5 * Math.expm1(x));
    contract.unary("floor", x -> x.times(0.25).floor().plus(x), x -> Math.floor(x / 4) + x);
    contract.unary("round", x -> x.times(0.2).round().plus(x), x -> Math.rint(x / 5) + x);
    contract.unary("sign", x -> x.sign().times(x), Math::abs);
    contract.unary(
        "comparisons",
        x -> x.greaterOrEqual(Tensor.scalar(0.01)).times(x).plus(x.equalTo(x)),
        x -> Math.max(x, 0) + 1);
    int[][][] pairs = {{s(5), s(5)}, {s(3, 17), s(17)}, {s(3, 1), s(1, 4)}, {s(0, 3), s(3)}};
    for (int[][] p : pairs) {
      contract.add("minimum", x -> x[0].minimum(x[1]), x -> x[0].zip(x[1], Math::min), p);
    }
    int[][] axes = {{0}, {1}, {2}, {-1}, {0, 1}, {2, 0}, {1, 2}, {0, 1, 2}};
    for (int[] a : axes) {
      for (int[] shape : new int[][] {s(2, 3, 4), s(3, 1, 17), s(1, 20, 2)}) {
        contract.add(
            "variance",
            x -> x[0].variance(false, true, a),
            x -> x[0].minus(x[0].mean(a)).map(v -> v * v).mean(a),
            shape);
        contract.add(
            "norm over axes",
            x -> x[0].norm(false, a),
            x -> x[0].map(v -> v * v).sum(a).map(Math::sqrt).squeeze(a),
            shape);
        contract.add(
            "max over axes",
            x -> x[0].max(true, a).exp(),
            x -> x[0].reduce(Double.NEGATIVE_INFINITY, Math::max, a).map(Math::exp),
            shape);
        contract.add(
            "min",
            x -> x[0].min(false, a).exp(),
            x -> x[0].reduce(Double.POSITIVE_INFINITY, Math::min, a).map(Math::exp).squeeze(a),
            shape);
        contract.add(
            "logSumExp over axes",
            x -> x[0].logSumExp(false, a),
            x -> x[0].map(Math::exp).sum(a).map(Math::log).squeeze(a),
            shape);
      }
    }
    contract.add(
        "unbiased variance",
        x -> x[0].variance(true, false, 0),
        x -> x[0].minus(x[0].mean(0)).map(v -> v * v).sum(0).map(v -> v / 4).squeeze(0),
        s(5, 3));
  }
}
