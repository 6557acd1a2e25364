package org.genlab.compute.jvm;

import static org.genlab.compute.jvm.Lanes.F;
import static org.genlab.compute.jvm.Lanes.LEN;
import static org.genlab.compute.jvm.Lanes.whole;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import org.genlab.tensor.backend.Gemm;

/**
 * Matrix products in tiles (Goto and van de Geijn, "Anatomy of high-performance matrix
 * multiplication", ACM TOMS 34, 2008). B is packed into panels of {@link Tile#COLUMNS} columns, A
 * into panels of {@link Tile#ROWS} rows when it is transposed, else it is usually read as it lies.
 * The sums are cut into blocks of {@link Tile#DEPTH}; between blocks the partial sum waits in C, so
 * that every element of C is one chain of fused multiply-adds over ascending k whatever the blocks,
 * tiles and threads are.
 *
 * <p>The larger of the two operands is packed piece by piece by whoever computes with the piece;
 * the smaller is packed once, before, for all.
 */
final class MatrixProduct {
  /** The most rows of C in a task when the rows are shared out. */
  private static final int TASK_ROWS = Tile.ROWS == 8 ? 64 : 60;

  /** Columns of C in a task when the columns are shared out; wide ones read B in longer pieces. */
  private static final int TASK_COLUMNS = 64;

  private static final int WIDE_TASK_COLUMNS = 128;

  /** Columns of C that are kept near. */
  private static final int STRIP_COLUMNS = 1024;

  /** Products of fewer multiplications are not worth packing. */
  private static final int SMALL = 2048;

  /** Products of fewer multiplications stay on one thread. */
  private static final long SEQUENTIAL = 200_000;

  /** So many columns of C are few: a tile along rows would be half empty. */
  private static final int FEW_COLUMNS = 16;

  /** Rows of C in a task where its columns are few. */
  private static final int TASK_ROWS_ACROSS = 2 * SmallTile.ACROSS;

  // slots of the scratch arrays
  private static final int SHARED = 0;
  private static final int OWN = 1;
  private static final int TILE = 2;
  private static final int STRIP = 4;

  private final Gemm form;
  private final float[] a;
  private final int aStart;
  private final float[] b;
  private final int bStart;
  private final float[] bias;
  private final int biasStart;
  private final float[] c;
  private final int cStart;
  private final int m;
  private final int n;
  private final int k;

  /** Whether the numbers of rows of A that are multiplied together are to lie together. */
  private final boolean packsA;

  private MatrixProduct(
      Gemm form,
      int rows,
      float[] a,
      int aStart,
      float[] b,
      int bStart,
      float[] bias,
      int biasStart,
      float[] c,
      int cStart) {
    this.form = form;
    this.a = a;
    this.aStart = aStart;
    this.b = b;
    this.bStart = bStart;
    this.bias = bias;
    this.biasStart = biasStart;
    this.c = c;
    this.cStart = cStart;
    this.m = rows;
    this.n = form.n();
    this.k = form.k();
    this.packsA = form.transposeA() || !Tile.READS_ROWS;
  }

  /** Computes a batch of products; {@code bias} may be null. */
  static void run(
      Workers workers,
      Gemm form,
      float[] a,
      int aStart,
      float[] b,
      int bStart,
      float[] bias,
      int biasStart,
      float[] c,
      int cStart) {
    if (form.m() == 0 || form.n() == 0 || form.batch() == 0) {
      return;
    }
    boolean oneTallMatrix =
        form.strideB() == 0
            && !form.transposeA()
            && form.strideA() == form.m() * form.lda()
            && form.strideC() == form.m() * form.ldc();
    if (form.batch() == 1 || oneTallMatrix) {
      new MatrixProduct(
              form, form.m() * form.batch(), a, aStart, b, bStart, bias, biasStart, c, cStart)
          .run(workers);
      return;
    }
    long work = (long) form.m() * form.n() * Math.max(1, form.k());
    Workers inside = work < SEQUENTIAL ? null : workers;
    Workers.Task products =
        p ->
            new MatrixProduct(
                    form,
                    form.m(),
                    a,
                    aStart + p * form.strideA(),
                    b,
                    bStart + p * form.strideB(),
                    bias,
                    biasStart,
                    c,
                    cStart + p * form.strideC())
                .run(inside);
    if (inside != null) {
      for (int p = 0; p < form.batch(); p++) {
        products.run(p);
      }
      return;
    }
    int together = (int) Math.max(1, SEQUENTIAL / work);
    workers.run(
        (form.batch() + together - 1) / together,
        chunk -> {
          int end = Math.min(form.batch(), (chunk + 1) * together);
          for (int p = chunk * together; p < end; p++) {
            products.run(p);
          }
        });
  }

