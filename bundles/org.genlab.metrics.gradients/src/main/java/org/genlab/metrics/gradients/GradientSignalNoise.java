package org.genlab.metrics.gradients;

import jakarta.inject.Inject;
import java.util.Arrays;
import java.util.List;
import org.genlab.api.Default;
import org.genlab.api.Doc;
import org.genlab.api.Kind;
import org.genlab.api.Plugin;
import org.genlab.api.Randomness;
import org.genlab.api.Range;
import org.genlab.api.data.Annotation;
import org.genlab.api.data.Batch;
import org.genlab.api.data.Dataset;
import org.genlab.api.data.Split;
import org.genlab.api.evaluation.Metric;
import org.genlab.api.evaluation.Recorder;
import org.genlab.api.evaluation.Snapshot;
import org.genlab.api.model.Parameters;
import org.genlab.api.training.LossFunction;
import org.genlab.tensor.random.RandomStream;

/**
 * How much of the signal a minibatch carries: the cosine of the angle between the gradient of the
 * data term on B training examples, with the labels that are trained on, and the gradient on all
 * training examples with their true labels, both at the present parameters (Rolnick, Veit, Belongie
 * and Shavit, arXiv 1705.10694, section 5: wrong labels act like a smaller batch). For each B the
 * series {@code train/gradient-signal-noise-B} with the mean over several minibatches; in [-1, 1],
 * 1 when the minibatch says all there is to say, and 0 when a gradient vanishes.
 *
 * <p>True labels are those of the annotation {@code clean}; without it, the labels are true, and
 * what is left is the noise of sampling. Penalties do not count.
 *
 * <p>Costs a gradient of {@code reference} examples and {@code batches} gradients of each size.
 */
@Plugin(
    kind = Kind.METRIC,
    id = "gradient-signal-noise",
    version = "1.0.0",
    summary = "Cosine of minibatch gradients with the gradient of all examples and true labels",
    source = "arXiv:1705.10694, section 5")
public final class GradientSignalNoise implements Metric {
  /** Examples of the reference that are differentiated at once. */
  private static final int AT_ONCE = 512;

  /**
   * The settings.
   *
   * @param sizes B, the sizes of the minibatches
   * @param batches how many minibatches of each size
   * @param reference how many examples, drawn once, stand for all; 0 for all
   * @param cleanSplit a split that stands for all instead of the training split
   * @param when whether it is measured along training or at its end
   */
  public record Settings(
      @Default("[16, 128, 512]") @Range(min = 1, max = 1000000) @Doc("B: sizes of minibatches")
          List<Integer> sizes,
      @Default("8") @Range(min = 1, max = 100000) @Doc("minibatches of each size") int batches,
      @Default("4096") @Range(min = 0) @Doc("examples, drawn once, that stand for all; 0 for all")
          int reference,
      @Default("")
          @Doc("a split whose true labels are the reference; the training split when empty")
          String cleanSplit,
      @Default("evaluation") @Doc("evaluation: along training; end: once, after it") When when) {
    public Settings {
      sizes = List.copyOf(sizes);
    }
  }

  private final Settings settings;
  private final Randomness randomness;
  private final Split train;
  private final Split clean;

  @Inject
  public GradientSignalNoise(Settings settings, Dataset dataset, Randomness randomness) {
    this.settings = settings;
    this.randomness = randomness;
    this.train = dataset.splits().get(0);
    this.clean = settings.cleanSplit().isEmpty() ? train : dataset.split(settings.cleanSplit());
    int largest = settings.sizes().stream().mapToInt(Integer::intValue).max().orElse(1);
    if (largest > train.size()) {
      throw new IllegalArgumentException(
          "gradient-signal-noise cannot draw "
              + largest
              + " different examples from "
              + train.size()
              + "; its 'sizes' must not be above the size of the training split");
    }
    if (train.size() == Integer.MAX_VALUE || clean.size() == Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "gradient-signal-noise needs a training split with an end, and this one is a stream");
    }
  }

  @Override
  public When when() {
    return settings.when();
  }

  @Override
  public void measure(Snapshot snapshot, Recorder recorder) {
    double[] full = reference(snapshot);
    int[] sizes = settings.sizes().stream().mapToInt(Integer::intValue).toArray();
    double[] sums = new double[sizes.length];
    for (int i = 0; i < settings.batches(); i++) {
      // Of one order, so that a minibatch is part of the larger ones it is compared with.
      int[] order = randomness.stream("batch", snapshot.step(), i).permutation(train.size());
      for (int s = 0; s < sizes.length; s++) {
        Batch batch = train.batch(Arrays.copyOf(order, sizes[s]));
        sums[s] += Cosine.of(gradient(snapshot, batch), full);
      }
    }
    for (int s = 0; s < sizes.length; s++) {
      recorder.number(
          train.name() + "/gradient-signal-noise-" + sizes[s], sums[s] / settings.batches());
    }
  }

  /** The gradient on all examples, or those that stand for them, with true labels. */
  private double[] reference(Snapshot snapshot) {
    int n = settings.reference() == 0 ? clean.size() : Math.min(settings.reference(), clean.size());
    RandomStream random = randomness.stream("reference");
    int[] chosen = n == clean.size() ? null : random.permutation(clean.size());
    double[] sum = null;
    for (int from = 0; from < n; from += AT_ONCE) {
      int to = Math.min(n, from + AT_ONCE);
      Batch batch =
          chosen == null
              ? clean.range(from, to)
              : clean.batch(Arrays.copyOfRange(chosen, from, to));
      double[] gradient = gradient(snapshot, withTrueLabels(batch));
      sum = sum == null ? new double[gradient.length] : sum;
      for (int j = 0; j < sum.length; j++) {
        sum[j] += gradient[j] * (to - from) / n;
      }
    }
    return sum;
  }

  private static Batch withTrueLabels(Batch batch) {
    boolean known =
        batch.has(Annotation.CLEAN)
            && batch.isInts(Annotation.CLEAN)
            && batch.isInts(Batch.TARGET)
            && batch.labels().shape().equals(batch.ints(Annotation.CLEAN).shape());
    return known ? batch.with(Batch.TARGET, batch.ints(Annotation.CLEAN)) : batch;
  }

  /** The gradient of the mean data term. */
  private static double[] gradient(Snapshot snapshot, Batch batch) {
    LossFunction loss = snapshot.loss(batch);
    Parameters at = snapshot.model().parameters();
    float[] gradient =
        LossFunction.of(p -> loss.perExample(p).mean(), batch).evaluate(at).gradient().toArray();
    double[] wide = new double[gradient.length];
    for (int j = 0; j < wide.length; j++) {
      wide[j] = gradient[j];
    }
    return wide;
  }
}
