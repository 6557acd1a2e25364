package org.genlab.architectures.basic;

import java.util.Arrays;
import org.genlab.api.model.ParameterLayout;
import org.genlab.architectures.basic.TransformerDecoder.Norm;
import org.genlab.architectures.basic.TransformerDecoder.Positions;
import org.genlab.architectures.basic.TransformerDecoder.Settings;

/** The transformer of the papers, position by position, in double precision and plain loops. */
final class Reference {
  private final Settings s;
  private final ParameterLayout layout;
  private final double[] values;
  private final boolean causal;

  Reference(Settings settings, ParameterLayout layout, double... values) {
    this(true, settings, layout, values);
  }

  Reference(boolean causal, Settings settings, ParameterLayout layout, double... values) {
    this.causal = causal;
    s = settings;
    this.layout = layout;
    this.values = values;
  }

  private double value(String name, int i) {
    return values[layout.entry(name).offset() + i];
  }

  /** The logits at each position of one sequence. */
  double[][] logits(int classes, int... tokens) {
    double[][] x = read(stream(embed(tokens)));
    double[][] logits = new double[x.length][];
    for (int t = 0; t < x.length; t++) {
      logits[t] = s.tied() ? tied(classes, x[t]) : linear("readout", classes, x[t]);
    }
    return logits;
  }

  /** The logits of the mean over the positions. */
  double[] meanLogits(int classes, int... tokens) {
    double[][] x = stream(embed(tokens));
    double[] mean = new double[s.width()];
    for (double[] row : x) {
      for (int i = 0; i < mean.length; i++) {
        mean[i] += row[i] / x.length;
      }
    }
    return linear("readout", classes, read(new double[][] {mean})[0]);
  }

  /** The logits read at a vector that stands before the tokens. */
  double[] firstLogits(int classes, int... tokens) {
    double[][] embedded = embed(tokens);
    double[][] x = new double[tokens.length + 1][];
    x[0] = new double[s.width()];
    for (int i = 0; i < s.width(); i++) {
      x[0][i] = value("embedding.first", i);
    }
    System.arraycopy(embedded, 0, x, 1, tokens.length);
    return linear("readout", classes, read(stream(x))[0]);
  }

  private double[][] read(double[][] x) {
    if (s.readout() == 0) {
      return x;
    }
    return Arrays.stream(x)
        .map(row -> linear("projection", s.readout(), row))
        .toArray(double[][]::new);
  }

  private double[][] embed(int... tokens) {
    double[][] x = new double[tokens.length][s.width()];
    for (int t = 0; t < tokens.length; t++) {
      for (int i = 0; i < s.width(); i++) {
        x[t][i] = value("embedding.token", tokens[t] * s.width() + i) + position(t, i);
      }
    }
    return x;
  }

  private double[][] stream(double[][] embedded) {
    double[][] x = embedded;
    for (int l = 0; l < s.layers(); l++) {
      String block = "block." + l % s.sharedLayers() + ".";
      boolean pre = s.norm() == Norm.PRE;
      boolean post = s.norm() == Norm.POST;
      double[][] attended =
          attention(block + "attention.", pre ? norms(block + "attention.norm", x) : x);
      x = sum(x, attended);
      x = post ? norms(block + "attention.norm", x) : x;
      double[][] in = pre ? norms(block + "mlp.norm", x) : x;
      double[][] moved = new double[x.length][];
      for (int t = 0; t < x.length; t++) {
        double[] hidden = linear(block + "mlp.in", s.hidden(), in[t]);
        moved[t] =
            linear(
                block + "mlp.out",
                s.width(),
                Arrays.stream(hidden).map(h -> Math.max(h, 0)).toArray());
      }
      x = sum(x, moved);
      x = post ? norms(block + "mlp.norm", x) : x;
    }
    if (s.norm() == Norm.PRE) {
      x = norms("norm", x);
    }
    return x;
  }

  private double position(int t, int i) {
    if (s.positions() == Positions.LEARNED) {
      return value("embedding.position", t * s.width() + i);
    }
    if (s.positions() == Positions.NONE) {
      return 0;
    }
    int pair = i / 2;
    double angle = t / Math.pow(10000, 2.0 * pair / s.width());
    return i % 2 == 0 ? Math.sin(angle) : Math.cos(angle);
  }

  private double[][] attention(String name, double[][] x) {
    int n = x.length;
    int size = s.width() / s.heads();
    double[][] q = new double[n][];
    double[][] k = new double[n][];
    double[][] v = new double[n][];
    for (int t = 0; t < n; t++) {
      q[t] = linear(name + "query", s.width(), x[t]);
      k[t] = linear(name + "key", s.width(), x[t]);
      v[t] = linear(name + "value", s.width(), x[t]);
    }
    double[][] out = new double[n][];
    for (int t = 0; t < n; t++) {
      double[] mixed = new double[s.width()];
      for (int h = 0; h < s.heads(); h++) {
        int seen = causal ? t + 1 : n;
        double[] weight = new double[seen];
        double total = 0;
        for (int u = 0; u < seen; u++) {
          double score = 0;
          for (int i = h * size; i < (h + 1) * size; i++) {
            score += q[t][i] * k[u][i];
          }
          weight[u] = Math.exp(score / Math.sqrt(size));
          total += weight[u];
        }
        for (int u = 0; u < seen; u++) {
          for (int i = h * size; i < (h + 1) * size; i++) {
            mixed[i] += weight[u] / total * v[u][i];
          }
        }
      }
      out[t] = linear(name + "output", s.width(), mixed);
    }
    return out;
  }

  private double[] linear(String name, int out, double... x) {
    double[] y = new double[out];
    for (int j = 0; j < out; j++) {
      y[j] = s.bias() ? value(name + ".bias", j) : 0;
      for (int i = 0; i < x.length; i++) {
        y[j] += x[i] * value(name + ".weight", i * out + j);
      }
    }
    return y;
  }

  private double[] tied(int classes, double... x) {
    double[] y = new double[classes];
    for (int j = 0; j < classes; j++) {
      for (int i = 0; i < x.length; i++) {
        y[j] += x[i] * value("embedding.token", j * x.length + i);
      }
    }
    return y;
  }

  private double[][] norms(String name, double[][] x) {
    double[][] y = new double[x.length][];
    for (int t = 0; t < x.length; t++) {
      double mean = Arrays.stream(x[t]).average().orElseThrow();
      double variance =
          Arrays.stream(x[t]).map(a -> (a - mean) * (a - mean)).average().orElseThrow();
      y[t] = new double[x[t].length];
      for (int i = 0; i < x[t].length; i++) {
        y[t][i] =
            (x[t][i] - mean) / Math.sqrt(variance + 1e-5) * value(name + ".scale", i)
                + value(name + ".shift", i);
      }
    }
    return y;
  }

  private static double[][] sum(double[][] a, double[][] b) {
    double[][] c = new double[a.length][a[0].length];
    for (int t = 0; t < a.length; t++) {
      for (int i = 0; i < a[t].length; i++) {
        c[t][i] = a[t][i] + b[t][i];
      }
    }
    return c;
  }
}