  private void run(Workers workers) {
    long work = (long) m * n * k;
    if (work <= SMALL) {
      runPlainly();
    } else if (work < SEQUENTIAL && fitsTiles()) {
      runDirectly();
    } else if (hasFewColumns()) {
      runAcrossRows(work < SEQUENTIAL ? null : workers);
    } else if (m >= n) {
      shareRows(work < SEQUENTIAL ? null : workers);
    } else {
      shareColumns(work < SEQUENTIAL ? null : workers);
    }
  }

  private static void share(Workers workers, int chunks, Workers.Task task) {
    if (workers != null) {
      workers.run(chunks, task);
      return;
    }
    for (int i = 0; i < chunks; i++) {
      task.run(i);
    }
  }

  private static int ceil(int n, int divisor) {
    return (n + divisor - 1) / divisor;
  }

  /** Without packing: for products too small, and sums of nothing. */
  private void runPlainly() {
    int aRow = form.transposeA() ? 1 : form.lda();
    int aColumn = form.transposeA() ? form.lda() : 1;
    int bRow = form.transposeB() ? 1 : form.ldb();
    int bColumn = form.transposeB() ? form.ldb() : 1;
    for (int i = 0; i < m; i++) {
      for (int j = 0; j < n; j++) {
        int to = cStart + i * form.ldc() + j;
        float sum = form.accumulate() ? c[to] : 0;
        for (int l = 0; l < k; l++) {
          sum =
              Math.fma(a[aStart + i * aRow + l * aColumn], b[bStart + l * bRow + j * bColumn], sum);
        }
        c[to] = bias == null ? sum : sum + bias[biasStart + j];
      }
    }
  }

  /** Whether C consists of whole tiles, so that the operands can be read as they lie. */
  private boolean fitsTiles() {
    return Tile.READS_ROWS && m % Tile.ROWS == 0 && n % Tile.COLUMNS == 0;
  }

  /**
   * Without copies but of a transposed B: for products so small that these would take a good part
   * of the time.
   */
  private void runDirectly() {
    int apart = form.transposeA() ? 1 : form.lda();
    int step = form.transposeA() ? form.lda() : 1;
    boolean fresh = !form.accumulate();
    float[] right = form.transposeB() ? Scratch.get().array(OWN, k * Tile.COLUMNS) : b;
    int ldb = form.transposeB() ? Tile.COLUMNS : form.ldb();
    for (int j = 0; j < n; j += Tile.COLUMNS) {
      int bt = form.transposeB() ? 0 : bStart + j;
      if (form.transposeB()) {
        transpose(b, bStart + j * form.ldb(), form.ldb(), Tile.COLUMNS, k, right, 0, ldb);
      }
      for (int i = 0; i < m; i += Tile.ROWS) {
        int at = aStart + i * apart;
        int ct = cStart + i * form.ldc() + j;
        SmallTile.direct(
            k, a, at, apart, step, Tile.ROWS, right, bt, ldb, c, ct, form.ldc(), fresh);
        if (bias != null) {
          addBias(ct, Tile.ROWS, j, Tile.COLUMNS);
        }
      }
    }
  }

  /** Whether vectors would stay mostly empty along the rows of C, and fit along its columns. */
  private boolean hasFewColumns() {
    return n <= FEW_COLUMNS
        && form.transposeA()
        && !form.transposeB()
        && bias == null
        && m % SmallTile.ACROSS == 0;
  }

