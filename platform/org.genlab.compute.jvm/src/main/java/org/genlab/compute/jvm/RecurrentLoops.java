package org.genlab.compute.jvm;

import static org.genlab.compute.jvm.Lanes.F;
import static org.genlab.compute.jvm.Lanes.LEN;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import org.genlab.tensor.backend.Recurrence;
import org.genlab.tensor.backend.Recurrence.Cell;
import org.genlab.tensor.backend.Span;

/**
 * Recurrent cells. The sequences of a batch are shared out; whoever has some takes all their steps,
 * so that threads meet once a pass and states stay in the cache. What belongs to a step is copied
 * to arrays in which each gate has a block of its own, with a row for each sequence, padded to
 * whole tiles: so all loops run over full vectors, and over all sequences at once where all take
 * the step.
 */
final class RecurrentLoops {
  // slots of the scratch arrays
  private static final int WEIGHT = 16;
  private static final int OWN = 17;
  private static final int NEAR = 25;

  /** The most sequences in a task: their states and one panel of the weight fit the L1 cache. */
  private static final int TOGETHER = 4 * Tile.ROWS;

  /**
   * A part of what a cell does in a step with n numbers from {@code at} of the blocks of its gates,
   * which are {@code apart}, with at most one transcendental function. A cell has at least three
   * parts where it has several such functions: a call that reaches so many methods is not inlined,
   * and each is compiled by itself. Inlined together they would be too much for the compiler, and
   * vectors would become objects.
   */
  private interface Stage {
    void run(float[] z, int apart, float[] h, float[] c, int at, int n);
  }

  private static final Stage[] TANH = {
    (z, apart, h, c, at, n) -> {
      GateLoops.tanh(z, at, h, at, n);
      System.arraycopy(h, at, z, at, n);
    }
  };
  private static final Stage[] RELU = {(z, apart, h, c, at, n) -> relu(z, h, at, n)};
  private static final Stage[] LSTM = {
    (z, apart, h, c, at, n) -> GateLoops.sigmoid(z, at, at + n),
    (z, apart, h, c, at, n) -> GateLoops.sigmoid(z, apart + at, apart + at + n),
    (z, apart, h, c, at, n) -> GateLoops.tanh(z, 2 * apart + at, z, 2 * apart + at, n),
    (z, apart, h, c, at, n) -> GateLoops.sigmoid(z, 3 * apart + at, 3 * apart + at + n),
    (z, apart, h, c, at, n) -> lstmState(z, apart, c, at, n),
    (z, apart, h, c, at, n) -> GateLoops.tanh(c, at, h, at, n),
    (z, apart, h, c, at, n) -> lstmOutput(z, apart, h, at, n)
  };
  private static final Stage[] GRU = {
    (z, apart, h, c, at, n) -> GateLoops.sigmoid(z, at, at + n),
    (z, apart, h, c, at, n) -> GateLoops.sigmoid(z, apart + at, apart + at + n),
    (z, apart, h, c, at, n) -> gruSum(z, apart, at, n),
    (z, apart, h, c, at, n) -> GateLoops.tanh(z, 2 * apart + at, z, 2 * apart + at, n),
    (z, apart, h, c, at, n) -> gru(z, apart, h, at, n)
  };

  /** What a step on the way back works with, all in blocks; the state becomes its tanh. */
  private record Back(
      float[] z,
      float[] state,
      float[] before,
      float[] above,
      float[] dh,
      float[] dc,
      float[] dz,
      int apart) {}

  /** A part of a step on the way back. */
  private interface BackStage {
    void run(Back back, int at, int n);
  }

  private static final BackStage BASE = (b, at, n) -> System.arraycopy(b.above, at, b.dh, at, n);
  private static final BackStage[] TANH_BACK = {
    (b, at, n) -> tanhBackward(b.z, b.dh, b.dz, at, n), BASE
  };
  private static final BackStage[] RELU_BACK = {
    (b, at, n) -> reluBackward(b.z, b.dh, b.dz, at, n), BASE
  };
  private static final BackStage[] LSTM_BACK = {
    (b, at, n) -> GateLoops.tanh(b.state, at, b.state, at, n),
    (b, at, n) -> lstmBackward(b.z, b.state, b.before, b.dh, b.dc, b.dz, b.apart, at, n),
    BASE
  };
  private static final BackStage[] GRU_BACK = {
    (b, at, n) -> gruBackward(b.z, b.before, b.dh, b.dz, b.apart, at, n),
    (b, at, n) -> gruBase(b.z, b.above, b.dh, b.apart, at, n)
  };

