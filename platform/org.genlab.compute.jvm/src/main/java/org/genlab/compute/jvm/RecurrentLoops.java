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
 * to arrays in which each gate is padded to whole tiles, so that all loops run over full vectors.
 */
final class RecurrentLoops {
  // slots of the scratch arrays
  private static final int WEIGHT = 16;
  private static final int OWN = 17;

  /** The most sequences in a task: their states and one panel of the weight fit the L1 cache. */
  private static final int TOGETHER = 4 * Tile.ROWS;

  /**
   * A part of what a cell does in a step with the gates z of one sequence, with at most one
   * transcendental function. A cell has at least three parts where it has several such functions: a
   * call that reaches so many methods is not inlined, and each is compiled by itself. Inlined
   * together they would be too much for the compiler, and vectors would become objects.
   */
  private interface Stage {
    void run(float[] z, int zs, float[] h, float[] c, int at, int n);
  }

  private static final Stage[] TANH = {
    (z, zs, h, c, at, n) -> {
      GateLoops.tanh(z, zs, h, at, n);
      System.arraycopy(h, at, z, zs, n);
    }
  };
  private static final Stage[] RELU = {(z, zs, h, c, at, n) -> relu(z, zs, h, at, n)};
  private static final Stage[] LSTM = {
    (z, zs, h, c, at, n) -> GateLoops.sigmoid(z, zs, zs + 2 * n),
    (z, zs, h, c, at, n) -> GateLoops.tanh(z, zs + 2 * n, z, zs + 2 * n, n),
    (z, zs, h, c, at, n) -> GateLoops.sigmoid(z, zs + 3 * n, zs + 4 * n),
    (z, zs, h, c, at, n) -> lstmState(z, zs, c, at, n),
    (z, zs, h, c, at, n) -> GateLoops.tanh(c, at, h, at, n),
    (z, zs, h, c, at, n) -> lstmOutput(z, zs, h, at, n)
  };
  private static final Stage[] GRU = {
    (z, zs, h, c, at, n) -> GateLoops.sigmoid(z, zs, zs + 2 * n),
    (z, zs, h, c, at, n) -> gruSum(z, zs, n),
    (z, zs, h, c, at, n) -> GateLoops.tanh(z, zs + 2 * n, z, zs + 2 * n, n),
    (z, zs, h, c, at, n) -> gru(z, zs, h, at, n)
  };

  /** The same on the way back; the state becomes its tanh. */
  private interface BackStage {
    void run(
        float[] z,
        float[] state,
        float[] before,
        float[] above,
        float[] dh,
        float[] dc,
        int at,
        float[] dz,
        int zs,
        int n);
  }

