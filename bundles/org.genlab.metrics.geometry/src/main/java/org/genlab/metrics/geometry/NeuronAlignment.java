package org.genlab.metrics.geometry;

import jakarta.inject.Inject;
import java.util.List;
import org.genlab.api.Default;
import org.genlab.api.Doc;
import org.genlab.api.Kind;
import org.genlab.api.Plugin;
import org.genlab.api.data.Dataset;
import org.genlab.api.data.InputSpec;
import org.genlab.api.data.Split;
import org.genlab.api.evaluation.Metric;
import org.genlab.api.evaluation.Recorder;
import org.genlab.api.evaluation.Snapshot;
import org.genlab.api.model.ParameterLayout.Entry;
import org.genlab.tensor.Tensor;

/**
 * Which directions the units of a first layer look at: the cosines between their weights and the
 * examples of a split, such as the centres of clusters (Xu, Wang, Frei, Vardi and Hu, "Benign
 * overfitting and grokking in ReLU networks for XOR cluster data", arXiv 2310.02541, section 4).
 *
 * <p>Series: {@code neuron-alignment/largest}, the mean over units of the largest cosine, and for
 * each example k of the split {@code neuron-alignment/share-k}, the share of the units whose
 * largest cosine is that with example k (the first of equal ones). The array {@code
 * neuron-alignment/cosines} has all of them, [units, examples] row by row. A weight or an example
 * that is zero has cosine 0.
 */
@Plugin(
    kind = Kind.METRIC,
    id = "neuron-alignment",
    version = "1.0.0",
    summary = "Cosines between the weights of hidden units and given directions",
    source = "arXiv:2310.02541, section 4")
public final class NeuronAlignment implements Metric {
  /**
   * The settings.
   *
   * @param split whose examples are the directions
   * @param parameter the weight of the layer, [inputs, units]
   */
  public record Settings(
      @Default("centres") @Doc("split of the dataset whose examples are the directions")
          String split,
      @Default("hidden.0.weight") @Doc("the layer's weight, [inputs, units]") String parameter) {}

  private final Settings settings;
  private final Split directions;

  @Inject
  public NeuronAlignment(Settings settings, Dataset dataset) {
    this.settings = settings;
    if (!(dataset.spec().input() instanceof InputSpec.Values)) {
      throw new IllegalArgumentException(
          "neuron-alignment needs real inputs, and the dataset has " + dataset.spec().input());
    }
    List<String> names = dataset.splits().stream().map(Split::name).toList();
    if (!names.contains(settings.split())) {
      throw new IllegalArgumentException(
          "neuron-alignment takes its directions from the split '"
              + settings.split()
              + "', and the dataset has "
              + names);
    }
    directions = dataset.split(settings.split());
  }

  @Override
  public void measure(Snapshot snapshot, Recorder recorder) {
    Entry entry = snapshot.model().network().layout().entry(settings.parameter());
    int k = directions.size();
    Tensor targets = directions.range(0, k).input().reshape(k, -1);
    int d = targets.dimension(1);
    if (entry.shape().rank() != 2 || entry.shape().dimension(0) != d) {
      throw new IllegalArgumentException(
          "neuron-alignment reads weights of shape ["
              + d
              + ", units], and '"
              + settings.parameter()
              + "' has shape "
              + entry.shape());
    }
    int units = entry.shape().dimension(1);
    Tensor weights = snapshot.model().parameters().get(settings.parameter());
    float[] products = targets.matmul(weights).toArray();
    float[] lengths = weights.square().sum(false, 0).toArray();
    float[] targetLengths = targets.square().sum(false, 1).toArray();
    double[] cosines = new double[units * k];
    double[] share = new double[k];
    double largest = 0;
    for (int j = 0; j < units; j++) {
      int best = 0;
      for (int c = 0; c < k; c++) {
        double norms = Math.sqrt((double) lengths[j] * targetLengths[c]);
        cosines[j * k + c] = norms == 0 ? 0 : products[c * units + j] / norms;
        best = cosines[j * k + c] > cosines[j * k + best] ? c : best;
      }
      share[best] += 1.0 / units;
      largest += cosines[j * k + best] / units;
    }
    recorder.number("neuron-alignment/largest", largest);
    for (int c = 0; c < k; c++) {
      recorder.number("neuron-alignment/share-" + c, share[c]);
    }
    recorder.array("neuron-alignment/cosines", cosines);
  }
}