  private final Recurrence form;
  private final Stage[] stages;
  private final BackStage[] backStages;
  private final int hidden;
  private final int gates;
  private final int places;
  private final int time;

  /** A gate padded to whole tiles. */
  private final int padded;

  private final int panels;

  /** The weight in panels, by gate or for the way back. */
  private final float[] weight;

  private RecurrentLoops(Recurrence form, Span weight, boolean back) {
    this.form = form;
    this.stages =
        switch (form.cell()) {
          case TANH -> TANH;
          case RELU -> RELU;
          case LSTM -> LSTM;
          case GRU -> GRU;
        };
    this.backStages =
        switch (form.cell()) {
          case TANH -> TANH_BACK;
          case RELU -> RELU_BACK;
          case LSTM -> LSTM_BACK;
          case GRU -> GRU_BACK;
        };
    this.hidden = form.hidden();
    this.gates = form.gates();
    this.places = form.cell().saved();
    this.time = form.time();
    this.panels = (hidden + Tile.COLUMNS - 1) / Tile.COLUMNS;
    this.padded = (panels * Tile.COLUMNS + 15) & -16;
    this.weight = Scratch.get().array(WEIGHT, gates * hidden * panels * Tile.COLUMNS);
    if (back) {
      packTransposed(weight.array(), weight.offset());
    } else {
      pack(weight.array(), weight.offset());
    }
  }

  /** weight[gate][panel][k][column] = w[k][gate][panel, column]. */
  private void pack(float[] w, int at) {
    for (int gate = 0; gate < gates; gate++) {
      for (int panel = 0; panel < panels; panel++) {
        int columns = Math.min(Tile.COLUMNS, hidden - panel * Tile.COLUMNS);
        for (int k = 0; k < hidden; k++) {
          int to = ((gate * panels + panel) * hidden + k) * Tile.COLUMNS;
          int from = at + (k * gates + gate) * hidden + panel * Tile.COLUMNS;
          System.arraycopy(w, from, weight, to, columns);
          Arrays.fill(weight, to + columns, to + Tile.COLUMNS, 0);
        }
      }
    }
  }

  /** weight[gate][panel][j][column] = w[panel, column][gate][j]. */
  private void packTransposed(float[] w, int at) {
    for (int gate = 0; gate < gates; gate++) {
      for (int panel = 0; panel < panels; panel++) {
        int to = (gate * panels + panel) * hidden * Tile.COLUMNS;
        for (int column = 0; column < Tile.COLUMNS; column++) {
          int k = panel * Tile.COLUMNS + column;
          int from = at + (k * gates + gate) * hidden;
          for (int j = 0; j < hidden; j++) {
            weight[to + j * Tile.COLUMNS + column] = k < hidden ? w[from + j] : 0;
          }
        }
      }
    }
  }

  /** Sequences a task, so many that all threads have some. */
  private static int together(Recurrence form, Workers workers) {
    int share = (form.batch() + workers.count() - 1) / workers.count();
    int tiles = (share + Tile.ROWS - 1) / Tile.ROWS * Tile.ROWS;
    return Math.max(Tile.ROWS, Math.min(TOGETHER, tiles));
  }

  static void forward(
      Workers workers,
      Recurrence form,
      Span saved,
      Span weight,
      Span bias,
      Span h0,
      Span c0,
      Span h,
      Span c) {
    RecurrentLoops loops = new RecurrentLoops(form, weight, false);
    int together = together(form, workers);
    workers.run(
        (form.batch() + together - 1) / together,
        chunk -> {
          int from = chunk * together;
          int n = Math.min(together, form.batch() - from);
          loops.forward(from, n, saved, bias, h0, c0, h, c);
        });
  }

