package org.genlab.tensor.backend;

/** The recurrent cells of the plain backend. */
final class ScalarRecurrences {
  private ScalarRecurrences() {}

  private static float sigmoid(float x) {
    return (float) (1 / (1 + StrictMath.exp(-(double) x)));
  }

  private static float tanh(float x) {
    return (float) StrictMath.tanh(x);
  }

  static void forward(
      Recurrence form, Span saved, Span weight, Span bias, Span h0, Span c0, Span h, Span c) {
    int n = form.hidden();
    for (int b = 0; b < form.batch(); b++) {
      for (int t = 0; t < form.time(); t++) {
        int step = b * form.time() + t;
        Span before = t == 0 ? h0.plus(b * n) : h.plus((step - 1) * n);
        Span cell = c == null ? null : t == 0 ? c0.plus(b * n) : c.plus((step - 1) * n);
        Span own = saved.plus(step * form.saved());
        if (form.takes(b, t)) {
          products(form, own, weight, bias, before);
        }
        for (int j = 0; j < n; j++) {
          float[] hs = h.array();
          int to = h.offset() + step * n + j;
          if (!form.takes(b, t)) {
            hs[to] = get(before, j);
            if (c != null) {
              set(c, step * n + j, get(cell, j));
            }
            continue;
          }
          switch (form.cell()) {
            case TANH -> {
              hs[to] = tanh(get(own, j));
              set(own, j, hs[to]);
            }
            case RELU -> {
              float z = get(own, j);
              hs[to] = z > 0 || Float.isNaN(z) ? z : 0;
              set(own, j, hs[to]);
            }
            case LSTM -> {
              float i = sigmoid(get(own, j));
              float f = sigmoid(get(own, n + j));
              float g = tanh(get(own, 2 * n + j));
              float o = sigmoid(get(own, 3 * n + j));
              float next = Math.fma(f, get(cell, j), i * g);
              set(own, j, i);
              set(own, n + j, f);
              set(own, 2 * n + j, g);
              set(own, 3 * n + j, o);
              set(c, step * n + j, next);
              hs[to] = o * tanh(next);
            }
            case GRU -> {
              float r = sigmoid(get(own, j));
              float u = sigmoid(get(own, n + j));
              float candidate = tanh(Math.fma(r, get(own, 3 * n + j), get(own, 2 * n + j)));
              set(own, j, r);
              set(own, n + j, u);
              set(own, 2 * n + j, candidate);
              hs[to] = Math.fma(u, get(before, j) - candidate, candidate);
            }
          }
        }
      }
    }
  }

  private static float get(Span x, int i) {
    return x.array()[x.offset() + i];
  }

  private static void set(Span x, int i, float value) {
    x.array()[x.offset() + i] = value;
  }

  private static void products(Recurrence form, Span own, Span weight, Span bias, Span before) {
    int n = form.hidden();
    for (int gate = 0; gate < form.gates(); gate++) {
      int place = form.cell().place(gate);
      for (int j = 0; j < n; j++) {
        float sum = get(own, place * n + j);
        if (place != gate) {
          sum = bias == null ? 0 : get(bias, j);
        }
        for (int k = 0; k < n; k++) {
          sum = Math.fma(get(before, k), get(weight, (k * form.gates() + gate) * n + j), sum);
        }
        set(own, place * n + j, sum);
      }
    }
  }

  static void backward(
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
    int n = form.hidden();
    for (int b = 0; b < form.batch(); b++) {
      float[] dh = new float[n];
      float[] dc = new float[n];
      for (int j = 0; j < n; j++) {
        dh[j] = form.time() == 0 ? 0 : get(g, ((b + 1) * form.time() - 1) * n + j);
        dc[j] = c == null ? 0 : get(gc, b * n + j);
      }
      for (int t = form.time() - 1; t >= 0; t--) {
        int step = b * form.time() + t;
        Span before = t == 0 ? h0.plus(b * n) : h.plus((step - 1) * n);
        Span cell = c == null ? null : t == 0 ? c0.plus(b * n) : c.plus((step - 1) * n);
        Span own = saved.plus(step * form.saved());
        Span to = d.plus(step * form.saved());
        float[] base = new float[n];
        for (int j = 0; j < n; j++) {
          float above = t == 0 ? 0 : get(g, (step - 1) * n + j);
          if (!form.takes(b, t)) {
            base[j] = above + dh[j];
            for (int place = 0; place < form.cell().saved(); place++) {
              set(to, place * n + j, 0);
            }
            continue;
          }
          base[j] = above;
          switch (form.cell()) {
            case TANH -> set(to, j, dh[j] * (1 - get(own, j) * get(own, j)));
            case RELU -> set(to, j, get(own, j) > 0 ? dh[j] : 0);
            case LSTM -> {
              float i = get(own, j);
              float f = get(own, n + j);
              float candidate = get(own, 2 * n + j);
              float o = get(own, 3 * n + j);
              float s = tanh(get(c, step * n + j));
              float e = Math.fma(dh[j] * o, 1 - s * s, dc[j]);
              set(to, j, e * candidate * (i * (1 - i)));
              set(to, n + j, e * get(cell, j) * (f * (1 - f)));
              set(to, 2 * n + j, e * i * (1 - candidate * candidate));
              set(to, 3 * n + j, dh[j] * s * (o * (1 - o)));
              dc[j] = e * f;
            }
            case GRU -> {
              float r = get(own, j);
              float u = get(own, n + j);
              float candidate = get(own, 2 * n + j);
              float dn = dh[j] * (1 - u) * (1 - candidate * candidate);
              set(to, j, dn * get(own, 3 * n + j) * (r * (1 - r)));
              set(to, n + j, dh[j] * (get(before, j) - candidate) * (u * (1 - u)));
              set(to, 2 * n + j, dn);
              set(to, 3 * n + j, dn * r);
              base[j] = Math.fma(dh[j], u, above);
            }
          }
        }
        for (int k = 0; k < n; k++) {
          float sum = base[k];
          for (int gate = 0; gate < form.gates(); gate++) {
            int place = form.cell().place(gate);
            for (int j = 0; j < n; j++) {
              float w = get(weight, (k * form.gates() + gate) * n + j);
              sum = Math.fma(get(to, place * n + j), w, sum);
            }
          }
          dh[k] = sum;
        }
      }
      for (int j = 0; j < n; j++) {
        set(dh0, b * n + j, dh[j]);
        if (c != null) {
          set(dc0, b * n + j, dc[j]);
        }
      }
    }
  }
}