  private static final BackStage BASE =
      (z, state, before, above, dh, dc, at, dz, zs, n) -> base(above, dh, at, n);
  private static final BackStage[] TANH_BACK = {
    (z, state, before, above, dh, dc, at, dz, zs, n) -> tanhBackward(z, dh, at, dz, zs, n), BASE
  };
  private static final BackStage[] RELU_BACK = {
    (z, state, before, above, dh, dc, at, dz, zs, n) -> reluBackward(z, dh, at, dz, zs, n), BASE
  };
  private static final BackStage[] LSTM_BACK = {
    (z, state, before, above, dh, dc, at, dz, zs, n) -> GateLoops.tanh(state, 0, state, 0, n),
    (z, state, before, above, dh, dc, at, dz, zs, n) ->
        lstmBackward(z, state, before, dh, dc, at, dz, zs, n),
    BASE
  };
  private static final BackStage[] GRU_BACK = {
    (z, state, before, above, dh, dc, at, dz, zs, n) -> gruBackward(z, before, dh, at, dz, zs, n),
    (z, state, before, above, dh, dc, at, dz, zs, n) -> gruBase(z, above, dh, at, n)
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

  /** The distance between sequences in what is kept of a step. */
  private final int apart;

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
    this.apart = places * padded;
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
    float[] z = scratch.array(OWN, rows * apart);
    float[] hs = scratch.array(OWN + 1, rows * padded);
    float[] cs = scratch.array(OWN + 2, rows * padded);
    float[] biases = scratch.array(OWN + 3, padded);
    Arrays.fill(z, 0, rows * apart, 0);
    Arrays.fill(hs, 0, rows * padded, 0);
    Arrays.fill(cs, 0, rows * padded, 0);
    Arrays.fill(biases, 0, padded, 0);
    if (bias != null) {
      System.arraycopy(bias.array(), bias.offset(), biases, 0, hidden);
    }
    for (int r = 0; r < n; r++) {
      System.arraycopy(h0.array(), h0.offset() + (from + r) * hidden, hs, r * padded, hidden);
      if (c0 != null) {
        System.arraycopy(c0.array(), c0.offset() + (from + r) * hidden, cs, r * padded, hidden);
      }
    }
    float[] savedArray = saved.array();
    for (int t = 0; t < time; t++) {
      for (int r = 0; r < n; r++) {
        int at = saved.offset() + ((from + r) * time + t) * places * hidden;
        copyIn(savedArray, at, z, r * apart, gates);
        if (form.cell() == Cell.GRU) {
          System.arraycopy(biases, 0, z, r * apart + 3 * padded, padded);
        }
      }
      for (int gate = 0; gate < gates; gate++) {
        int place = form.cell().place(gate) * padded;
        for (int panel = 0; panel < panels; panel++) {
          int bt = (gate * panels + panel) * hidden * Tile.COLUMNS;
          for (int r = 0; r < rows; r += Tile.ROWS) {
            int ct = r * apart + place + panel * Tile.COLUMNS;
            SmallTile.rows(
                hidden, hs, r * padded, padded, Tile.ROWS, weight, bt, z, ct, apart, false);
          }
        }
      }
      for (int r = 0; r < n; r++) {
        int row = (from + r) * time + t;
        if (form.takes(from + r, t)) {
          int zs = r * apart;
          int at = r * padded;
          for (Stage stage : stages) {
            stage.run(z, zs, hs, cs, at, padded);
          }
          copyOut(z, zs, savedArray, saved.offset() + row * places * hidden);
        }
        System.arraycopy(hs, r * padded, h.array(), h.offset() + row * hidden, hidden);
        if (c != null) {
          System.arraycopy(cs, r * padded, c.array(), c.offset() + row * hidden, hidden);
        }
      }
    }
  }

  /** Copies the gates of a step to where each is padded. */
  private void copyIn(float[] x, int at, float[] z, int zs, int count) {
    for (int place = 0; place < count; place++) {
      System.arraycopy(x, at + place * hidden, z, zs + place * padded, hidden);
    }
  }

  private void copyOut(float[] z, int zs, float[] x, int at) {
    for (int place = 0; place < places; place++) {
      System.arraycopy(z, zs + place * padded, x, at + place * hidden, hidden);
    }
  }

  private static void relu(float[] z, int zs, float[] h, int hs, int n) {
    for (int j = 0; j < n; j += LEN) {
      FloatVector v = FloatVector.fromArray(F, z, zs + j);
      FloatVector y = v.blend(0f, v.compare(VectorOperators.LE, 0f));
      y.intoArray(z, zs + j);
      y.intoArray(h, hs + j);
    }
  }

  private static void lstmState(float[] z, int zs, float[] c, int at, int n) {
    for (int j = 0; j < n; j += LEN) {
      FloatVector added =
          FloatVector.fromArray(F, z, zs + j).mul(FloatVector.fromArray(F, z, zs + 2 * n + j));
      FloatVector.fromArray(F, z, zs + n + j)
          .fma(FloatVector.fromArray(F, c, at + j), added)
          .intoArray(c, at + j);
    }
  }

  /** h = o h, where h was the tanh of the state. */
  private static void lstmOutput(float[] z, int zs, float[] h, int at, int n) {
    for (int j = 0; j < n; j += LEN) {
      FloatVector.fromArray(F, z, zs + 3 * n + j)
          .mul(FloatVector.fromArray(F, h, at + j))
          .intoArray(h, at + j);
    }
  }

