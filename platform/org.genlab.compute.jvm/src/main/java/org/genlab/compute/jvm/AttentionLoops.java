package org.genlab.compute.jvm;

import static org.genlab.compute.jvm.Lanes.F;
import static org.genlab.compute.jvm.Lanes.LEN;
import static org.genlab.compute.jvm.Lanes.padded;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import org.genlab.tensor.backend.Attention;
import org.genlab.tensor.backend.Span;

/**
 * Attention of one head of one sequence at a time. All loops run over full vectors: where the width
 * of a head is no multiple of 16, rows are copied to and from padded arrays.
 */
final class AttentionLoops {
  /** Queries whose scores are computed together. */
  private static final int TOGETHER = 4;

  private final Attention form;
  private final int queries;
  private final int positions;
  private final int width;
  private final int paddedPositions;
  private final boolean inPlace;
  private final float scale;

  /** Distance between the rows of a head in the arrays of the caller. */
  private final int distance;

  /** The same where the loops find them. */
  private final int step;

  private final float[] columns;
  private final float[] scores;
  private final float[] lanes;
  private final float[][] copies = new float[3][];

  private AttentionLoops(Attention form, Scratch scratch) {
    this.form = form;
    this.queries = form.queries();
    this.positions = form.positions();
    this.width = form.width();
    this.paddedPositions = padded(positions);
    this.inPlace = width % 16 == 0;
    this.scale = form.scale();
    this.distance = form.heads() * width;
    this.step = inPlace ? distance : padded(width);
    this.columns = scratch.array(8, width * paddedPositions);
    this.scores = scratch.array(9, (queries + TOGETHER) * paddedPositions);
    this.lanes = scratch.lanes;
    if (!inPlace) {
      for (int i = 0; i < copies.length; i++) {
        copies[i] = scratch.array(10 + i, Math.max(queries, positions) * step);
      }
    }
  }

  /** The heads [from, to), counted over all sequences. */
  static void forward(Attention form, int from, int to, Span q, Span k, Span v, Span y, Span p) {
    AttentionLoops loops = new AttentionLoops(form, Scratch.get());
    for (int head = from; head < to; head++) {
      loops.forward(head, q, k, v, y, p);
    }
  }

  private void forward(int head, Span q, Span k, Span v, Span y, Span p) {
    int query = place(head, queries);
    int key = place(head, positions);
    copyTransposed(k.array(), k.offset() + key);
    products(q.array(), q.offset() + query);
    float[] values = rows(v, key, positions, 0);
    int valuesAt = inPlace ? v.offset() + key : 0;
    float[] results = inPlace ? y.array() : copies[1];
    int resultsAt = inPlace ? y.offset() + query : 0;
    float[] probabilities = p.array();
    int at = p.offset() + head * queries * positions;
    for (int i = 0; i < queries; i++) {
      int visible = form.visible(i);
      int row = i * paddedPositions;
      softmax(row, visible);
      System.arraycopy(scores, row, probabilities, at + i * positions, positions);
      combine(scores, row, 1, visible, values, valuesAt, results, resultsAt + i * step);
    }
    copyBack(results, y, query, queries);
  }

  /** Scales the scores of a query and makes probabilities of them, 0 where nothing is visible. */
  private void softmax(int row, int visible) {
    int end = row + padded(visible);
    Arrays.fill(scores, row + visible, row + paddedPositions, Float.NEGATIVE_INFINITY);
    for (int i = row; i < end; i += LEN) {
      FloatVector.fromArray(F, scores, i).mul(scale).intoArray(scores, i);
    }
    // e^-infinity adds nothing to a sum, so padding changes no bit of it in the one block it has
    int n = visible <= 16 ? end - row : visible;
    float max = Rows.max(scores, row, n);
    Rows.expMinus(scores, row, max, scores, row, n);
    float sum = n <= 16 ? Rows.sumBlock(scores, row, n, lanes) : Rows.sum(scores, row, n);
    Rows.scale(scores, row, 1 / sum, scores, row, n);
    Arrays.fill(scores, row + visible, row + paddedPositions, 0);
  }

  /** The heads [from, to), counted over all sequences. */
  static void backward(
      Attention form,
      int from,
      int to,
      Span q,
      Span k,
      Span v,
      Span p,
      Span g,
      Span dq,
      Span dk,
      Span dv) {
    AttentionLoops loops = new AttentionLoops(form, Scratch.get());
    for (int head = from; head < to; head++) {
      loops.backward(head, q, k, v, p, g, dq, dk, dv);
    }
  }

  private void backward(
      int head, Span q, Span k, Span v, Span p, Span g, Span dq, Span dk, Span dv) {
    int query = place(head, queries);
    int key = place(head, positions);
    float[] probabilities = p.array();
    int at = p.offset() + head * queries * positions;

    float[] gradients = rows(g, query, queries, 0);
    int gradientsAt = inPlace ? g.offset() + query : 0;
    float[] results = inPlace ? dv.array() : copies[1];
    int resultsAt = inPlace ? dv.offset() + key : 0;
    for (int j = 0; j < positions; j++) {
      int to = resultsAt + j * step;
      combine(probabilities, at + j, positions, queries, gradients, gradientsAt, results, to);
    }
    copyBack(results, dv, key, positions);

    // the scores become g . v, then the gradient of q . k
    copyTransposed(v.array(), v.offset() + key);
    products(g.array(), g.offset() + query);
    for (int i = 0; i < queries; i++) {
      scoreGradient(i, probabilities, at + i * positions);
    }

    float[] keys = rows(k, key, positions, 0);
    int keysAt = inPlace ? k.offset() + key : 0;
    results = inPlace ? dq.array() : copies[1];
    resultsAt = inPlace ? dq.offset() + query : 0;
    for (int i = 0; i < queries; i++) {
      int row = i * paddedPositions;
      combine(scores, row, 1, form.visible(i), keys, keysAt, results, resultsAt + i * step);
    }
    copyBack(results, dq, query, queries);

    float[] asked = rows(q, query, queries, 0);
    int askedAt = inPlace ? q.offset() + query : 0;
    results = inPlace ? dk.array() : copies[1];
    resultsAt = inPlace ? dk.offset() + key : 0;
    for (int j = 0; j < positions; j++) {
      int to = resultsAt + j * step;
      combine(scores, j, paddedPositions, queries, asked, askedAt, results, to);
    }
    copyBack(results, dk, key, positions);
  }

