package org.genlab.compute.jvm;

import static org.genlab.compute.jvm.Lanes.F;
import static org.genlab.compute.jvm.Lanes.LEN;
import static org.genlab.compute.jvm.Lanes.ZEROS;
import static org.genlab.compute.jvm.Lanes.padded;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import org.genlab.tensor.backend.Attention;
import org.genlab.tensor.backend.Span;

/**
 * Attention of sequences of at most {@link #MOST} positions. A tile of scores would be mostly empty
 * there and a row of them shorter than a vector, so the rows of all queries of some heads stand
 * side by side: the softmax has a loop over rows for each position. Keys and values are read where
 * they lie.
 */
final class ShortAttention {
  /** The largest numbers of queries and of positions. */
  private static final int MOST = 8;

  /** Heads whose keys are transposed before their scores are computed. */
  private static final int GROUP = 8;

  /** About so many rows go through the softmax together. */
  private static final int ROWS = 160;

  // slots of the scratch arrays
  private static final int PANELS = 27;
  private static final int SCORES = 28;
  private static final int FIRST_COLUMNS = 29;
  private static final int SECOND_COLUMNS = 30;
  private static final int FIRST_FACTORS = 31;
  private static final int SECOND_FACTORS = 32;
  private static final int THIRD_COLUMNS = 33;

  private final Attention form;
  private final int queries;
  private final int positions;
  private final int width;

  /** Distance between the rows of a head in the arrays of the caller. */
  private final int distance;

  private final int headsTogether;

  /** Distance between the rows of scores of two positions. */
  private final int apart;

  /** Distance between the factors of two heads: MOST for each query. */
  private final int square;

  private final int[] rowAt;
  private final int[] panelAt;
  private final Scratch scratch = Scratch.get();
  private final float[] columns;
  private final float[] factors;

  private ShortAttention(Attention form) {
    this.form = form;
    this.queries = form.queries();
    this.positions = form.positions();
    this.width = form.width();
    this.distance = form.heads() * width;
    this.headsTogether = headsTogether(form);
    this.apart = padded(headsTogether * queries);
    this.square = queries == 1 ? MOST : MOST * MOST;
    this.rowAt = new int[GROUP * queries];
    this.panelAt = new int[GROUP * queries];
    this.columns = scratch.array(FIRST_COLUMNS, (MOST + 1) * apart);
    this.factors = emptyFactors(FIRST_FACTORS);
    Arrays.fill(columns, 0, (MOST + 1) * apart, 0);
  }

  /** How many heads go through the softmax together: the right piece of work for a thread. */
  static int headsTogether(Attention form) {
    return Math.max(1, Math.min(8, ROWS / form.queries() / GROUP)) * GROUP;
  }

  /** Factors of 0 that change no sum, whatever its sign. */
  private float[] emptyFactors(int slot) {
    float[] empty = scratch.array(slot, headsTogether * square);
    Arrays.fill(empty, 0, headsTogether * square, -0f);
    return empty;
  }

  /** Whether this class computes an attention. */
  static boolean computes(Attention form) {
    return form.bias() == null
        && form.queries() > 0
        && form.queries() <= MOST
        && form.positions() > 0
        && form.positions() <= Math.min(MOST, LEN)
        && form.width() % LEN == 0;
  }

  /** The heads [from, to), counted over all sequences. */
  static void forward(Attention form, int from, int to, Span q, Span k, Span v, Span y, Span p) {
    ShortAttention loops = new ShortAttention(form);
    for (int head = from; head < to; head += loops.headsTogether) {
      loops.forward(head, Math.min(loops.headsTogether, to - head), q, k, v, y, p);
    }
  }

  private void forward(int first, int heads, Span q, Span k, Span v, Span y, Span p) {
    scores(first, heads, q, k, form.scale(), Float.NEGATIVE_INFINITY);
    softmax(columns, positions, apart, padded(heads * queries));
    float[] probabilities = p.array();
    int to = p.offset() + first * queries * positions;
    for (int h = 0, row = 0; h < heads; h++) {
      for (int i = 0; i < queries; i++, row++) {
        int at = h * square + i * MOST;
        for (int j = 0; j < positions; j++) {
          float probability = columns[j * apart + row];
          probabilities[to++] = probability;
          factors[at + j] = probability;
        }
      }
    }
    for (int h = 0; h < heads; h++) {
      int query = place(first + h, queries);
      int key = place(first + h, positions);
      combine(factors, h * square, 1, MOST, v, key, positions, y, query, queries);
    }
  }

