package org.genlab.tensor;

import java.util.Arrays;

/**
 * Attention with masks, biases and relative positions.
 *
 * <p>Queries are [batch, queries, heads, width], keys and values [batch, positions, heads, width];
 * scores and probabilities [batch, heads, queries, positions]. Where queries and positions are
 * parts of one sequence, the last query is at the last position: query i is at position i +
 * positions - queries.
 *
 * <pre>{@code
 * Attentions plain = Attentions.plain().causal().bias(Attentions.alibi(heads, n, n));
 * Tensor mixed = plain.apply(queries, keys, values);
 * }</pre>
 *
 * <p>An instance is a set of options, without state. Everything is differentiable any number of
 * times, with respect to queries, keys, values and the bias.
 */
public final class Attentions {
  private final boolean causal;

  /** NaN stands for 1 / sqrt(width). */
  private final double scale;

  private final Tensor bias;

  private Attentions(boolean causal, double scale, Tensor bias) {
    this.causal = causal;
    this.scale = scale;
    this.bias = bias;
  }

  /**
   * What attention gives.
   *
   * @param values [batch, queries, heads, width]
   * @param probabilities [batch, heads, queries, positions]; each row sums up to 1, or 0 where a
   *     query sees nothing
   */
  public record Result(Tensor values, Tensor probabilities) {}

  /** softmax(Q K' / sqrt(width)) V (Vaswani et al., 2017, equation 1), without mask or bias. */
  public static Attentions plain() {
    return new Attentions(false, Double.NaN, null);
  }

  /** The same where a query sees only positions up to its own. */
  public Attentions causal() {
    return new Attentions(true, scale, bias);
  }

  /**
   * The same with that factor of the scores instead of 1 / sqrt(width).
   *
   * @throws IllegalArgumentException when it is infinite or NaN
   */
  public Attentions scale(double factor) {
    if (!Double.isFinite(factor)) {
      throw new IllegalArgumentException(
          "Attentions.scale: the factor is " + factor + "; it must be finite");
    }
    return new Attentions(causal, factor, bias);
  }

  /**
   * The same with something added to the scores, also to what was added before.
   *
   * @param added broadcast to [batch, heads, queries, positions]. Where it is negative infinity, a
   *     query does not see a position; a query that sees none gives zeros. What is hidden, so or by
   *     {@link #causal}, has the probability 0 and has to be finite: 0 times NaN is NaN.
   * @throws IllegalArgumentException when it does not broadcast with what was added before; whether
   *     it fits the scores is seen by {@link #apply}
   */
  public Attentions bias(Tensor added) {
    if (bias != null && !Indexing.meet(bias.shape(), added.shape())) {
      throw new IllegalArgumentException(
          "Attentions.bias: shapes "
              + bias.shape()
              + " and "
              + added.shape()
              + " do not fit together");
    }
    return new Attentions(causal, scale, bias == null ? added : bias.plus(added));
  }

  /**
   * The weighted means of the values, fused.
   *
   * @param queries [batch, queries, heads, width]
   * @param keys [batch, positions, heads, width]
   * @param values of the shape of the keys
   * @return of the shape of the queries
   * @throws IllegalArgumentException when shapes do not fit, or the width is 0
   */
  public Tensor apply(Tensor queries, Tensor keys, Tensor values) {
    return apply("Attentions.apply", queries, keys, values);
  }

  /**
   * @param operation for messages: {@link Tensor#attention} is this, too
   */
  Tensor apply(String operation, Tensor queries, Tensor keys, Tensor values) {
    return AttentionOps.attention(operation, queries, keys, values, causal, scale(queries), bias);
  }

  /**
   * The same values as of {@link #apply}, with the probabilities. Both are tracked when the inputs
   * are, which is slower than {@link #apply}.
   *
   * @throws IllegalArgumentException as {@link #apply}
   */
  public Result withProbabilities(Tensor queries, Tensor keys, Tensor values) {
    Tensor[] results =
        AttentionOps.withProbabilities(queries, keys, values, causal, scale(queries), bias);
    return new Result(results[0], results[1]);
  }

