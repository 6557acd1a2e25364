package org.genlab.metrics.dynamics;

import jakarta.inject.Inject;
import java.util.Arrays;
import java.util.Optional;
import org.genlab.api.Default;
import org.genlab.api.Doc;
import org.genlab.api.Kind;
import org.genlab.api.Plugin;
import org.genlab.api.Randomness;
import org.genlab.api.Range;
import org.genlab.api.Slots;
import org.genlab.api.data.Dataset;
import org.genlab.api.data.Split;
import org.genlab.api.evaluation.Metric;
import org.genlab.api.evaluation.Recorder;
import org.genlab.api.evaluation.Snapshot;
import org.genlab.tensor.Shape;
import org.genlab.tensor.Tensor;

/**
 * How much of the gradients, or of the updates, changes slowly along training and how much fast: a
 * parameter's gradient over time as a signal (Lee, Kang, Kim and Lee, "Grokfast: accelerated
 * grokking by amplifying slow gradients", arXiv 2405.20233, section 2).
 *
 * <p>At each evaluation a sample is taken, of parameters chosen once at random: the gradient of the
 * run's objective on the first training examples, or how far the parameters have moved since the
 * evaluation before. Of the last w samples x_0, ..., x_(w-1) of each parameter the power at
 * frequency f / w, in cycles an evaluation, is
 *
 * <pre>
 *   P(f) = |sum_t x_t e^(-2 pi i f t / w)|^2 / w^2,    f = 0, ..., w - 1
 * </pre>
 *
 * <p>averaged over the parameters; f and w - f are one frequency. Series: {@code
 * gradient-spectrum/slow}, the power at frequencies up to the cut, {@code gradient-spectrum/fast},
 * that at the others, and {@code gradient-spectrum/slow-share}, slow / (slow + fast). Slow and fast
 * add up to the mean square of the samples. The array {@code gradient-spectrum} is the power at the
 * frequencies 0, 1/w, ..., 1/2. Nothing is recorded before there are w samples; where the window or
 * the number of parameters is changed in a running run, samples are collected anew.
 *
 * <p>Frequencies have their meaning where evaluations are equally far apart ({@code evaluation:
 * {growth: 1}}). Gradients cost a backward pass through the examples at each evaluation.
 */
@Plugin(
    kind = Kind.METRIC,
    id = "gradient-spectrum",
    version = "1.0.1",
    summary = "Power of gradients or updates along training, in a slow and a fast band",
    source = "arXiv:2405.20233, section 2")
public final class GradientSpectrum implements Metric {
  /** What is sampled. */
  public enum Signal {
    /** The gradient of the objective on training examples. */
    GRADIENTS,
    /** The change of the parameters since the evaluation before. */
    UPDATES
  }

  /**
   * The settings.
   *
   * @param of what is sampled
   * @param window the number w of samples
   * @param cut the largest frequency that counts as slow, in cycles an evaluation
   * @param coordinates how many parameters are looked at
   * @param examples how many training examples the gradient is taken on
   */
  public record Settings(
      @Default("gradients") @Doc("what is looked at: gradients or updates") Signal of,
      @Default("16") @Range(min = 2, max = 4096) @Doc("number of evaluations looked back on")
          int window,
      @Default("0.125")
          @Range(min = 0, max = 0.5)
          @Doc("largest frequency that is slow, in cycles an evaluation")
          double cut,
      @Default("256") @Range(min = 1, max = 1000000) @Doc("parameters looked at, chosen at random")
          int coordinates,
      @Default("512") @Range(min = 1, max = 1e9) @Doc("training examples for the gradient")
          int examples) {}

  private static final String SAMPLES = "samples";
  private static final String TAKEN = "taken";
  private static final String LAST = "last";

  private final Settings settings;
  private final Split train;
  private final Randomness randomness;
  private final Slots slots;

  @Inject
  public GradientSpectrum(Settings settings, Dataset dataset, Randomness randomness, Slots slots) {
    this.settings = settings;
    this.train = dataset.splits().get(0);
    this.randomness = randomness;
    this.slots = slots;
  }