  /** ds = p (dp - (p . dp)) scale, of dp in the scores of a query. */
  private void scoreGradient(int query, float[] p, int at) {
    int visible = form.visible(query);
    int row = query * paddedPositions;
    float product =
        visible <= 16
            ? Rows.dotBlock(p, at, scores, row, visible, lanes)
            : Rows.dot(p, at, scores, row, visible);
    for (int j = 0; j < visible; j++) {
      scores[row + j] = p[at + j] * (scores[row + j] - product) * scale;
    }
    Arrays.fill(scores, row + visible, row + paddedPositions, 0);
  }

  /** Where the first row of a head of a sequence stands. */
  private int place(int head, int length) {
    return (head / form.heads() * length * form.heads() + head % form.heads()) * width;
  }

  /** The array in which the loops find rows of x: its own, or a padded copy. */
  private float[] rows(Span x, int place, int n, int slot) {
    if (inPlace) {
      return x.array();
    }
    for (int i = 0; i < n; i++) {
      System.arraycopy(x.array(), x.offset() + place + i * distance, copies[slot], i * step, width);
    }
    return copies[slot];
  }

  private void copyBack(float[] results, Span y, int place, int n) {
    if (!inPlace) {
      for (int i = 0; i < n; i++) {
        System.arraycopy(results, i * step, y.array(), y.offset() + place + i * distance, width);
      }
    }
  }

  /** columns[d][j] = x[j][d]. */
  private void copyTransposed(float[] x, int at) {
    int j = 0;
    for (; j + 4 <= positions; j += 4) {
      int x0 = at + j * distance;
      int x1 = x0 + distance;
      int x2 = x1 + distance;
      int x3 = x2 + distance;
      for (int d = 0; d < width; d++) {
        int to = d * paddedPositions + j;
        columns[to] = x[x0 + d];
        columns[to + 1] = x[x1 + d];
        columns[to + 2] = x[x2 + d];
        columns[to + 3] = x[x3 + d];
      }
    }
    for (; j < positions; j++) {
      for (int d = 0; d < width; d++) {
        columns[d * paddedPositions + j] = x[at + j * distance + d];
      }
    }
  }

  /** scores[i][j] = sum over d of x[i][d] columns[d][j], a chain. */
  private void products(float[] x, int at) {
    for (int i = 0; i < queries; i += TOGETHER) {
      int x0 = at + i * distance;
      int x1 = i + 1 < queries ? x0 + distance : x0;
      int x2 = i + 2 < queries ? x0 + 2 * distance : x0;
      int x3 = i + 3 < queries ? x0 + 3 * distance : x0;
      for (int j = 0; j < positions; j += LEN) {
        FloatVector s0 = FloatVector.zero(F);
        FloatVector s1 = FloatVector.zero(F);
        FloatVector s2 = FloatVector.zero(F);
        FloatVector s3 = FloatVector.zero(F);
        for (int d = 0; d < width; d++) {
          FloatVector column = FloatVector.fromArray(F, columns, j + d * paddedPositions);
          s0 = FloatVector.broadcast(F, x[x0 + d]).fma(column, s0);
          s1 = FloatVector.broadcast(F, x[x1 + d]).fma(column, s1);
          s2 = FloatVector.broadcast(F, x[x2 + d]).fma(column, s2);
          s3 = FloatVector.broadcast(F, x[x3 + d]).fma(column, s3);
        }
        int to = i * paddedPositions + j;
        s0.intoArray(scores, to);
        s1.intoArray(scores, to + paddedPositions);
        s2.intoArray(scores, to + 2 * paddedPositions);
        s3.intoArray(scores, to + 3 * paddedPositions);
      }
    }
  }

  /** y = sum over j < n of factors[at + j apart] x[j], a chain. */
  private void combine(
      float[] factors, int at, int apart, int n, float[] x, int xs, float[] y, int ys) {
    int d = 0;
    for (; d + 2 * LEN <= width; d += 2 * LEN) {
      FloatVector s0 = FloatVector.zero(F);
      FloatVector s1 = FloatVector.zero(F);
      for (int j = 0; j < n; j++) {
        FloatVector factor = FloatVector.broadcast(F, factors[at + j * apart]);
        s0 = factor.fma(FloatVector.fromArray(F, x, xs + j * step + d), s0);
        s1 = factor.fma(FloatVector.fromArray(F, x, xs + j * step + d + LEN), s1);
      }
      s0.intoArray(y, ys + d);
      s1.intoArray(y, ys + d + LEN);
    }
    for (; d < width; d += LEN) {
      FloatVector sum = FloatVector.zero(F);
      for (int j = 0; j < n; j++) {
        sum =
            FloatVector.broadcast(F, factors[at + j * apart])
                .fma(FloatVector.fromArray(F, x, xs + j * step + d), sum);
      }
      sum.intoArray(y, ys + d);
    }
  }
}