  /**
   * columns[j][row] = a of the row . b of position j of its head, times a factor, or what stands
   * for what is hidden.
   */
  private void scores(int first, int heads, Span a, Span b, float factor, float hidden) {
    int size = width * LEN;
    float[] panels = scratch.array(PANELS, GROUP * size);
    float[] scores = scratch.array(SCORES, (GROUP * queries + 3) * LEN);
    for (int from = 0; from < heads; from += GROUP) {
      int group = Math.min(GROUP, heads - from);
      int rows = 0;
      for (int h = 0; h < group; h++) {
        int query = a.offset() + place(first + from + h, queries);
        for (int i = 0; i < queries; i++) {
          rowAt[rows] = query + i * distance;
          panelAt[rows++] = h * size;
        }
        int key = b.offset() + place(first + from + h, positions);
        transpose(b.array(), key, distance, positions, width, panels, h * size);
      }
      for (int row = 0; row < rows; row += 4) {
        int row1 = Math.min(row + 1, rows - 1);
        int row2 = Math.min(row + 2, rows - 1);
        int row3 = Math.min(row + 3, rows - 1);
        scores(
            width,
            a.array(),
            rowAt[row],
            rowAt[row1],
            rowAt[row2],
            rowAt[row3],
            panels,
            panelAt[row],
            panelAt[row1],
            panelAt[row2],
            panelAt[row3],
            scores,
            row * LEN);
      }
      int to = from * queries;
      int score = 0;
      for (int h = 0; h < group; h++) {
        for (int i = 0; i < queries; i++) {
          int visible = form.visible(i);
          for (int j = 0; j < visible; j++) {
            columns[j * apart + to] = scores[score + j] * factor;
          }
          for (int j = visible; j < positions; j++) {
            columns[j * apart + to] = hidden;
          }
          to++;
          score += LEN;
        }
      }
    }
  }

  /** Products of four rows with a panel each. */
  private static void scores(
      int depth,
      float[] a,
      int a0,
      int a1,
      int a2,
      int a3,
      float[] b,
      int b0,
      int b1,
      int b2,
      int b3,
      float[] c,
      int ct) {
    FloatVector c0 = FloatVector.zero(F);
    FloatVector c1 = FloatVector.zero(F);
    FloatVector c2 = FloatVector.zero(F);
    FloatVector c3 = FloatVector.zero(F);
    for (int k = 0; k < depth; k++) {
      int at = k * LEN;
      c0 = FloatVector.fromArray(F, b, b0 + at).fma(FloatVector.broadcast(F, a[a0 + k]), c0);
      c1 = FloatVector.fromArray(F, b, b1 + at).fma(FloatVector.broadcast(F, a[a1 + k]), c1);
      c2 = FloatVector.fromArray(F, b, b2 + at).fma(FloatVector.broadcast(F, a[a2 + k]), c2);
      c3 = FloatVector.fromArray(F, b, b3 + at).fma(FloatVector.broadcast(F, a[a3 + k]), c3);
    }
    c3.intoArray(c, ct + 3 * LEN);
    c2.intoArray(c, ct + 2 * LEN);
    c1.intoArray(c, ct + LEN);
    c0.intoArray(c, ct);
  }

  /** panel[d][j] = x[j][d]; what stands for further j is of no account. */
  private static void transpose(
      float[] x, int xs, int distance, int n, int width, float[] panel, int at) {
    int j = 0;
    for (; j + 4 <= n; j += 4) {
      int x0 = xs + j * distance;
      int x1 = x0 + distance;
      int x2 = x1 + distance;
      int x3 = x2 + distance;
      for (int d = 0; d < width; d++) {
        int to = at + j + d * LEN;
        panel[to] = x[x0 + d];
        panel[to + 1] = x[x1 + d];
        panel[to + 2] = x[x2 + d];
        panel[to + 3] = x[x3 + d];
      }
    }
    for (; j < n; j++) {
      int from = xs + j * distance;
      for (int d = 0; d < width; d++) {
        panel[at + j + d * LEN] = x[from + d];
      }
    }
  }

