package org.genlab.tensor.contract;

/**
 * Attention of sequences [batch, tokens, heads, width] to others of that shape, and its gradients,
 * as plain loops in double precision.
 */
final class PlainAttention {
  private final int tokens;
  private final int heads;
  private final int width;
  private final boolean causal;
  final double[] values;
  final double[] queryGradient;
  final double[] keyGradient;
  final double[] valueGradient;

  /**
   * Computes all of it.
   *
   * @param g the gradient of the result
   */
  PlainAttention(
      double[] q,
      double[] k,
      double[] v,
      double[] g,
      int tokens,
      int heads,
      int width,
      boolean causal) {
    this.tokens = tokens;
    this.heads = heads;
    this.width = width;
    this.causal = causal;
    values = new double[q.length];
    queryGradient = new double[q.length];
    keyGradient = new double[q.length];
    valueGradient = new double[q.length];
    for (int batch = 0; batch < q.length / (tokens * heads * width); batch++) {
      for (int head = 0; head < heads; head++) {
        for (int query = 0; query < tokens; query++) {
          query(q, k, v, g, batch, head, query);
        }
      }
    }
  }

  private int place(int batch, int token, int head) {
    return ((batch * tokens + token) * heads + head) * width;
  }

  private double dot(double[] a, int at, double[] b, int place) {
    double sum = 0;
    for (int i = 0; i < width; i++) {
      sum += a[at + i] * b[place + i];
    }
    return sum;
  }

  private void query(
      double[] q, double[] k, double[] v, double[] g, int batch, int head, int query) {
    int seen = causal ? query + 1 : tokens;
    int at = place(batch, query, head);
    double scale = 1 / Math.sqrt(width);
    double[] p = new double[seen];
    double total = 0;
    for (int t = 0; t < seen; t++) {
      p[t] = Math.exp(dot(q, at, k, place(batch, t, head)) * scale);
      total += p[t];
    }
    double[] slope = new double[seen];
    double mean = 0;
    for (int t = 0; t < seen; t++) {
      p[t] /= total;
      int place = place(batch, t, head);
      slope[t] = dot(g, at, v, place);
      mean += p[t] * slope[t];
      for (int i = 0; i < width; i++) {
        values[at + i] += p[t] * v[place + i];
        valueGradient[place + i] += p[t] * g[at + i];
      }
    }
    for (int t = 0; t < seen; t++) {
      int place = place(batch, t, head);
      double score = p[t] * (slope[t] - mean) * scale;
      for (int i = 0; i < width; i++) {
        queryGradient[at + i] += score * k[place + i];
        keyGradient[place + i] += score * q[at + i];
      }
    }
  }
}