  private double scale(Tensor queries) {
    if (!Double.isNaN(scale)) {
      return scale;
    }
    return queries.rank() == 0 ? 1 : 1 / Math.sqrt(queries.dimension(-1));
  }

  /**
   * A bias that hides the positions beyond the end of each sequence of a batch.
   *
   * @param lengths [batch], each in [0, positions]
   * @return [batch, 1, 1, positions]: 0 where there is something, else negative infinity
   * @throws IllegalArgumentException when the lengths have not one axis, or a number is negative
   * @throws IndexOutOfBoundsException when a length is not in [0, positions]
   */
  public static Tensor padding(IntTensor lengths, int positions) {
    if (lengths.shape().rank() != 1) {
      throw new IllegalArgumentException(
          "padding: lengths of shape " + lengths.shape() + " instead of [batch]");
    }
    Shape shape = Shape.of("padding", lengths.size(), 1, 1, positions);
    float[] bias = new float[shape.size()];
    for (int b = 0; b < lengths.size(); b++) {
      if (lengths.at(b) < 0 || lengths.at(b) > positions) {
        throw new IndexOutOfBoundsException(
            "padding: length "
                + lengths.at(b)
                + " of lengths of shape "
                + lengths.shape()
                + " is not in [0, "
                + positions
                + "]; there are "
                + positions
                + " positions");
      }
      int row = b * positions;
      Arrays.fill(bias, row + lengths.at(b), row + positions, Float.NEGATIVE_INFINITY);
    }
    return Tensor.of(bias, shape.dimensions());
  }

  /**
   * A bias that hides what a mask excludes.
   *
   * @param visible of any shape; not 0 where a query sees a position
   * @return of its shape: 0 where it sees, else negative infinity
   */
  public static Tensor mask(Tensor visible) {
    return Tensor.scalar(0)
        .where(
            visible.detach(), Tensor.scalar(Double.NEGATIVE_INFINITY).broadcastTo(visible.shape()));
  }

  /**
   * The slopes of attention with linear biases (Press, Smith and Lewis, 2022): for a power of two,
   * 2^(-8 h / heads) for h = 1, ..., heads; else those of the next smaller power of two, followed
   * by every other of twice as many.
   *
   * @throws IllegalArgumentException when there is no head
   */
  public static double[] alibiSlopes(int heads) {
    if (heads < 1) {
      throw new IllegalArgumentException(
          "alibiSlopes: " + heads + " heads; there must be at least 1");
    }
    int power = Integer.highestOneBit(heads);
    double[] slopes = new double[heads];
    for (int h = 0; h < heads; h++) {
      slopes[h] =
          h < power
              ? StrictMath.pow(2, -8.0 * (h + 1) / power)
              : StrictMath.pow(2, -4.0 * (2 * (h - power) + 1) / power);
    }
    return slopes;
  }

  /**
   * The bias of attention with linear biases (Press, Smith and Lewis, 2022): minus the slope of the
   * head times the distance of query and position.
   *
   * @return [heads, queries, positions], a constant
   * @throws IllegalArgumentException when there is no head, or a number is negative
   */
  public static Tensor alibi(int heads, int queries, int positions) {
    if (heads < 1) {
      throw new IllegalArgumentException("alibi: " + heads + " heads; there must be at least 1");
    }
    double[] slopes = alibiSlopes(heads);
    double[] bias = new double[Shape.of("alibi", heads, queries, positions).size()];
    for (int at = 0; at < bias.length; at++) {
      int position = at % positions;
      int query = at / positions % queries + positions - queries;
      bias[at] = -slopes[at / positions / queries] * Math.abs(query - position);
    }
    return Tensor.of(bias, heads, queries, positions);
  }

