package org.genlab.architectures.basic;

import java.util.Arrays;
import org.genlab.api.model.ParameterLayout;
import org.genlab.architectures.basic.Seq2SeqTransformer.Settings;
import org.genlab.architectures.basic.TransformerDecoder.Norm;

/** The encoder-decoder transformer, position by position, in double precision and plain loops. */
final class Seq2SeqReference {
  private final Settings s;
  private final ParameterLayout layout;
  private final double[] values;

  Seq2SeqReference(Settings settings, ParameterLayout layout, double... values) {
    s = settings;
    this.layout = layout;
    this.values = values;
  }

  /** The logits at each position of the prefix; neither sequence is padded. */
  double[][] logits(int classes, int[] source, int[] prefix) {
    double[][] x = embed("encoder.embedding", source);
    for (int i = 0; i < s.layers(); i++) {
      String block = "encoder.block." + i + ".";
      double[][] read = before(block + "attention", x);
      x = after(block + "attention", x, attention(block + "attention.", read, read, false));
      x = perceptron(block + "mlp", x);
    }
    double[][] encoded = s.norm() == Norm.PRE ? norms("encoder.norm", x) : x;
    double[][] y = embed("decoder.embedding", prefix);
    for (int i = 0; i < s.decoderLayers(); i++) {
      String block = "decoder.block." + i + ".";
      double[][] read = before(block + "attention", y);
      y = after(block + "attention", y, attention(block + "attention.", read, read, true));
      double[][] asked = before(block + "cross", y);
      y = after(block + "cross", y, attention(block + "cross.", asked, encoded, false));
      y = perceptron(block + "mlp", y);
    }
    y = s.norm() == Norm.PRE ? norms("decoder.norm", y) : y;
    double[][] logits = new double[y.length][];
    for (int t = 0; t < y.length; t++) {
      logits[t] = linear("readout", classes, y[t]);
    }
    return logits;
  }

  private double value(String name, int i) {
    return values[layout.entry(name).offset() + i];
  }

  private double[][] embed(String name, int... tokens) {
    double[][] x = new double[tokens.length][s.width()];
    for (int t = 0; t < tokens.length; t++) {
      for (int i = 0; i < s.width(); i++) {
        int pair = i / 2;
        double angle = t / Math.pow(10000, 2.0 * pair / s.width());
        double position =
            switch (s.positions()) {
              case LEARNED -> value(name + ".position", t * s.width() + i);
              case SINUSOIDAL -> i % 2 == 0 ? Math.sin(angle) : Math.cos(angle);
              case NONE -> 0;
            };
        x[t][i] = value(name + ".token", tokens[t] * s.width() + i) + position;
      }
    }
    return x;
  }

  private double[][] before(String branch, double[][] x) {
    return s.norm() == Norm.PRE ? norms(branch + ".norm", x) : x;
  }

  private double[][] after(String branch, double[][] x, double[][] added) {
    double[][] sum = new double[x.length][s.width()];
    for (int t = 0; t < x.length; t++) {
      for (int i = 0; i < s.width(); i++) {
        sum[t][i] = x[t][i] + added[t][i];
      }
    }
    return s.norm() == Norm.POST ? norms(branch + ".norm", sum) : sum;
  }

  private double[][] perceptron(String name, double[][] x) {
    double[][] in = before(name, x);
    double[][] out = new double[x.length][];
    for (int t = 0; t < x.length; t++) {
      double[] hidden = linear(name + ".in", s.hidden(), in[t]);
      double[] active = Arrays.stream(hidden).map(h -> Math.max(h, 0)).toArray();
      out[t] = linear(name + ".out", s.width(), active);
    }
    return after(name, x, out);
  }

  private double[][] attention(String name, double[][] x, double[][] read, boolean causal) {
    int size = s.width() / s.heads();
    double[][] out = new double[x.length][];
    for (int t = 0; t < x.length; t++) {
      double[] query = linear(name + "query", s.width(), x[t]);
      double[] mixed = new double[s.width()];
      for (int h = 0; h < s.heads(); h++) {
        double[] weighted = new double[size];
        double total = 0;
        for (int u = 0; u < (causal ? t + 1 : read.length); u++) {
          double[] key = linear(name + "key", s.width(), read[u]);
          double[] value = linear(name + "value", s.width(), read[u]);
          double score = 0;
          for (int i = h * size; i < (h + 1) * size; i++) {
            score += query[i] * key[i] / Math.sqrt(size);
          }
          total += Math.exp(score);
          for (int i = 0; i < size; i++) {
            weighted[i] += Math.exp(score) * value[h * size + i];
          }
        }
        for (int i = 0; i < size; i++) {
          mixed[h * size + i] = weighted[i] / total;
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

  private double[][] norms(String name, double[][] x) {
    double[][] y = new double[x.length][s.width()];
    for (int t = 0; t < x.length; t++) {
      double mean = Arrays.stream(x[t]).average().orElseThrow();
      double variance = Arrays.stream(x[t]).map(a -> (a - mean) * (a - mean)).sum() / s.width();
      for (int i = 0; i < s.width(); i++) {
        y[t][i] =
            (x[t][i] - mean) / Math.sqrt(variance + 1e-5) * value(name + ".scale", i)
                + value(name + ".shift", i);
      }
    }
    return y;
  }
}
