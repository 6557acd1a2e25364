package org.genlab.compute.jvm;

import static org.genlab.compute.jvm.Lanes.F;
import static org.genlab.compute.jvm.Lanes.LEN;
import static org.genlab.compute.jvm.Lanes.padded;
import static org.genlab.tensor.backend.Backend.BLOCK;
import static org.genlab.tensor.backend.Backend.LANES;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import org.genlab.tensor.backend.Attention;
import org.genlab.tensor.backend.Span;

/**
 * Attention of one head of one sequence at a time, in tiles of {@link Tile#ROWS} queries or
 * positions. What a causal mask hides from all queries of a tile is not computed.
 */
final class AttentionLoops {
  // slots of the scratch arrays; 24 is SmallTile's
  private static final int SCORES = 8;
  private static final int FIRST_PANELS = 9;
  private static final int SECOND_PANELS = 10;
  private static final int THIRD_PANELS = 11;
  private static final int FOURTH_PANELS = 12;
  private static final int PROBABILITIES = 25;
  private static final int RESULT = 26;

  private final Attention form;
  private final int queries;
  private final int positions;
  private final int width;
  private final float scale;

  /** Distance between the rows of a head in the arrays of the caller. */
  private final int distance;

  /** Distance between the rows of scores: positions padded to whole panels, and to 16. */
  private final int apart;

  private final int widthPanels;
  private final Scratch scratch;
  private boolean cleared;

  private AttentionLoops(Attention form, Scratch scratch) {
    this.form = form;
    this.queries = form.queries();
    this.positions = form.positions();
    this.width = form.width();
    this.scale = form.scale();
    this.distance = form.heads() * width;
    this.apart = padded(panels(positions) * Tile.COLUMNS);
    this.widthPanels = panels(width);
    this.scratch = scratch;
  }

  private static int panels(int n) {
    return (n + Tile.COLUMNS - 1) / Tile.COLUMNS;
  }

  private static int tiled(int n) {
    return (n + Tile.ROWS - 1) / Tile.ROWS * Tile.ROWS;
  }

  /** How many heads are a piece of work for a thread. */
  static int heads(Attention form) {
    int size = form.queries() * Math.max(form.width(), form.positions());
    return Math.max(1, JvmBackend.CHUNK / Math.max(1, size));
  }

  /** The heads [from, to), counted over all sequences. */
  static void forward(
      Attention form, int from, int to, Span q, Span k, Span v, Span bias, Span y, Span p) {
    AttentionLoops loops = new AttentionLoops(form, Scratch.get());
    for (int head = from; head < to; head++) {
      loops.forward(head, q, k, v, bias, y, p);
    }
  }

  private void forward(int head, Span q, Span k, Span v, Span bias, Span y, Span p) {
    int query = place(head, queries);
    int key = place(head, positions);
    float[] keys = transposed(FIRST_PANELS, k, key, positions);
    float[] values = rows(SECOND_PANELS, v, key, positions);
    float[] scores = scratch.array(SCORES, Tile.ROWS * apart);
    float[] probabilities = p.array();
    float[] lanes = scratch.lanes;
    for (int i = 0; i < queries; i += Tile.ROWS) {
      int rows = Math.min(Tile.ROWS, queries - i);
      int visible = form.visible(i + rows - 1);
      int asked = q.offset() + query + i * distance;
      for (int panel = 0; panel < panels(visible); panel++) {
        int bt = panel * width * Tile.COLUMNS;
        int ct = panel * Tile.COLUMNS;
        SmallTile.rows(width, q.array(), asked, distance, rows, keys, bt, scores, ct, apart, true);
      }
      if (bias != null) {
        addBias(bias, head, i, rows, scores);
      }
      float factor = bias == null ? scale : 1;
      int to = p.offset() + (head * queries + i) * positions;
      softmax(form, i, rows, scores, apart, factor, lanes, probabilities, to);
      results(scores, 0, apart, visible, rows, values, positions, y, query + i * distance);
    }
  }