  private void runAcrossRows(Workers workers) {
    share(
        workers,
        ceil(m, TASK_ROWS_ACROSS),
        chunk -> {
          float[] work = Scratch.get().array(TILE, SmallTile.ACROSS);
          int end = Math.min(m, (chunk + 1) * TASK_ROWS_ACROSS);
          for (int i = chunk * TASK_ROWS_ACROSS; i < end; i += SmallTile.ACROSS) {
            for (int j = 0; j < n; j += SmallTile.FEW) {
              SmallTile.acrossRows(
                  k,
                  a,
                  aStart + i,
                  form.lda(),
                  b,
                  bStart + j,
                  form.ldb(),
                  Math.min(SmallTile.FEW, n - j),
                  c,
                  cStart + i * form.ldc() + j,
                  form.ldc(),
                  !form.accumulate(),
                  work);
            }
          }
        });
  }

  /** C has more rows than columns: tasks take rows, all of B is packed before. */
  private void shareRows(Workers workers) {
    int panels = ceil(n, Tile.COLUMNS);
    int blocks = ceil(k, Tile.DEPTH);
    float[] packedB = Scratch.get().array(SHARED, panels * Tile.COLUMNS * k);
    share(
        workers,
        panels * blocks,
        chunk -> {
          int panel = chunk / blocks;
          int from = chunk % blocks * Tile.DEPTH;
          int depth = Math.min(Tile.DEPTH, k - from);
          packB(panel, from, depth, packedB, (panel * k + from) * Tile.COLUMNS);
        });
    // Of few rows all threads get some.
    int most = workers == null ? m : ceil(ceil(m, workers.count()), Tile.ROWS) * Tile.ROWS;
    int taskRows = Math.min(TASK_ROWS, most);
    share(
        workers,
        ceil(m, taskRows),
        chunk -> {
          int row = chunk * taskRows;
          int rows = Math.min(taskRows, m - row);
          for (int column = 0; column < n; column += STRIP_COLUMNS) {
            strip(row, rows, column, Math.min(STRIP_COLUMNS, n - column), packedB);
          }
        });
  }

  /**
   * A part of rows of C. What lies in other caches, A and C, is read and written row by row, so
   * that it is fetched ahead; the tiles jump between rows of copies that are near. Measured, this
   * takes 10 to 20 % less time than tiles that visit A and C themselves.
   */
  private void strip(int row, int rows, int column, int columns, float[] packedB) {
    Scratch scratch = Scratch.get();
    float[] nearA = scratch.array(OWN, TASK_ROWS * Tile.APART);
    int ld = ceil(columns, Tile.COLUMNS) * Tile.COLUMNS;
    float[] nearC = scratch.array(STRIP, TASK_ROWS * ld);
    int ct = cStart + row * form.ldc() + column;
    if (form.accumulate()) {
      for (int i = 0; i < rows; i++) {
        System.arraycopy(c, ct + i * form.ldc(), nearC, i * ld, columns);
      }
    }
    for (int from = 0; from < k; from += Tile.DEPTH) {
      int depth = Math.min(Tile.DEPTH, k - from);
      boolean fresh = from == 0 && !form.accumulate();
      packA(row, rows, from, depth, nearA, 0);
      for (int j = 0; j < columns; j += Tile.COLUMNS) {
        int bt = (column + j) * k + from * Tile.COLUMNS;
        for (int r = 0; r < rows; r += Tile.ROWS) {
          multiply(depth, nearA, r * Tile.APART, packedB, bt, nearC, r * ld + j, ld, fresh);
        }
      }
    }
    for (int i = 0; i < rows; i++) {
      if (bias != null) {
        int start = biasStart + column;
        Rows.plus(nearC, i * ld, bias, start, c, ct + i * form.ldc(), columns);
      } else {
        System.arraycopy(nearC, i * ld, c, ct + i * form.ldc(), columns);
      }
    }
  }

  private void multiply(
      int depth, float[] a, int at, float[] b, int bt, float[] c, int ct, int ldc, boolean fresh) {
    if (packsA) {
      Tile.multiplyPacked(depth, a, at, b, bt, c, ct, ldc, fresh);
    } else {
      Tile.multiplyNear(depth, a, at, b, bt, c, ct, ldc, fresh);
    }
  }

