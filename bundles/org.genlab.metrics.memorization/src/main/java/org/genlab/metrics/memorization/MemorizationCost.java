package org.genlab.metrics.memorization;

import jakarta.inject.Inject;
import java.util.List;
import org.genlab.api.Default;
import org.genlab.api.Doc;
import org.genlab.api.Kind;
import org.genlab.api.Plugin;
import org.genlab.api.Range;
import org.genlab.api.data.Batch;
import org.genlab.api.data.Dataset;
import org.genlab.api.data.Split;
import org.genlab.api.evaluation.Metric;
import org.genlab.api.evaluation.Predictions;
import org.genlab.api.evaluation.Recorder;
import org.genlab.api.evaluation.Snapshot;
import org.genlab.tensor.IntTensor;

/**
 * What it costs not to remember the labels of rare examples (Feldman, "Does learning require
 * memorization? A short tale about a long tail", arXiv 1906.05271, theorem 2.3).
 *
 * <p>It reads a split with each subpopulation once, its frequency D(x) and the number of its
 * training examples as annotations, such as {@code population} of {@code subpopulation-mixture}.
 * With n training examples and h the network's predictions:
 *
 * <ul>
 *   <li>{@code memorization-cost/error}, sum over x of D(x) 1[h(x) wrong];
 *   <li>{@code memorization-cost/excess}, the same sum over the x that occur in training: what the
 *       network loses against one that remembers all of their labels;
 *   <li>{@code memorization-cost/errn-l}, how many x that occur l times are mispredicted, and
 *       {@code memorization-cost/tau-l}, the expected frequency of a point given that it occurred l
 *       times,
 *       <pre>tau_l = E[a^(l+1) (1-a)^(n-l)] / E[a^l (1-a)^(n-l)],</pre>
 *       for l from 1 to {@code largest}, where a is distributed like the frequencies of the split's
 *       examples;
 *   <li>{@code memorization-cost/predicted-excess}, sum over all l of tau_l errn-l;
 *   <li>{@code memorization-cost/unseen}, the sum of D(x) over the x that do not occur.
 * </ul>
 */
@Plugin(
    kind = Kind.METRIC,
    id = "memorization-cost",
    version = "1.0.0",
    summary = "Error on subpopulations by their number of training examples, and its expected cost",
    source = "arXiv:1906.05271, theorem 2.3")
public final class MemorizationCost implements Metric {
  /**
   * The settings.
   *
   * @param split with each subpopulation once
   * @param frequency the annotation with D(x)
   * @param count the annotation with the number of training examples of x
   * @param largest the largest l with numbers of its own
   */
  public record Settings(
      @Default("population") @Doc("split that has each subpopulation once") String split,
      @Default("frequency") @Doc("annotation with a subpopulation's frequency") String frequency,
      @Default("count") @Doc("annotation with its number of training examples") String count,
      @Default("3") @Range(min = 1, max = 1000) @Doc("largest l with numbers of its own")
          int largest) {}

  private final Settings settings;
  private final Split subpopulations;
  private final int examples;

  @Inject
  public MemorizationCost(Settings settings, Dataset dataset) {
    this.settings = settings;
    List<String> names = dataset.splits().stream().map(Split::name).toList();
    if (!names.contains(settings.split())) {
      throw new IllegalArgumentException(
          "memorization-cost reads the split '"
              + settings.split()
              + "' with each subpopulation once, and the dataset has "
              + names);
    }
    subpopulations = dataset.split(settings.split());
    examples = dataset.splits().get(0).size();
  }

  @Override
  public void measure(Snapshot snapshot, Recorder recorder) {
    Predictions predictions = snapshot.predictions(subpopulations);
    Batch batch = predictions.examples();
    float[] frequencies = batch.reals(settings.frequency()).toArray();
    int[] counts = batch.ints(settings.count()).toArray();
    IntTensor predicted = predictions.logits().argmax();
    int most = settings.largest();
    for (int count : counts) {
      most = Math.max(most, count);
    }
    int[] wrong = new int[most + 1];
    double error = 0;
    double excess = 0;
    double unseen = 0;
    for (int x = 0; x < counts.length; x++) {
      unseen += counts[x] == 0 ? frequencies[x] : 0;
      if (predicted.at(x) != batch.labels().at(x)) {
        wrong[counts[x]]++;
        error += frequencies[x];
        excess += counts[x] > 0 ? frequencies[x] : 0;
      }
    }
    double predictedExcess = 0;
    for (int l = 1; l <= most; l++) {
      boolean reported = l <= settings.largest();
      if (reported || wrong[l] > 0) {
        double tau = tau(frequencies, l, examples);
        predictedExcess += wrong[l] == 0 ? 0 : tau * wrong[l];
        if (reported) {
          recorder.number("memorization-cost/errn-" + l, wrong[l]);
          recorder.number("memorization-cost/tau-" + l, tau);
        }
      }
    }
    recorder.number("memorization-cost/error", error);
    recorder.number("memorization-cost/excess", excess);
    recorder.number("memorization-cost/predicted-excess", predictedExcess);
    recorder.number("memorization-cost/unseen", unseen);
  }

  /**
   * The expected frequency of a point that occurred l times in n examples. Powers are taken as
   * logarithms, relative to the largest, so that none vanishes.
   */
  static double tau(float[] frequencies, int l, int n) {
    double[] logarithms = new double[frequencies.length];
    double largest = Double.NEGATIVE_INFINITY;
    for (int x = 0; x < logarithms.length; x++) {
      double a = frequencies[x];
      // Where everything is one point, 0 log 0 is 0.
      double absent = n == l ? 0 : (n - l) * StrictMath.log1p(-a);
      logarithms[x] = l * StrictMath.log(a) + absent;
      largest = Math.max(largest, logarithms[x]);
    }
    double above = 0;
    double below = 0;
    for (int x = 0; x < logarithms.length; x++) {
      double weight =
          largest == Double.NEGATIVE_INFINITY ? 1 : StrictMath.exp(logarithms[x] - largest);
      above += weight * frequencies[x];
      below += weight;
    }
    return above / below;
  }
}