  /** Rows of y = the first numbers of rows of factors times rows in panels. */
  private void results(
      float[] factors,
      int at,
      int lda,
      int depth,
      int rows,
      float[] panels,
      int length,
      Span y,
      int place) {
    for (int panel = 0; panel < widthPanels; panel++) {
      int column = panel * Tile.COLUMNS;
      int bt = column * length;
      int to = y.offset() + place + column;
      if (rows == Tile.ROWS && column + Tile.COLUMNS <= width) {
        SmallTile.rows(depth, factors, at, lda, rows, panels, bt, y.array(), to, distance, true);
      } else {
        float[] tile = scratch.array(RESULT, Tile.ROWS * Tile.COLUMNS);
        SmallTile.rows(depth, factors, at, lda, rows, panels, bt, tile, 0, Tile.COLUMNS, true);
        copyBack(tile, rows, column, y.array(), to);
      }
    }
  }

  /** Rows of y = columns of factors times rows in panels. */
  private void transposedResults(
      float[] factors, int at, int depth, int rows, float[] panels, int from, Span y, int place) {
    for (int panel = 0; panel < widthPanels; panel++) {
      int column = panel * Tile.COLUMNS;
      int bt = column * queries + from * Tile.COLUMNS;
      int to = y.offset() + place + column;
      if (rows == Tile.ROWS && column + Tile.COLUMNS <= width) {
        SmallTile.columns(depth, factors, at, apart, panels, bt, y.array(), to, distance);
      } else {
        float[] tile = scratch.array(RESULT, Tile.ROWS * Tile.COLUMNS);
        SmallTile.columns(depth, factors, at, apart, panels, bt, tile, 0, Tile.COLUMNS);
        copyBack(tile, rows, column, y.array(), to);
      }
    }
  }

  private void copyBack(float[] tile, int rows, int column, float[] y, int to) {
    int columns = Math.min(Tile.COLUMNS, width - column);
    for (int r = 0; r < rows; r++) {
      System.arraycopy(tile, r * Tile.COLUMNS, y, to + r * distance, columns);
    }
  }

  /** Multiplies the scores of some queries by the scale and adds their bias. */
  private void addBias(Span bias, int head, int query, int rows, float[] scores) {
    int heads = form.heads();
    float[] x = bias.array();
    int step = form.bias().position();
    for (int r = 0; r < rows; r++) {
      int at = bias.offset() + form.biasPlace(head / heads, head % heads, query + r);
      int row = r * apart;
      int n = form.visible(query + r);
      for (int j = 0; j < n; j++) {
        scores[row + j] = scores[row + j] * scale + x[at + j * step];
      }
    }
  }