  /** C has more columns than rows: tasks take columns, all of A is packed before. */
  private void shareColumns(Workers workers) {
    int blocks = ceil(k, Tile.DEPTH);
    int groups = ceil(m, TASK_ROWS);
    int size = Math.min(TASK_ROWS, ceil(m, Tile.ROWS) * Tile.ROWS) * Tile.APART;
    float[] packedA = Scratch.get().array(SHARED, groups * blocks * size);
    share(
        workers,
        groups * blocks,
        chunk -> {
          int row = chunk / blocks * TASK_ROWS;
          int from = chunk % blocks * Tile.DEPTH;
          int rows = Math.min(TASK_ROWS, m - row);
          packA(row, rows, from, Math.min(Tile.DEPTH, k - from), packedA, chunk * size);
        });
    int width = n >= 4 * WIDE_TASK_COLUMNS ? WIDE_TASK_COLUMNS : TASK_COLUMNS;
    share(
        workers,
        ceil(n, width),
        chunk -> {
          int column = chunk * width;
          int panels = ceil(Math.min(width, n - column), Tile.COLUMNS);
          Scratch scratch = Scratch.get();
          float[] packedB = scratch.array(OWN, width * Tile.DEPTH);
          for (int block = 0; block < blocks; block++) {
            int from = block * Tile.DEPTH;
            int depth = Math.min(Tile.DEPTH, k - from);
            for (int panel = 0; panel < panels; panel++) {
              packB(
                  column / Tile.COLUMNS + panel,
                  from,
                  depth,
                  packedB,
                  panel * depth * Tile.COLUMNS);
            }
            for (int group = 0; group < groups; group++) {
              int row = group * TASK_ROWS;
              for (int panel = 0; panel < panels; panel++) {
                tiles(
                    scratch,
                    row,
                    Math.min(TASK_ROWS, m - row),
                    from,
                    depth,
                    packedA,
                    (group * blocks + block) * size,
                    packedB,
                    panel * depth * Tile.COLUMNS,
                    column + panel * Tile.COLUMNS);
              }
            }
          }
        });
  }

  /** Copies a panel of op(B) to [depth][Tile.COLUMNS], with zeros where there are no columns. */
  private void packB(int panel, int from, int depth, float[] to, int at) {
    int column = panel * Tile.COLUMNS;
    int columns = Math.min(Tile.COLUMNS, n - column);
    int ldb = form.ldb();
    if (form.transposeB()) {
      int x = bStart + column * ldb + from;
      transpose(b, x, ldb, columns, depth, to, at, Tile.COLUMNS);
      return;
    }
    int x = bStart + from * ldb + column;
    if (columns == Tile.COLUMNS) {
      for (int l = 0; l < depth; l++) {
        FloatVector.fromArray(F, b, x + l * ldb).intoArray(to, at + l * Tile.COLUMNS);
        FloatVector.fromArray(F, b, x + l * ldb + LEN).intoArray(to, at + l * Tile.COLUMNS + LEN);
      }
      return;
    }
    Arrays.fill(to, at, at + depth * Tile.COLUMNS, 0);
    for (int l = 0; l < depth; l++) {
      for (int j = 0; j < columns; j++) {
        to[at + l * Tile.COLUMNS + j] = b[x + l * ldb + j];
      }
    }
  }

  /**
   * Copies rows of op(A), each {@link Tile#ROWS} of them to a place of their own that is ROWS times
   * {@link Tile#APART} long: to [depth][ROWS], with zeros where there are no rows, or as they lie.
   */
  private void packA(int row, int rows, int from, int depth, float[] to, int at) {
    int lda = form.lda();
    if (!packsA) {
      for (int r = 0; r < rows; r++) {
        System.arraycopy(a, aStart + (row + r) * lda + from, to, at + r * Tile.APART, depth);
      }
      return;
    }
    for (int r = 0; r < rows; r += Tile.ROWS) {
      int present = Math.min(Tile.ROWS, rows - r);
      int y = at + r * Tile.APART;
      if (!form.transposeA()) {
        copyColumns(aStart + (row + r) * lda + from, present, depth, to, y);
        continue;
      }
      int x = aStart + from * lda + row + r;
      int copied = present == Tile.ROWS ? copyRows(x, depth, to, y) : 0;
      for (int l = copied; l < depth; l++) {
        for (int i = 0; i < Tile.ROWS; i++) {
          to[y + l * Tile.ROWS + i] = i < present ? a[x + l * lda + i] : 0;
        }
      }
    }
  }

  /** Copies a panel of rows of A that lie one after the other. */
  private void copyColumns(int x, int present, int depth, float[] to, int y) {
    for (int i = 0; i < Tile.ROWS; i++) {
      int start = x + Math.min(i, present - 1) * form.lda();
      for (int l = 0; l < depth; l++) {
        to[y + l * Tile.ROWS + i] = a[start + l];
      }
    }
  }