  /**
   * The buckets of relative positions of T5 (Raffel et al., 2020, section 2.1): small distances
   * have one each, larger ones share buckets that grow logarithmically; from {@code maxDistance} on
   * all are in the last.
   *
   * @param queries their number, the last of them at the last position
   * @param positions their number
   * @param buckets how many there are: at least 2, in two directions at least 4 and even
   * @param maxDistance more than half of the buckets of a direction
   * @param bidirectional whether later positions have half of the buckets; else they share the
   *     bucket 0 with the query's own position
   * @return [queries, positions], each in [0, buckets)
   * @throws IllegalArgumentException when the numbers are out of these ranges
   */
  public static IntTensor relativeBuckets(
      int queries, int positions, int buckets, int maxDistance, boolean bidirectional) {
    int side = bidirectional ? buckets / 2 : buckets;
    int exact = side / 2;
    if (exact < 1 || maxDistance <= exact || (bidirectional && buckets % 2 != 0)) {
      throw new IllegalArgumentException(
          "relativeBuckets: "
              + buckets
              + " buckets"
              + (bidirectional ? " in two directions" : "")
              + " cannot tell distances up to "
              + maxDistance);
    }
    int[] bucket = new int[Shape.of("relativeBuckets", queries, positions).size()];
    for (int at = 0; at < bucket.length; at++) {
      int ahead = at % positions - (at / positions + positions - queries);
      int distance = bidirectional ? Math.abs(ahead) : Math.max(0, -ahead);
      int found = distance;
      if (distance >= exact) {
        double fraction =
            StrictMath.log((double) distance / exact)
                / StrictMath.log((double) maxDistance / exact);
        found = Math.min(side - 1, exact + (int) (fraction * (side - exact)));
      }
      bucket[at] = found + (bidirectional && ahead > 0 ? side : 0);
    }
    return IntTensor.of(bucket, queries, positions);
  }

  /**
   * A bias that depends on the bucket of the relative position, differentiable by the table.
   *
   * @param table [buckets, heads]
   * @param buckets [queries, positions], such as {@link #relativeBuckets}
   * @return [heads, queries, positions]
   * @throws IllegalArgumentException when either has not two axes
   * @throws IndexOutOfBoundsException when the table has no such bucket
   */
  public static Tensor relativeBias(Tensor table, IntTensor buckets) {
    if (table.rank() != 2 || buckets.shape().rank() != 2) {
      throw new IllegalArgumentException(
          "relativeBias: a table of shape "
              + table.shape()
              + " does not fit buckets of shape "
              + buckets.shape()
              + "; they must be [buckets, heads] and [queries, positions]");
    }
    return LayoutOps.gather("relativeBias", table, buckets).permute(2, 0, 1);
  }

  /**
   * Rotary position embedding (Su et al., 2021, equations 13 to 15): the pair of the elements 2 i
   * and 2 i + 1 of queries or keys is rotated by the angle (position) base^(-2 i / width), so that
   * scores depend on relative positions only. Differentiable.
   *
   * @param x [batch, positions, heads, width] with an even width
   * @param first the position of the first row
   * @param base 10000 in the paper; positive
   * @return of the shape of x
   * @throws IllegalArgumentException for another shape, or a base that is not positive
   */
  public static Tensor rotary(Tensor x, int first, double base) {
    if (x.rank() != 4 || x.dimension(3) % 2 != 0) {
      throw new IllegalArgumentException(
          "rotary: shape " + x.shape() + " is not [batch, positions, heads, even width]");
    }
    if (!(base > 0)) {
      throw new IllegalArgumentException("rotary: the base is " + base + "; it must be positive");
    }
    int positions = x.dimension(1);
    int width = x.dimension(3);
    double[] cosines = new double[positions * width];
    double[] sines = new double[cosines.length];
    for (int i = 0; i < width; i += 2) {
      double frequency = StrictMath.pow(base, -(double) i / width);
      for (int t = 0; t < positions; t++) {
        int at = t * width + i;
        double angle = (first + t) * frequency;
        cosines[at] = StrictMath.cos(angle);
        cosines[at + 1] = cosines[at];
        sines[at + 1] = StrictMath.sin(angle);
        sines[at] = -sines[at + 1];
      }
    }
    return AttentionOps.rotate(
        x, Tensor.of(cosines, positions, width), Tensor.of(sines, positions, width));
  }

  /**
   * {@link #rotary(Tensor, int, double)} with the base 10000 of the paper, from position 0.
   *
   * @throws IllegalArgumentException for another shape than [batch, positions, heads, even width]
   */
  public static Tensor rotary(Tensor x) {
    return rotary(x, 0, 10000);
  }
}
