package org.genlab.optimizers.firstorder;

import java.util.List;
import org.genlab.api.SettingException;
import org.genlab.api.model.Parameters;
import org.genlab.api.training.State;
import org.genlab.tensor.Elementwise;
import org.genlab.tensor.Tensor;

/**
 * The step that Adam and AdamW share (Kingma and Ba, "Adam: a method for stochastic optimization",
 * arXiv 1412.6980, algorithm 1; Loshchilov and Hutter, "Decoupled weight decay regularization",
 * arXiv 1711.05101, algorithm 2).
 *
 * <pre>
 *   d = theta - target                            target: 0 or the initial values
 *   g = gradient + lambda_coupled d
 *   m = beta1 m + (1 - beta1) g;    v = beta2 v + (1 - beta2) g^2
 *   theta = theta - eta lambda_decoupled d - eta m^ / (sqrt(v^) + epsilon)
 *   m^ = m / (1 - beta1^t);    v^ = v / (1 - beta2^t)
 * </pre>
 *
 * @param coupled lambda where decay is part of the gradient, else 0
 * @param decoupled lambda where decay is not, else 0
 */
record Moments(
    double beta1,
    double beta2,
    double epsilon,
    double coupled,
    double decoupled,
    Towards towards,
    Decay decay) {
  /** The two betas of a setting. */
  static void check(List<Double> betas) {
    if (betas.size() != 2) {
      throw new SettingException(
          "betas", "must be two numbers, of the first and of the second moment, not " + betas);
    }
  }

  State initial(Parameters parameters) {
    int n = parameters.flat().size();
    State state =
        State.empty().with("m", Tensor.zeros(n)).with("v", Tensor.zeros(n)).with("steps", 0);
    return pullsToInitialization() ? state.with("initial", parameters.flat()) : state;
  }

  private boolean pullsToInitialization() {
    return towards == Towards.INITIALIZATION && (coupled > 0 || decoupled > 0);
  }

  /** New values of the parameters, and the state that belongs to them. */
  record Moved(Parameters parameters, State state) {}

  Moved step(Parameters parameters, Tensor gradient, State state, Pace pace) {
    double t = state.number("steps") + 1;
    float b1 = (float) beta1;
    float b2 = (float) beta2;
    float c1 = (float) (1 - beta1);
    float c2 = (float) (1 - beta2);
    float rate = (float) (pace.rate() / (1 - StrictMath.pow(beta1, t)));
    float root = (float) (1 / Math.sqrt(1 - StrictMath.pow(beta2, t)));
    float scale = pace.scale();
    float eps = (float) epsilon;
    float inGradient = (float) coupled;
    float shrink = (float) ((double) pace.rate() * decoupled);
    boolean decays = coupled > 0 || decoupled > 0;
    float[] decayed = decays ? decay.mask(parameters.layout()) : null;
    Tensor theta = parameters.flat();
    boolean away = pullsToInitialization();
    Tensor[] next =
        Elementwise.replace(
            3,
            (in, out, from, to) -> {
              // Several loops, which the compiler turns into vector instructions; it does not do so
              // with one that has all of this in it, which takes five times as long.
              float[] start = away ? in[4] : null;
              if (inGradient != 0) {
                moments(in, out, from, to, b1, b2, c1, c2, scale, inGradient, decayed, start);
              } else {
                moments(in, out, from, to, b1, b2, c1, c2, scale);
              }
              if (shrink != 0) {
                shrink(in[0], start, decayed, out[0], from, to, shrink);
                move(out[0], out, from, to, root, eps, rate);
              } else {
                move(in[0], out, from, to, root, eps, rate);
              }
            },
            theta,
            state.array("m"),
            state.array("v"),
            gradient,
            away ? state.array("initial") : gradient);
    return new Moved(
        parameters.with(next[0]), state.with("m", next[1]).with("v", next[2]).with("steps", t));
  }

  /** y = theta - shrink d, with d = 0 where there is no decay. */
  private static void shrink(
      float[] p, float[] start, float[] decayed, float[] y, int from, int to, float shrink) {
    if (start == null) {
      for (int i = from; i < to; i++) {
        y[i] = p[i] - shrink * (decayed[i] * p[i]);
      }
    } else {
      for (int i = from; i < to; i++) {
        y[i] = p[i] - shrink * (decayed[i] * (p[i] - start[i]));
      }
    }
  }

  /** The moments, of the gradient and lambda d. */
  private static void moments(
      float[][] in,
      float[][] out,
      int from,
      int to,
      float b1,
      float b2,
      float c1,
      float c2,
      float scale,
      float lambda,
      float[] decayed,
      float[] start) {
    float[] p = in[0];
    float[] m = in[1];
    float[] v = in[2];
    float[] g = in[3];
    float[] nextM = out[1];
    float[] nextV = out[2];
    if (start == null) {
      for (int i = from; i < to; i++) {
        float gi = scale * g[i] + lambda * (decayed[i] * p[i]);
        nextM[i] = b1 * m[i] + c1 * gi;
        nextV[i] = b2 * v[i] + c2 * gi * gi;
      }
    } else {
      for (int i = from; i < to; i++) {
        float gi = scale * g[i] + lambda * (decayed[i] * (p[i] - start[i]));
        nextM[i] = b1 * m[i] + c1 * gi;
        nextV[i] = b2 * v[i] + c2 * gi * gi;
      }
    }
  }

  /** The moments, of the gradient alone. */
  private static void moments(
      float[][] in,
      float[][] out,
      int from,
      int to,
      float b1,
      float b2,
      float c1,
      float c2,
      float scale) {
    float[] m = in[1];
    float[] v = in[2];
    float[] g = in[3];
    float[] nextM = out[1];
    float[] nextV = out[2];
    for (int i = from; i < to; i++) {
      float gi = scale * g[i];
      nextM[i] = b1 * m[i] + c1 * gi;
      nextV[i] = b2 * v[i] + c2 * gi * gi;
    }
  }

  /** theta, by the moments. */
  private static void move(
      float[] p, float[][] out, int from, int to, float root, float eps, float rate) {
    float[] next = out[0];
    float[] m = out[1];
    float[] v = out[2];
    for (int i = from; i < to; i++) {
      float update = m[i] / ((float) Math.sqrt(v[i]) * root + eps);
      next[i] = p[i] - rate * update;
    }
  }
}