  private void forward(int from, int n, Span saved, Span bias, Span h0, Span c0, Span h, Span c) {
    Scratch scratch = Scratch.get();
    int rows = (n + Tile.ROWS - 1) / Tile.ROWS * Tile.ROWS;
    int apart = rows * padded;
    float[] z = cleared(scratch, OWN, places * apart);
    float[] hs = cleared(scratch, OWN + 1, apart);
    float[] cs = cleared(scratch, OWN + 2, apart);
    float[] near = scratch.array(NEAR, rows * Tile.APART);
    for (int r = 0; r < n; r++) {
      System.arraycopy(h0.array(), h0.offset() + (from + r) * hidden, hs, r * padded, hidden);
      if (c0 != null) {
        System.arraycopy(c0.array(), c0.offset() + (from + r) * hidden, cs, r * padded, hidden);
      }
    }
    for (int t = 0; t < time; t++) {
      for (int r = 0; r < n; r++) {
        copyIn(saved, (from + r) * time + t, z, apart, r, gates);
        if (form.cell() == Cell.GRU) {
          int at = 3 * apart + r * padded;
          if (bias == null) {
            Arrays.fill(z, at, at + hidden, 0);
          } else {
            System.arraycopy(bias.array(), bias.offset(), z, at, hidden);
          }
        }
      }
      for (int k = 0; k < hidden; k += Tile.DEPTH) {
        int depth = Math.min(Tile.DEPTH, hidden - k);
        NearRows.copy(hs, k, padded, rows, depth, near);
        for (int gate = 0; gate < gates; gate++) {
          int place = form.cell().place(gate) * apart;
          for (int panel = 0; panel < panels; panel++) {
            int bt = ((gate * panels + panel) * hidden + k) * Tile.COLUMNS;
            int ct = place + panel * Tile.COLUMNS;
            NearRows.multiply(rows, depth, near, weight, bt, z, ct, padded);
          }
        }
      }
      boolean whole = allTake(from, n, t);
      if (whole) {
        for (Stage stage : stages) {
          stage.run(z, apart, hs, cs, 0, apart);
        }
      }
      for (int r = 0; r < n; r++) {
        int row = (from + r) * time + t;
        if (whole || form.takes(from + r, t)) {
          for (int i = 0; !whole && i < stages.length; i++) {
            stages[i].run(z, apart, hs, cs, r * padded, padded);
          }
          copyOut(z, apart, r, saved, row);
        }
        System.arraycopy(hs, r * padded, h.array(), h.offset() + row * hidden, hidden);
        if (c != null) {
          System.arraycopy(cs, r * padded, c.array(), c.offset() + row * hidden, hidden);
        }
      }
    }
  }

  private static float[] cleared(Scratch scratch, int slot, int length) {
    float[] array = scratch.array(slot, length);
    Arrays.fill(array, 0, length, 0);
    return array;
  }

  private boolean allTake(int from, int n, int t) {
    if (form.lengths() == null) {
      return true;
    }
    for (int r = 0; r < n; r++) {
      if (!form.takes(from + r, t)) {
        return false;
      }
    }
    return true;
  }

  /** Copies what is kept of a step of a sequence to its row of each block. */
  private void copyIn(Span saved, int step, float[] z, int apart, int row, int count) {
    int from = saved.offset() + step * places * hidden;
    for (int place = 0; place < count; place++) {
      System.arraycopy(
          saved.array(), from + place * hidden, z, place * apart + row * padded, hidden);
    }
  }

  private void copyOut(float[] z, int apart, int row, Span saved, int step) {
    int to = saved.offset() + step * places * hidden;
    for (int place = 0; place < places; place++) {
      System.arraycopy(z, place * apart + row * padded, saved.array(), to + place * hidden, hidden);
    }
  }

  private static void relu(float[] z, float[] h, int at, int n) {
    for (int j = at; j < at + n; j += LEN) {
      FloatVector v = FloatVector.fromArray(F, z, j);
      FloatVector y = v.blend(0f, v.compare(VectorOperators.LE, 0f));
      y.intoArray(z, j);
      y.intoArray(h, j);
    }
  }

  private static void lstmState(float[] z, int apart, float[] c, int at, int n) {
    for (int j = at; j < at + n; j += LEN) {
      FloatVector added =
          FloatVector.fromArray(F, z, j).mul(FloatVector.fromArray(F, z, 2 * apart + j));
      FloatVector.fromArray(F, z, apart + j)
          .fma(FloatVector.fromArray(F, c, j), added)
          .intoArray(c, j);
    }
  }

  /** h = o h, where h was the tanh of the state. */
  private static void lstmOutput(float[] z, int apart, float[] h, int at, int n) {
    for (int j = at; j < at + n; j += LEN) {
      FloatVector.fromArray(F, z, 3 * apart + j)
          .mul(FloatVector.fromArray(F, h, j))
          .intoArray(h, j);
    }
  }

  private static void gruSum(float[] z, int apart, int at, int n) {
    for (int j = at; j < at + n; j += LEN) {
      FloatVector.fromArray(F, z, j)
          .fma(
              FloatVector.fromArray(F, z, 3 * apart + j),
              FloatVector.fromArray(F, z, 2 * apart + j))
          .intoArray(z, 2 * apart + j);
    }
  }