  /** Softmax over positions; 0 where nothing is visible. */
  private static void softmax(float[] x, int positions, int apart, int rows) {
    int work = MOST * apart;
    for (int i = 0; i < rows; i += LEN) {
      FloatVector max = FloatVector.fromArray(F, x, i);
      for (int j = 1; j < positions; j++) {
        max = max.max(FloatVector.fromArray(F, x, j * apart + i));
      }
      max.intoArray(x, work + i);
    }
    for (int i = work; i < work + rows; i++) {
      x[i] = x[i] == Float.NEGATIVE_INFINITY ? 0 : x[i];
    }
    for (int j = 0; j < positions; j++) {
      int at = j * apart;
      for (int i = 0; i < rows; i += LEN) {
        FloatVector.fromArray(F, x, at + i)
            .sub(FloatVector.fromArray(F, x, work + i))
            .intoArray(x, at + i);
      }
      GateLoops.exp(x, at, at + rows);
    }
    sumLanes(x, apart, rows);
    for (int i = work; i < work + rows; i++) {
      x[i] = x[i] == 0 ? 0 : 1 / x[i];
    }
    for (int j = 0; j < positions; j++) {
      int at = j * apart;
      for (int i = 0; i < rows; i += LEN) {
        FloatVector.fromArray(F, x, at + i)
            .mul(FloatVector.fromArray(F, x, work + i))
            .intoArray(x, at + i);
      }
    }
  }

  /** x[MOST][row] = the sum over j of x[j][row], as if each were a lane. */
  private static void sumLanes(float[] x, int apart, int rows) {
    for (int i = 0; i < rows; i += LEN) {
      FloatVector l0 = FloatVector.fromArray(F, x, i).add(0f);
      FloatVector l1 = FloatVector.fromArray(F, x, apart + i).add(0f);
      FloatVector l2 = FloatVector.fromArray(F, x, 2 * apart + i).add(0f);
      FloatVector l3 = FloatVector.fromArray(F, x, 3 * apart + i).add(0f);
      FloatVector a0 = l0.add(FloatVector.fromArray(F, x, 4 * apart + i).add(0f));
      FloatVector a1 = l1.add(FloatVector.fromArray(F, x, 5 * apart + i).add(0f));
      FloatVector a2 = l2.add(FloatVector.fromArray(F, x, 6 * apart + i).add(0f));
      FloatVector a3 = l3.add(FloatVector.fromArray(F, x, 7 * apart + i).add(0f));
      a0.add(a2).add(a1.add(a3)).intoArray(x, MOST * apart + i);
    }
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
      Span dv,
      Span e) {
    ShortAttention loops = new ShortAttention(form);
    for (int head = from; head < to; head += loops.headsTogether) {
      int heads = Math.min(loops.headsTogether, to - head);
      loops.backward(head, heads, q, k, v, p, g, dq, dk, dv, e);
    }
  }

  private void backward(
      int first,
      int heads,
      Span q,
      Span k,
      Span v,
      Span p,
      Span g,
      Span dq,
      Span dk,
      Span dv,
      Span e) {
    float[] probabilities = scratch.array(SECOND_COLUMNS, (MOST + 1) * apart);
    float[] products = scratch.array(THIRD_COLUMNS, (MOST + 1) * apart);
    Arrays.fill(products, positions * apart, MOST * apart, 0);
    float[] scoreFactors = emptyFactors(SECOND_FACTORS);
    int rows = heads * queries;
    int at = p.offset() + first * queries * positions;
    for (int h = 0, row = 0; h < heads; h++) {
      for (int i = 0; i < queries; i++, row++) {
        int to = h * square + i * MOST;
        for (int j = 0; j < positions; j++) {
          float probability = p.array()[at++];
          probabilities[j * apart + row] = probability;
          factors[to + j] = probability;
        }
      }
    }
    scores(first, heads, g, v, 1, 0);
    scoreGradient(probabilities, columns, products, positions, apart, padded(rows));
    float scale = form.scale();
    int errors = first * queries * positions;
    for (int h = 0, row = 0; h < heads; h++) {
      for (int i = 0; i < queries; i++, row++) {
        int to = h * square + i * MOST;
        int visible = form.visible(i);
        for (int j = 0; j < positions; j++) {
          float gradient = j < visible ? columns[j * apart + row] : 0;
          scoreFactors[to + j] = gradient * scale;
          if (e != null) {
            e.array()[e.offset() + errors++] = gradient;
          }
        }
      }
    }
    for (int h = 0; h < heads; h++) {
      int query = place(first + h, queries);
      int key = place(first + h, positions);
      int from = h * square;
      combine(scoreFactors, from, 1, MOST, k, key, positions, dq, query, queries);
      combine(scoreFactors, from, MOST, 1, q, query, queries, dk, key, positions);
      combine(factors, from, MOST, 1, g, query, queries, dv, key, positions);
    }
  }