  @Override
  public void measure(Snapshot snapshot, Recorder recorder) {
    float[] values = snapshot.model().parameters().flat().toArray();
    int[] chosen = chosen(values.length);
    if (chosen.length == 0) {
      return;
    }
    if (settings.of() == Signal.UPDATES) {
      float[] now = pick(values, chosen);
      slots
          .array(LAST)
          .filter(last -> last.size() == now.length)
          .ifPresent(last -> take(differences(now, last.toArray()), chosen.length, recorder));
      slots.put(LAST, Tensor.of(now, now.length));
    } else {
      int n = Math.min(settings.examples(), train.size());
      Tensor gradient =
          snapshot.loss(train.range(0, n)).evaluate(snapshot.model().parameters()).gradient();
      take(pick(gradient.toArray(), chosen), chosen.length, recorder);
    }
  }

  /** The parameters looked at: the same ones at each evaluation. */
  private int[] chosen(int parameters) {
    int[] order = randomness.stream("coordinates").permutation(parameters);
    return Arrays.copyOf(order, Math.min(parameters, settings.coordinates()));
  }

  private static float[] pick(float[] values, int... chosen) {
    float[] picked = new float[chosen.length];
    for (int i = 0; i < picked.length; i++) {
      picked[i] = values[chosen[i]];
    }
    return picked;
  }

  private static float[] differences(float[] now, float[] before) {
    float[] moved = new float[now.length];
    for (int i = 0; i < moved.length; i++) {
      moved[i] = now[i] - before[i];
    }
    return moved;
  }

  /** Puts a sample behind the others, and measures the last w of them. */
  private void take(float[] sample, int k, Recorder recorder) {
    int w = settings.window();
    Optional<Tensor> fitting = slots.array(SAMPLES).filter(b -> b.shape().equals(Shape.of(w, k)));
    float[] before = fitting.map(Tensor::toArray).orElseGet(() -> new float[w * k]);
    float[] samples = new float[w * k];
    System.arraycopy(before, k, samples, 0, (w - 1) * k);
    System.arraycopy(sample, 0, samples, (w - 1) * k, k);
    double taken = (fitting.isPresent() ? slots.number(TAKEN).orElse(0) : 0) + 1;
    slots.put(SAMPLES, Tensor.of(samples, w, k));
    slots.put(TAKEN, taken);
    if (taken >= w) {
      record(power(samples, w, k), recorder);
    }
  }

  /** The power at the frequencies 0, 1/w, ... up to 1/2, of samples [w, k], averaged over k. */
  static double[] power(float[] samples, int w, int k) {
    double[] power = new double[w / 2 + 1];
    for (int f = 0; f < power.length; f++) {
      double[] real = new double[k];
      double[] imaginary = new double[k];
      for (int t = 0; t < w; t++) {
        double angle = 2 * Math.PI * ((long) f * t % w) / w;
        double cos = StrictMath.cos(angle);
        double sin = StrictMath.sin(angle);
        for (int i = 0; i < k; i++) {
          real[i] += cos * samples[t * k + i];
          imaginary[i] += sin * samples[t * k + i];
        }
      }
      boolean alone = f == 0 || 2 * f == w;
      for (int i = 0; i < k; i++) {
        power[f] += (alone ? 1 : 2) * (real[i] * real[i] + imaginary[i] * imaginary[i]);
      }
      power[f] /= (double) w * w * k;
    }
    return power;
  }

  private void record(double[] power, Recorder recorder) {
    double slow = 0;
    double fast = 0;
    for (int f = 0; f < power.length; f++) {
      if (f <= settings.cut() * settings.window()) {
        slow += power[f];
      } else {
        fast += power[f];
      }
    }
    recorder.number("gradient-spectrum/slow", slow);
    recorder.number("gradient-spectrum/fast", fast);
    if (slow + fast > 0) {
      recorder.number("gradient-spectrum/slow-share", slow / (slow + fast));
    }
    recorder.array("gradient-spectrum", power);
  }
}