  /**
   * Copies Tile.ROWS numbers at a time with vectors that may be longer: what they copy too much is
   * overwritten by the next. Returns how many times that could be done.
   */
  private int copyRows(int x, int depth, float[] to, int y) {
    int lda = form.lda();
    int reach = (Tile.ROWS + LEN - 1) / LEN * LEN;
    int room = a.length - reach - x;
    int times = room < 0 ? 0 : Math.min(depth - 1, lda == 0 ? depth - 1 : room / lda + 1);
    for (int l = 0; l < times; l++) {
      for (int i = 0; i < Tile.ROWS; i += LEN) {
        FloatVector.fromArray(F, a, x + l * lda + i).intoArray(to, y + l * Tile.ROWS + i);
      }
    }
    return times;
  }

  /** y[l][j] = x[j][l], with zeros for the j that are not there. */
  private static void transpose(
      float[] x, int at, int ldx, int columns, int depth, float[] y, int to, int ldy) {
    for (int j = 0; j < ldy; j += 8) {
      if (j + 8 <= columns) {
        int x0 = at + j * ldx;
        int x1 = x0 + ldx;
        int x2 = x1 + ldx;
        int x3 = x2 + ldx;
        int x4 = x3 + ldx;
        int x5 = x4 + ldx;
        int x6 = x5 + ldx;
        int x7 = x6 + ldx;
        for (int l = 0; l < depth; l++) {
          int place = to + l * ldy + j;
          y[place] = x[x0 + l];
          y[place + 1] = x[x1 + l];
          y[place + 2] = x[x2 + l];
          y[place + 3] = x[x3 + l];
          y[place + 4] = x[x4 + l];
          y[place + 5] = x[x5 + l];
          y[place + 6] = x[x6 + l];
          y[place + 7] = x[x7 + l];
        }
      } else {
        for (int i = j; i < j + 8; i++) {
          for (int l = 0; l < depth; l++) {
            y[to + l * ldy + i] = i < columns ? x[at + i * ldx + l] : 0;
          }
        }
      }
    }
  }

  /** Up to TASK_ROWS rows of C times one panel of B, for one block of the sums. */
  private void tiles(
      Scratch scratch,
      int row,
      int rows,
      int from,
      int depth,
      float[] packedA,
      int packedAt,
      float[] packedB,
      int bt,
      int column) {
    int columns = Math.min(Tile.COLUMNS, n - column);
    int ldc = form.ldc();
    boolean fresh = from == 0 && !form.accumulate();
    for (int r = 0; r < rows; r += Tile.ROWS) {
      int present = Math.min(Tile.ROWS, rows - r);
      int ct = cStart + (row + r) * ldc + column;
      boolean inside = present == Tile.ROWS && columns == Tile.COLUMNS;
      float[] to = c;
      int place = ct;
      int ld = ldc;
      if (!inside) {
        to = scratch.array(TILE, Tile.ROWS * Tile.COLUMNS);
        place = 0;
        ld = Tile.COLUMNS;
        if (!fresh) {
          for (int i = 0; i < present; i++) {
            System.arraycopy(c, ct + i * ldc, to, i * Tile.COLUMNS, columns);
          }
        }
      }
      multiply(depth, packedA, packedAt + r * Tile.APART, packedB, bt, to, place, ld, fresh);
      if (!inside) {
        for (int i = 0; i < present; i++) {
          System.arraycopy(to, i * Tile.COLUMNS, c, ct + i * ldc, columns);
        }
      }
      if (bias != null && from + depth == k) {
        addBias(ct, present, column, columns);
      }
    }
  }

  private void addBias(int ct, int rows, int column, int columns) {
    int whole = whole(columns);
    int start = biasStart + column;
    for (int i = 0; i < rows; i++) {
      int place = ct + i * form.ldc();
      for (int j = 0; j < whole; j += LEN) {
        FloatVector.fromArray(F, c, place + j)
            .add(FloatVector.fromArray(F, bias, start + j))
            .intoArray(c, place + j);
      }
      for (int j = whole; j < columns; j++) {
        c[place + j] += bias[start + j];
      }
    }
  }
}