  /**
   * Makes probabilities of the scores of some queries, times a factor, and copies them. All in one
   * method, which is so long that it is compiled by itself: inlined into its caller, it would leave
   * no room to inline what it calls, and vectors would become objects.
   */
  private static void softmax(
      Attention form,
      int first,
      int rows,
      float[] scores,
      int apart,
      float factor,
      float[] lanes,
      float[] p,
      int to) {
    int positions = form.positions();
    for (int r = 0; r < rows; r++) {
      int row = r * apart;
      int n = form.visible(first + r);
      int end = row + ((n + 15) & -16);
      FloatVector scale = FloatVector.broadcast(F, factor);
      for (int i = row; i < end; i += LEN) {
        FloatVector.fromArray(F, scores, i).mul(scale).intoArray(scores, i);
      }
      // exponentials of negative infinity are 0 and change no bit of a sum
      for (int i = row + n; i < end; i++) {
        scores[i] = Float.NEGATIVE_INFINITY;
      }
      FloatVector max = FloatVector.broadcast(F, Float.NEGATIVE_INFINITY);
      for (int i = row; i < end; i += LEN) {
        max = max.max(FloatVector.fromArray(F, scores, i));
      }
      float largest = max.reduceLanes(VectorOperators.MAX);
      if (largest == Float.NEGATIVE_INFINITY) {
        for (int i = row; i < end; i++) {
          scores[i] = 0;
        }
      } else {
        FloatVector shift = FloatVector.broadcast(F, largest);
        for (int i = row; i < end; i += LEN) {
          Functions.exp(FloatVector.fromArray(F, scores, i).sub(shift)).intoArray(scores, i);
        }
        float sum = 0;
        for (int from = row; from < end; from += BLOCK) {
          int length = Math.min(BLOCK, end - from);
          for (int lane = 0; lane < LANES; lane += LEN) {
            FloatVector part = FloatVector.zero(F);
            for (int i = lane; i < length; i += LANES) {
              part = part.add(FloatVector.fromArray(F, scores, from + i));
            }
            part.intoArray(lanes, lane);
          }
          float block = Rows.tree(lanes);
          sum = from == row ? block : sum + block;
        }
        FloatVector reciprocal = FloatVector.broadcast(F, 1 / sum);
        for (int i = row; i < end; i += LEN) {
          FloatVector.fromArray(F, scores, i).mul(reciprocal).intoArray(scores, i);
        }
      }
      for (int i = end; i < row + apart; i++) {
        scores[i] = 0;
      }
      System.arraycopy(scores, row, p, to + r * positions, positions);
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
    AttentionLoops loops = new AttentionLoops(form, Scratch.get());
    for (int head = from; head < to; head++) {
      loops.backward(head, q, k, v, p, g, dq, dk, dv, e);
    }
  }

  private void backward(
      int head, Span q, Span k, Span v, Span p, Span g, Span dq, Span dk, Span dv, Span e) {
    int query = place(head, queries);
    int key = place(head, positions);
    float[] values = transposed(FIRST_PANELS, v, key, positions);
    float[] keys = rows(SECOND_PANELS, k, key, positions);
    float[] asked = rows(THIRD_PANELS, q, query, queries);
    float[] gradients = rows(FOURTH_PANELS, g, query, queries);
    float[] probabilities = p.array();
    int at = p.offset() + head * queries * positions;
    if (positions != apart) {
      probabilities = scratch.array(PROBABILITIES, queries * apart);
      for (int i = 0; i < queries; i++) {
        int to = i * apart;
        System.arraycopy(p.array(), at + i * positions, probabilities, to, positions);
        Arrays.fill(probabilities, to + positions, to + apart, 0);
      }
      at = 0;
    }
    float[] scores = scratch.array(SCORES, tiled(queries) * apart);
    for (int i = 0; i < queries; i += Tile.ROWS) {
      int rows = Math.min(Tile.ROWS, queries - i);
      int visible = form.visible(i + rows - 1);
      int gt = g.offset() + query + i * distance;
      for (int panel = 0; panel < panels(visible); panel++) {
        int bt = panel * width * Tile.COLUMNS;
        int ct = i * apart + panel * Tile.COLUMNS;
        SmallTile.rows(width, g.array(), gt, distance, rows, values, bt, scores, ct, apart, true);
      }
      for (int r = 0; r < rows; r++) {
        int row = (i + r) * apart;
        int own = form.visible(i + r);
        Arrays.fill(scores, row + own, row + apart, 0);
        scoreGradient(probabilities, at + row, scores, row, own, scratch.lanes);
        Arrays.fill(scores, row + own, row + padded(own), 0);
        if (e != null) {
          int to = e.offset() + (head * queries + i + r) * positions;
          System.arraycopy(scores, row, e.array(), to, positions);
        }
        scaleRow(scores, row, own, scale);
      }
      results(scores, i * apart, apart, visible, rows, keys, positions, dq, query + i * distance);
    }
    for (int j = 0; j < positions; j += Tile.ROWS) {
      int rows = Math.min(Tile.ROWS, positions - j);
      // the first query that sees position j
      int from = form.causal() ? Math.max(0, j - (positions - queries)) : 0;
      int depth = Math.max(0, queries - from);
      int to = key + j * distance;
      from = Math.min(from, queries);
      transposedResults(probabilities, at + from * apart + j, depth, rows, gradients, from, dv, to);
      transposedResults(scores, from * apart + j, depth, rows, asked, from, dk, to);
    }
  }

  /** e = p (dp - (p . dp)), of dp in the scores; behind them are zeros, then zeros or -0. */
  private static void scoreGradient(
      float[] p, int ps, float[] scores, int row, int n, float[] lanes) {
    int length = padded(n);
    float product =
        length <= BLOCK
            ? Rows.dotBlock(p, ps, scores, row, length, lanes)
            : Rows.dot(p, ps, scores, row, length);
    FloatVector shift = FloatVector.broadcast(F, product);
    for (int j = 0; j < length; j += LEN) {
      FloatVector.fromArray(F, p, ps + j)
          .mul(FloatVector.fromArray(F, scores, row + j).sub(shift))
          .intoArray(scores, row + j);
    }
  }

  private static void scaleRow(float[] scores, int row, int n, float scale) {
    int end = row + padded(n);
    for (int i = row; i < end; i += LEN) {
      FloatVector.fromArray(F, scores, i).mul(scale).intoArray(scores, i);
    }
  }

  /** Where the first row of a head of a sequence stands. */
  private int place(int head, int length) {
    return (head / form.heads() * length * form.heads() + head % form.heads()) * width;
  }

  /** panels[panel][j][column] = x[j][column], with zeros where there are no columns. */
  private float[] rows(int slot, Span x, int place, int n) {
    float[] to = scratch.array(slot, widthPanels * n * Tile.COLUMNS);
    for (int panel = 0; panel < widthPanels; panel++) {
      int column = panel * Tile.COLUMNS;
      copyRows(
          x.array(),
          x.offset() + place + column,
          distance,
          Math.min(Tile.COLUMNS, width - column),
          n,
          to,
          column * n);
    }
    return to;
  }

  private static void copyRows(
      float[] x, int xs, int distance, int columns, int n, float[] to, int at) {
    if (columns == Tile.COLUMNS) {
      for (int j = 0; j < n; j++) {
        int from = xs + j * distance;
        int place = at + j * Tile.COLUMNS;
        FloatVector.fromArray(F, x, from).intoArray(to, place);
        FloatVector.fromArray(F, x, from + LEN).intoArray(to, place + LEN);
      }
      return;
    }
    for (int j = 0; j < n; j++) {
      int place = at + j * Tile.COLUMNS;
      System.arraycopy(x, xs + j * distance, to, place, columns);
      Arrays.fill(to, place + columns, place + Tile.COLUMNS, 0);
    }
  }

  /**
   * panels[panel][d][column] = x[panel, column][d], with zeros where there are no rows: those are
   * written for the first head only, as nobody else uses the slot meanwhile.
   */
  private float[] transposed(int slot, Span x, int place, int n) {
    int panels = panels(n);
    int size = panels * width * Tile.COLUMNS;
    float[] to = scratch.array(slot, size);
    if (!cleared) {
      Arrays.fill(to, Math.max(0, panels - 1) * width * Tile.COLUMNS, size, 0);
      cleared = true;
    }
    int four = n & -4;
    for (int j = 0; j < four; j += 4) {
      int at = j / Tile.COLUMNS * width * Tile.COLUMNS + j % Tile.COLUMNS;
      copyTransposed(x.array(), x.offset() + place + j * distance, distance, width, to, at);
    }
    for (int j = four; j < n; j++) {
      int at = j / Tile.COLUMNS * width * Tile.COLUMNS + j % Tile.COLUMNS;
      copyColumn(x.array(), x.offset() + place + j * distance, width, to, at);
    }
    return to;
  }

  private static void copyColumn(float[] x, int xs, int width, float[] to, int at) {
    for (int d = 0; d < width; d++) {
      to[at + d * Tile.COLUMNS] = x[xs + d];
    }
  }

  private static void copyTransposed(
      float[] x, int x0, int distance, int width, float[] to, int at) {
    int x1 = x0 + distance;
    int x2 = x1 + distance;
    int x3 = x2 + distance;
    for (int d = 0; d < width; d++) {
      int place = at + d * Tile.COLUMNS;
      to[place] = x[x0 + d];
      to[place + 1] = x[x1 + d];
      to[place + 2] = x[x2 + d];
      to[place + 3] = x[x3 + d];
    }
  }
}