  private static void gru(float[] z, int apart, float[] h, int at, int n) {
    for (int j = at; j < at + n; j += LEN) {
      FloatVector candidate = FloatVector.fromArray(F, z, 2 * apart + j);
      FloatVector.fromArray(F, z, apart + j)
          .fma(FloatVector.fromArray(F, h, j).sub(candidate), candidate)
          .intoArray(h, j);
    }
  }

  static void backward(
      Workers workers,
      Recurrence form,
      Span saved,
      Span weight,
      Span h0,
      Span c0,
      Span h,
      Span c,
      Span g,
      Span gc,
      Span d,
      Span dh0,
      Span dc0) {
    RecurrentLoops loops = new RecurrentLoops(form, weight, true);
    int together = together(form, workers);
    workers.run(
        (form.batch() + together - 1) / together,
        chunk -> {
          int from = chunk * together;
          int n = Math.min(together, form.batch() - from);
          loops.backward(from, n, saved, h0, c0, h, c, g, gc, d, dh0, dc0);
        });
  }

  private void backward(
      int from,
      int n,
      Span saved,
      Span h0,
      Span c0,
      Span h,
      Span c,
      Span g,
      Span gc,
      Span d,
      Span dh0,
      Span dc0) {
    Scratch scratch = Scratch.get();
    int rows = (n + Tile.ROWS - 1) / Tile.ROWS * Tile.ROWS;
    int apart = rows * padded;
    Back back =
        new Back(
            cleared(scratch, OWN, places * apart),
            cleared(scratch, OWN + 1, apart),
            cleared(scratch, OWN + 2, apart),
            cleared(scratch, OWN + 3, apart),
            cleared(scratch, OWN + 4, apart),
            cleared(scratch, OWN + 5, apart),
            cleared(scratch, OWN + 6, places * apart),
            apart);
    float[] near = scratch.array(NEAR, rows * Tile.APART);
    boolean cells = form.cell() == Cell.LSTM;
    for (int r = 0; r < n; r++) {
      if (time > 0) {
        int at = g.offset() + ((from + r + 1) * time - 1) * hidden;
        System.arraycopy(g.array(), at, back.dh, r * padded, hidden);
      }
      if (cells) {
        int at = gc.offset() + (from + r) * hidden;
        System.arraycopy(gc.array(), at, back.dc, r * padded, hidden);
      }
    }
    for (int t = time - 1; t >= 0; t--) {
      for (int r = 0; r < n; r++) {
        int row = (from + r) * time + t;
        int at = r * padded;
        copyIn(saved, row, back.z, apart, r, places);
        if (cells) {
          System.arraycopy(c.array(), c.offset() + row * hidden, back.state, at, hidden);
          copyBefore(c0, c, from + r, t, back.before, at);
        } else {
          copyBefore(h0, h, from + r, t, back.before, at);
        }
        if (t > 0) {
          System.arraycopy(g.array(), g.offset() + (row - 1) * hidden, back.above, at, hidden);
        } else {
          Arrays.fill(back.above, at, at + hidden, 0);
        }
      }
      if (allTake(from, n, t)) {
        for (BackStage stage : backStages) {
          stage.run(back, 0, apart);
        }
      } else {
        for (int r = 0; r < n; r++) {
          backOne(back, r, form.takes(from + r, t));
        }
      }
      for (int r = 0; r < n; r++) {
        copyOut(back.dz, apart, r, d, (from + r) * time + t);
      }
      for (int gate = 0; gate < gates; gate++) {
        int place = form.cell().place(gate) * apart;
        for (int k = 0; k < hidden; k += Tile.DEPTH) {
          int depth = Math.min(Tile.DEPTH, hidden - k);
          NearRows.copy(back.dz, place + k, padded, rows, depth, near);
          for (int panel = 0; panel < panels; panel++) {
            int bt = ((gate * panels + panel) * hidden + k) * Tile.COLUMNS;
            NearRows.multiply(rows, depth, near, weight, bt, back.dh, panel * Tile.COLUMNS, padded);
          }
        }
      }
    }
    for (int r = 0; r < n; r++) {
      int to = (from + r) * hidden;
      System.arraycopy(back.dh, r * padded, dh0.array(), dh0.offset() + to, hidden);
      if (cells) {
        System.arraycopy(back.dc, r * padded, dc0.array(), dc0.offset() + to, hidden);
      }
    }
  }

