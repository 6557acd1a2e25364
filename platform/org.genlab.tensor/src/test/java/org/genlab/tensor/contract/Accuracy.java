package org.genlab.tensor.contract;

import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;

/**
 * How exact the operations are, by family: the one table of bounds. The contracts hold backends to
 * it, and the page on writing differentiable code shows it. A bound is two to four times the
 * largest error found.
 *
 * <p>Errors are relative to the largest element: of the result; of the derivative, or to 1 where
 * that is larger. Those of second and third derivatives include the errors of the differences that
 * these are compared with.
 *
 * <p>Bounds at real sizes hold of what {@link RealSizeContract} measures, which is not all of a
 * family.
 */
public enum Accuracy {
  MOVES(
      "elements that are moved, picked or dropped",
      5e-7,
      6e-7,
      8e-7,
      3e-6,
      "reshape, permute, transpose, slice, slices of one, empty slice, concat, "
          + "stack, gather, selectRows, split, broadcastTo, flip, roll, pad, select, sort, "
          + "topK, takeAlong, scatterAddAlong, repeat, diagonal, one-hot and equal, "
          + "lower triangle, spread over segments, relative bias, straightThrough, "
          + "dropout, where, upsampleNearest"),
  FUNCTIONS(
      "arithmetic, functions of one number",
      2e-7,
      4e-7,
      6e-6,
      4e-6,
      "plus, minus, times, dividedBy, maximum, minimum, negate, abs, exp, expm1, "
          + "log, log1p, sqrt, square, reciprocal, sin, cos, erf, tanh, sigmoid, relu, "
          + "leakyRelu, elu, silu, softplus, gelu, geluErf, pow, clamp, floor, round, "
          + "sign, comparisons, twice itself, many uses"),
  SUMS(
      "reductions, `dot`",
      8e-7,
      6e-7,
      6e-6,
      4e-5,
      2e-6,
      1e-6,
      "sum, mean, max, min, variance, unbiased variance, norm, dot, logSumExp, trace"),
  RUNNING_SUMS("`cumulativeSum`", 4e-7, 6e-7, 1e-6, 3e-6, 1e-5, 1e-5, "cumulativeSum"),
  PRODUCTS(
      "`matmul`, `linear`, `outer`, `einsum`, `squaredDistances`",
      4e-7,
      1e-6,
      8e-7,
      4e-6,
      6e-6,
      4e-6,
      "matmul, linear, outer, einsum, squaredDistances"),
  CONVOLUTIONS("convolutions", 4e-7, 2e-6, 3e-6, 4e-6, 2e-6, 5e-6, "conv2d, conv1d"),
  POOLING(
      "pooling, bilinear up-sampling",
      3e-7,
      4e-7,
      4e-7,
      2e-6,
      "maxPool2d, averagePool2d, maxPool1d, averagePool1d, globalAveragePool, "
          + "globalMaxPool, upsampleBilinear"),
  NORMALIZATION(
      "normalisation",
      5e-7,
      2e-6,
      6e-6,
      6e-6,
      5e-7,
      1e-6,
      "layerNorm, batchNorm, ghostBatchNorm, instanceNorm, groupNorm"),
  LOSSES(
      "softmax, cross-entropies",
      3e-7,
      6e-7,
      8e-7,
      4e-6,
      3e-7,
      3e-7,
      "softmax, logSoftmax, crossEntropy, binaryCrossEntropy"),
  ATTENTION(
      "attention, rotary positions",
      1e-6,
      6e-6,
      6e-6,
      4e-6,
      2e-6,
      2e-6,
      "attention, probabilities of attention, rotary"),
  RECURRENCE(
      "recurrent cells",
      2e-6,
      4e-6,
      8e-6,
      2e-5,
      2e-6,
      4e-6,
      "tanh cell, last of the relu cell, gru, lstm"),
  GRAPHS(
      "sparse products, segments",
      8e-7,
      8e-7,
      1e-6,
      4e-6,
      4e-6,
      6e-7,
      "sparse product, product of the sparse transpose, products of rows, toDense, "
          + "two sparse products, graph convolution, segment sum, segment mean, "
          + "segment max, segment softmax, segments of nothing");

  /** Of long sums, relative to the sum of the absolute values of the terms. */
  public static final double OF_TERMS = 1e-6;

  private final String text;
  private final double forward;
  private final double gradient;
  private final double second;
  private final double third;
  private final double forwardAtSize;
  private final double gradientAtSize;

  /** What the names of the family's cases begin with. */
  private final String operations;

  /** A family whose errors do not depend on sizes. */
  Accuracy(
      String text,
      double forward,
      double gradient,
      double second,
      double third,
      String operations) {
    this(text, forward, gradient, second, third, Double.NaN, Double.NaN, operations);
  }

  Accuracy(
      String text,
      double forward,
      double gradient,
      double second,
      double third,
      double forwardAtSize,
      double gradientAtSize,
      String operations) {
    this.text = text;
    this.forward = forward;
    this.gradient = gradient;
    this.second = second;
    this.third = third;
    this.forwardAtSize = forwardAtSize;
    this.gradientAtSize = gradientAtSize;
    this.operations = operations;
  }

  double forward() {
    return forward;
  }

  double gradient() {
    return gradient;
  }

  double second() {
    return second;
  }

  double third() {
    return third;
  }

  /** Of values where sums are as long as in networks. */
  double forwardAtSize() {
    return forwardAtSize;
  }

  /** Of gradients where sums are as long as in networks. */
  double gradientAtSize() {
    return gradientAtSize;
  }

  /**
   * The family of a case: that of the longest operation with which its name begins.
   *
   * @throws IllegalArgumentException when there is none
   */
  static Accuracy of(String name) {
    Accuracy found = null;
    int longest = 0;
    for (Accuracy family : values()) {
      for (String operation : family.operations.split(", ", -1)) {
        boolean begins = name.startsWith(operation) && !runsOn(name, operation.length());
        if (begins && operation.length() > longest) {
          found = family;
          longest = operation.length();
        }
      }
    }
    if (found == null) {
      throw new IllegalArgumentException("no bounds are stated for the case '" + name + "'");
    }
    return found;
  }

  private static boolean runsOn(String name, int at) {
    return at < name.length() && Character.isLetterOrDigit(name.charAt(at));
  }

  /** The table in Markdown, a row a family. */
  public static List<String> rows() {
    return Arrays.stream(values()).map(Accuracy::row).toList();
  }

  private String row() {
    return DoubleStream.of(forward, gradient, second, third, forwardAtSize, gradientAtSize)
        .mapToObj(bound -> Double.isNaN(bound) ? " |" : " " + text(bound) + " |")
        .collect(Collectors.joining("", "| " + text + " |", ""));
  }

  /** A bound with one digit, as 2e-6. */
  public static String text(double bound) {
    DecimalFormatSymbols symbols = DecimalFormatSymbols.getInstance(Locale.ROOT);
    return new DecimalFormat("0E0", symbols).format(bound).toLowerCase(Locale.ROOT);
  }
}