  /** x = p (x - (p . x)). */
  private static void scoreGradient(
      float[] p, float[] x, float[] products, int positions, int apart, int rows) {
    FloatVector zero = FloatVector.zero(F);
    for (int j = 0; j < positions; j++) {
      int at = j * apart;
      for (int i = at; i < at + rows; i += LEN) {
        FloatVector.fromArray(F, p, i)
            .fma(FloatVector.fromArray(F, x, i), zero)
            .intoArray(products, i);
      }
    }
    sumLanes(products, apart, rows);
    int sums = MOST * apart;
    for (int j = 0; j < positions; j++) {
      int at = j * apart;
      for (int i = 0; i < rows; i += LEN) {
        FloatVector.fromArray(F, p, at + i)
            .mul(
                FloatVector.fromArray(F, x, at + i)
                    .sub(FloatVector.fromArray(F, products, sums + i)))
            .intoArray(x, at + i);
      }
    }
  }

  /**
   * Rows of a head: y_i = the chain over j of factors[at + i outer + j inner] x_j.
   *
   * @param n the number of j
   * @param rows the number of i
   */
  private void combine(
      float[] factors,
      int at,
      int inner,
      int outer,
      Span x,
      int from,
      int n,
      Span y,
      int to,
      int rows) {
    float[] xs = x.array();
    float[] ys = y.array();
    int xAt = x.offset() + from;
    int yAt = y.offset() + to;
    for (int column = 0; column < width; column += LEN) {
      if (n == 1) {
        combineOne(factors, at, outer, xs, xAt + column, ys, yAt + column, distance, rows);
      } else {
        combineAll(
            factors, at, inner, outer, xs, xAt + column, n, ys, yAt + column, distance, rows);
      }
    }
  }

  private static void combineOne(
      float[] factors,
      int at,
      int outer,
      float[] x,
      int xs,
      float[] y,
      int ys,
      int distance,
      int rows) {
    FloatVector zero = FloatVector.zero(F);
    FloatVector x0 = FloatVector.fromArray(F, x, xs);
    for (int i = 0; i < rows; i++) {
      x0.fma(FloatVector.broadcast(F, factors[at + i * outer]), zero)
          .intoArray(y, ys + i * distance);
    }
  }

  private static void combineAll(
      float[] factors,
      int at,
      int inner,
      int outer,
      float[] x,
      int xs,
      int n,
      float[] y,
      int ys,
      int distance,
      int rows) {
    FloatVector zero = FloatVector.zero(F);
    FloatVector x0 = FloatVector.fromArray(F, x, xs);
    FloatVector x1 = FloatVector.fromArray(F, x, xs + distance);
    FloatVector x2 = FloatVector.fromArray(F, n > 2 ? x : ZEROS, n > 2 ? xs + 2 * distance : 0);
    FloatVector x3 = FloatVector.fromArray(F, n > 3 ? x : ZEROS, n > 3 ? xs + 3 * distance : 0);
    FloatVector x4 = FloatVector.fromArray(F, n > 4 ? x : ZEROS, n > 4 ? xs + 4 * distance : 0);
    FloatVector x5 = FloatVector.fromArray(F, n > 5 ? x : ZEROS, n > 5 ? xs + 5 * distance : 0);
    FloatVector x6 = FloatVector.fromArray(F, n > 6 ? x : ZEROS, n > 6 ? xs + 6 * distance : 0);
    FloatVector x7 = FloatVector.fromArray(F, n > 7 ? x : ZEROS, n > 7 ? xs + 7 * distance : 0);
    for (int i = 0; i < rows; i++) {
      int f = at + i * outer;
      FloatVector sum = x0.fma(FloatVector.broadcast(F, factors[f]), zero);
      sum = x1.fma(FloatVector.broadcast(F, factors[f + inner]), sum);
      sum = x2.fma(FloatVector.broadcast(F, factors[f + 2 * inner]), sum);
      sum = x3.fma(FloatVector.broadcast(F, factors[f + 3 * inner]), sum);
      sum = x4.fma(FloatVector.broadcast(F, factors[f + 4 * inner]), sum);
      sum = x5.fma(FloatVector.broadcast(F, factors[f + 5 * inner]), sum);
      sum = x6.fma(FloatVector.broadcast(F, factors[f + 6 * inner]), sum);
      sum = x7.fma(FloatVector.broadcast(F, factors[f + 7 * inner]), sum);
      sum.intoArray(y, ys + i * distance);
    }
  }

  /** Where the first row of a head of a sequence stands. */
  private int place(int head, int length) {
    return (head / form.heads() * length * form.heads() + head % form.heads()) * width;
  }
}