  private static void gruSum(float[] z, int zs, int n) {
    for (int j = zs; j < zs + n; j += LEN) {
      FloatVector.fromArray(F, z, j)
          .fma(FloatVector.fromArray(F, z, 3 * n + j), FloatVector.fromArray(F, z, 2 * n + j))
          .intoArray(z, 2 * n + j);
    }
  }

  private static void gru(float[] z, int zs, float[] h, int at, int n) {
    for (int j = 0; j < n; j += LEN) {
      FloatVector candidate = FloatVector.fromArray(F, z, zs + 2 * n + j);
      FloatVector.fromArray(F, z, zs + n + j)
          .fma(FloatVector.fromArray(F, h, at + j).sub(candidate), candidate)
          .intoArray(h, at + j);
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
    float[] z = scratch.array(OWN, apart);
    float[] dz = scratch.array(OWN + 1, rows * apart);
    float[] dh = scratch.array(OWN + 2, rows * padded);
    float[] dc = scratch.array(OWN + 3, rows * padded);
    float[] state = scratch.array(OWN + 4, padded);
    float[] before = scratch.array(OWN + 5, padded);
    float[] above = scratch.array(OWN + 6, padded);
    Arrays.fill(z, 0, apart, 0);
    Arrays.fill(dz, 0, rows * apart, 0);
    Arrays.fill(dh, 0, rows * padded, 0);
    Arrays.fill(dc, 0, rows * padded, 0);
    Arrays.fill(state, 0, padded, 0);
    Arrays.fill(before, 0, padded, 0);
    Arrays.fill(above, 0, padded, 0);
    boolean cells = form.cell() == Cell.LSTM;
    for (int r = 0; r < n; r++) {
      if (time > 0) {
        int at = g.offset() + ((from + r + 1) * time - 1) * hidden;
        System.arraycopy(g.array(), at, dh, r * padded, hidden);
      }
      if (cells) {
        int at = gc.offset() + (from + r) * hidden;
        System.arraycopy(gc.array(), at, dc, r * padded, hidden);
      }
    }
    for (int t = time - 1; t >= 0; t--) {
      for (int r = 0; r < n; r++) {
        int row = (from + r) * time + t;
        int at = r * padded;
        int zs = r * apart;
        int kept = row * places * hidden;
        boolean takes = form.takes(from + r, t);
        if (t > 0) {
          System.arraycopy(g.array(), g.offset() + (row - 1) * hidden, above, 0, hidden);
        } else {
          Arrays.fill(above, 0, hidden, 0);
        }
        if (takes) {
          copyIn(saved.array(), saved.offset() + kept, z, 0, places);
          if (cells) {
            System.arraycopy(c.array(), c.offset() + row * hidden, state, 0, hidden);
            copyBefore(c0, c, from + r, t, before);
          } else {
            copyBefore(h0, h, from + r, t, before);
          }
          for (BackStage stage : backStages) {
            stage.run(z, state, before, above, dh, dc, at, dz, zs, padded);
          }
        } else {
          Arrays.fill(dz, zs, zs + apart, 0);
          Rows.add(above, 0, dh, at, padded);
        }
        copyOut(dz, zs, d.array(), d.offset() + kept);
      }
      for (int panel = 0; panel < panels; panel++) {
        for (int gate = 0; gate < gates; gate++) {
          int place = form.cell().place(gate) * padded;
          int bt = (gate * panels + panel) * hidden * Tile.COLUMNS;
          for (int r = 0; r < rows; r += Tile.ROWS) {
            int to = r * padded + panel * Tile.COLUMNS;
            SmallTile.rows(
                hidden, dz, r * apart + place, apart, Tile.ROWS, weight, bt, dh, to, padded, false);
          }
        }
      }
    }
    for (int r = 0; r < n; r++) {
      int to = (from + r) * hidden;
      System.arraycopy(dh, r * padded, dh0.array(), dh0.offset() + to, hidden);
      if (cells) {
        System.arraycopy(dc, r * padded, dc0.array(), dc0.offset() + to, hidden);
      }
    }
  }

  /** Copies the state before a step. */
  private void copyBefore(Span first, Span all, int sequence, int t, float[] to) {
    if (t == 0) {
      System.arraycopy(first.array(), first.offset() + sequence * hidden, to, 0, hidden);
    } else {
      int row = sequence * time + t - 1;
      System.arraycopy(all.array(), all.offset() + row * hidden, to, 0, hidden);
    }
  }

  private static void tanhBackward(float[] z, float[] dh, int at, float[] dz, int zs, int n) {
    FloatVector one = FloatVector.broadcast(F, 1f);
    for (int j = 0; j < n; j += LEN) {
      FloatVector y = FloatVector.fromArray(F, z, j);
      FloatVector.fromArray(F, dh, at + j).mul(one.sub(y.mul(y))).intoArray(dz, zs + j);
    }
  }

  private static void reluBackward(float[] z, float[] dh, int at, float[] dz, int zs, int n) {
    for (int j = 0; j < n; j += LEN) {
      FloatVector.zero(F)
          .blend(
              FloatVector.fromArray(F, dh, at + j),
              FloatVector.fromArray(F, z, j).compare(VectorOperators.GT, 0f))
          .intoArray(dz, zs + j);
    }
  }

  /** The gradient at the state before, but for what comes through the gates. */
  private static void base(float[] above, float[] dh, int at, int n) {
    for (int j = 0; j < n; j += LEN) {
      FloatVector.fromArray(F, above, j).intoArray(dh, at + j);
    }
  }

  private static void gruBase(float[] z, float[] above, float[] dh, int at, int n) {
    for (int j = 0; j < n; j += LEN) {
      FloatVector.fromArray(F, dh, at + j)
          .fma(FloatVector.fromArray(F, z, n + j), FloatVector.fromArray(F, above, j))
          .intoArray(dh, at + j);
    }
  }

  private static void lstmBackward(
      float[] z,
      float[] state,
      float[] before,
      float[] dh,
      float[] dc,
      int at,
      float[] dz,
      int zs,
      int n) {
    FloatVector one = FloatVector.broadcast(F, 1f);
    for (int j = 0; j < n; j += LEN) {
      FloatVector i = FloatVector.fromArray(F, z, j);
      FloatVector f = FloatVector.fromArray(F, z, n + j);
      FloatVector candidate = FloatVector.fromArray(F, z, 2 * n + j);
      FloatVector o = FloatVector.fromArray(F, z, 3 * n + j);
      FloatVector s = FloatVector.fromArray(F, state, j);
      FloatVector above = FloatVector.fromArray(F, dh, at + j);
      FloatVector e = above.mul(o).fma(one.sub(s.mul(s)), FloatVector.fromArray(F, dc, at + j));
      e.mul(candidate).mul(i.mul(one.sub(i))).intoArray(dz, zs + j);
      e.mul(FloatVector.fromArray(F, before, j)).mul(f.mul(one.sub(f))).intoArray(dz, zs + n + j);
      e.mul(i).mul(one.sub(candidate.mul(candidate))).intoArray(dz, zs + 2 * n + j);
      above.mul(s).mul(o.mul(one.sub(o))).intoArray(dz, zs + 3 * n + j);
      e.mul(f).intoArray(dc, at + j);
    }
  }

  private static void gruBackward(
      float[] z, float[] before, float[] dh, int at, float[] dz, int zs, int n) {
    FloatVector one = FloatVector.broadcast(F, 1f);
    for (int j = 0; j < n; j += LEN) {
      FloatVector r = FloatVector.fromArray(F, z, j);
      FloatVector u = FloatVector.fromArray(F, z, n + j);
      FloatVector candidate = FloatVector.fromArray(F, z, 2 * n + j);
      FloatVector above = FloatVector.fromArray(F, dh, at + j);
      FloatVector dn = above.mul(one.sub(u)).mul(one.sub(candidate.mul(candidate)));
      dn.mul(FloatVector.fromArray(F, z, 3 * n + j)).mul(r.mul(one.sub(r))).intoArray(dz, zs + j);
      above
          .mul(FloatVector.fromArray(F, before, j).sub(candidate))
          .mul(u.mul(one.sub(u)))
          .intoArray(dz, zs + n + j);
      dn.intoArray(dz, zs + 2 * n + j);
      dn.mul(r).intoArray(dz, zs + 3 * n + j);
    }
  }
}