  /** A step of one sequence, whose state stays as it was where it does not take the step. */
  private void backOne(Back back, int row, boolean takes) {
    int at = row * padded;
    if (takes) {
      for (BackStage stage : backStages) {
        stage.run(back, at, padded);
      }
      return;
    }
    for (int place = 0; place < places; place++) {
      int start = place * back.apart + at;
      Arrays.fill(back.dz, start, start + padded, 0);
    }
    Rows.add(back.above, at, back.dh, at, padded);
  }

  /** Copies the state before a step. */
  private void copyBefore(Span first, Span all, int sequence, int t, float[] to, int at) {
    if (t == 0) {
      System.arraycopy(first.array(), first.offset() + sequence * hidden, to, at, hidden);
    } else {
      int row = sequence * time + t - 1;
      System.arraycopy(all.array(), all.offset() + row * hidden, to, at, hidden);
    }
  }

  private static void tanhBackward(float[] z, float[] dh, float[] dz, int at, int n) {
    FloatVector one = FloatVector.broadcast(F, 1f);
    for (int j = at; j < at + n; j += LEN) {
      FloatVector y = FloatVector.fromArray(F, z, j);
      FloatVector.fromArray(F, dh, j).mul(one.sub(y.mul(y))).intoArray(dz, j);
    }
  }

  private static void reluBackward(float[] z, float[] dh, float[] dz, int at, int n) {
    for (int j = at; j < at + n; j += LEN) {
      FloatVector.zero(F)
          .blend(
              FloatVector.fromArray(F, dh, j),
              FloatVector.fromArray(F, z, j).compare(VectorOperators.GT, 0f))
          .intoArray(dz, j);
    }
  }

  /** The gradient at the state before, but for what comes through the gates. */
  private static void gruBase(float[] z, float[] above, float[] dh, int apart, int at, int n) {
    for (int j = at; j < at + n; j += LEN) {
      FloatVector.fromArray(F, dh, j)
          .fma(FloatVector.fromArray(F, z, apart + j), FloatVector.fromArray(F, above, j))
          .intoArray(dh, j);
    }
  }

  private static void lstmBackward(
      float[] z,
      float[] state,
      float[] before,
      float[] dh,
      float[] dc,
      float[] dz,
      int apart,
      int at,
      int n) {
    FloatVector one = FloatVector.broadcast(F, 1f);
    for (int j = at; j < at + n; j += LEN) {
      FloatVector i = FloatVector.fromArray(F, z, j);
      FloatVector f = FloatVector.fromArray(F, z, apart + j);
      FloatVector candidate = FloatVector.fromArray(F, z, 2 * apart + j);
      FloatVector o = FloatVector.fromArray(F, z, 3 * apart + j);
      FloatVector s = FloatVector.fromArray(F, state, j);
      FloatVector above = FloatVector.fromArray(F, dh, j);
      FloatVector e = above.mul(o).fma(one.sub(s.mul(s)), FloatVector.fromArray(F, dc, j));
      e.mul(candidate).mul(i.mul(one.sub(i))).intoArray(dz, j);
      e.mul(FloatVector.fromArray(F, before, j)).mul(f.mul(one.sub(f))).intoArray(dz, apart + j);
      e.mul(i).mul(one.sub(candidate.mul(candidate))).intoArray(dz, 2 * apart + j);
      above.mul(s).mul(o.mul(one.sub(o))).intoArray(dz, 3 * apart + j);
      e.mul(f).intoArray(dc, j);
    }
  }

  private static void gruBackward(
      float[] z, float[] before, float[] dh, float[] dz, int apart, int at, int n) {
    FloatVector one = FloatVector.broadcast(F, 1f);
    for (int j = at; j < at + n; j += LEN) {
      FloatVector r = FloatVector.fromArray(F, z, j);
      FloatVector u = FloatVector.fromArray(F, z, apart + j);
      FloatVector candidate = FloatVector.fromArray(F, z, 2 * apart + j);
      FloatVector above = FloatVector.fromArray(F, dh, j);
      FloatVector dn = above.mul(one.sub(u)).mul(one.sub(candidate.mul(candidate)));
      dn.mul(FloatVector.fromArray(F, z, 3 * apart + j)).mul(r.mul(one.sub(r))).intoArray(dz, j);
      above
          .mul(FloatVector.fromArray(F, before, j).sub(candidate))
          .mul(u.mul(one.sub(u)))
          .intoArray(dz, apart + j);
      dn.intoArray(dz, 2 * apart + j);
      dn.mul(r).intoArray(dz, 3 * apart + j);
    }
  }
}
