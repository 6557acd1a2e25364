package org.genlab.metrics.geometry;

import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.genlab.api.Default;
import org.genlab.api.Doc;
import org.genlab.api.Kind;
import org.genlab.api.Plugin;
import org.genlab.api.Randomness;
import org.genlab.api.Range;
import org.genlab.api.data.Batch;
import org.genlab.api.data.Dataset;
import org.genlab.api.data.InputSpec;
import org.genlab.api.data.Split;
import org.genlab.api.evaluation.Metric;
import org.genlab.api.evaluation.Recorder;
import org.genlab.api.evaluation.Snapshot;
import org.genlab.api.model.Model;
import org.genlab.tensor.Gradients;
import org.genlab.tensor.LinearAlgebra;
import org.genlab.tensor.Scope;
import org.genlab.tensor.Tensor;

/**
 * The local rank of a layer: the numerical rank of the Jacobian of its pre-activation p with
 * respect to the input, averaged over examples; the local dimension of the manifold on which the
 * layer's features lie (Patel and Shwartz-Ziv, "Learning to compress: local rank and information
 * compression in deep neural networks", arXiv 2410.07687).
 *
 * <pre>
 *   LR = E_x #{i : sigma_i(dp/dx) &gt; epsilon}
 * </pre>
 *
 * <p>Each example has a rank of its own, and the ranks are averaged, not the Jacobians. Series, in
 * numbers of dimensions: {@code local-rank/relative/layer} with epsilon relative to the example's
 * largest singular value, which does not change when weights shrink or grow; {@code
 * local-rank/absolute/layer} with the absolute epsilon; and the means over the layers, {@code
 * local-rank/relative} and {@code local-rank/absolute}. A Jacobian that is zero has rank 0.
 *
 * <p>Layers are the features of the network whose names end in {@code .pre}, or those named by
 * {@code features}; a network that names no pre-activation is measured at every feature. A layer
 * without activation is none of them: the bottleneck of {@code vib-network} is measured with {@code
 * features: [bottleneck.mean]}. Inputs must be real numbers.
 *
 * <p>Costs a backward pass over the examples for each unit of each layer, and a singular value
 * decomposition for each example and layer: with 100 examples and three layers of 100 units on 256
 * inputs about two seconds.
 */
@Plugin(
    kind = Kind.METRIC,
    id = "local-rank",
    version = "1.0.0",
    summary = "Mean numerical rank of the Jacobian of each layer with respect to the input",
    source = "arXiv:2410.07687")
public final class LocalRank implements Metric {
  private static final String PREACTIVATION = ".pre";

  /** Examples a pass; fixed, so that results do not depend on the machine. */
  private static final int CHUNK = 256;

  /**
   * The settings.
   *
   * @param split whose examples are taken; empty for the training split
   * @param examples how many, drawn once; all when the split has fewer
   * @param relative epsilon as a share of the largest singular value
   * @param absolute epsilon
   * @param features the layers
   */
  public record Settings(
      @Default("") @Doc("split whose examples are taken; empty for the first") String split,
      @Default("200") @Range(min = 1, max = 1000000) @Doc("how many examples are taken")
          int examples,
      @Default("1e-2")
          @Range(min = 0, max = 1, maxExclusive = true)
          @Doc("tolerance as a share of the largest singular value")
          double relative,
      @Default("1e-2") @Range(min = 0) @Doc("absolute tolerance") double absolute,
      @Default("[]") @Doc("features that are measured; [] for all pre-activations")
          List<String> features) {
    public Settings {
      features = List.copyOf(features);
    }
  }

  private final Settings settings;
  private final Split split;
  private final int[] examples;

  @Inject
  public LocalRank(Settings settings, Dataset dataset, Randomness randomness) {
    if (!(dataset.spec().input() instanceof InputSpec.Values)) {
      throw new IllegalArgumentException(
          "local-rank differentiates by inputs that are real numbers, and the dataset gives "
              + dataset.spec().input());
    }
    this.settings = settings;
    split = settings.split().isEmpty() ? dataset.splits().get(0) : dataset.split(settings.split());
    int n = Math.min(settings.examples(), split.size());
    examples = Arrays.copyOf(randomness.stream("examples").permutation(split.size()), n);
    Arrays.sort(examples);
  }

  @Override
  public void measure(Snapshot snapshot, Recorder recorder) {
    Map<String, Ranks> layers = new LinkedHashMap<>();
    for (int from = 0; from < examples.length; from += CHUNK) {
      int[] chunk = Arrays.copyOfRange(examples, from, Math.min(examples.length, from + CHUNK));
      try (Scope scope = Scope.open()) {
        measure(snapshot.model(), split.batch(chunk), layers);
      }
    }
    double relative = 0;
    double absolute = 0;
    for (Map.Entry<String, Ranks> layer : layers.entrySet()) {
      double ownRelative = (double) layer.getValue().relative / examples.length;
      double ownAbsolute = (double) layer.getValue().absolute / examples.length;
      recorder.number("local-rank/relative/" + layer.getKey(), ownRelative);
      recorder.number("local-rank/absolute/" + layer.getKey(), ownAbsolute);
      relative += ownRelative / layers.size();
      absolute += ownAbsolute / layers.size();
    }
    if (!layers.isEmpty()) {
      recorder.number("local-rank/relative", relative);
      recorder.number("local-rank/absolute", absolute);
    }
  }

  /** Sums of ranks over examples. */
  private static final class Ranks {
    private long relative;
    private long absolute;
  }

  private void measure(Model model, Batch batch, Map<String, Ranks> layers) {
    Tensor x = batch.input().variable();
    Map<String, Tensor> features = model.predict(batch.with(Batch.INPUT, x)).features();
    for (String name : chosen(features)) {
      Ranks ranks = layers.computeIfAbsent(name, n -> new Ranks());
      for (double[] sigma : singularValues(features.get(name), x)) {
        double largest = sigma.length == 0 ? 0 : sigma[0];
        for (double value : sigma) {
          ranks.relative += value > settings.relative() * largest ? 1 : 0;
          ranks.absolute += value > settings.absolute() ? 1 : 0;
        }
      }
    }
  }

  private List<String> chosen(Map<String, Tensor> features) {
    if (settings.features().isEmpty()) {
      List<String> named =
          features.keySet().stream().filter(name -> name.endsWith(PREACTIVATION)).toList();
      return named.isEmpty() ? List.copyOf(features.keySet()) : named;
    }
    for (String name : settings.features()) {
      if (!features.containsKey(name)) {
        throw new IllegalArgumentException(
            "local-rank is to measure the feature '"
                + name
                + "', and the network has "
                + features.keySet());
      }
    }
    return settings.features();
  }

  /**
   * The singular values of each example's Jacobian, descending.
   *
   * @param feature [n, ...], where example i depends on row i of x only
   * @param x the inputs, tracked, [n, ...]
   */
  private static List<double[]> singularValues(Tensor feature, Tensor x) {
    int n = x.dimension(0);
    if (!feature.isTracked()) {
      return List.of();
    }
    Tensor p = feature.reshape(n, -1);
    int units = p.dimension(1);
    // Row j of every example's Jacobian at once: the examples do not depend on each other.
    List<Tensor> rows = new ArrayList<>();
    for (int j = 0; j < units; j++) {
      Tensor sum = p.slice(1, j, j + 1).sum();
      rows.add(Gradients.of(sum, x).reshape(n, 1, -1));
    }
    Tensor jacobians = Tensor.concat(1, rows);
    List<double[]> all = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      Tensor jacobian = jacobians.slice(0, i, i + 1).reshape(units, -1);
      all.add(LinearAlgebra.singularValues(jacobian));
    }
    return List.copyOf(all);
  }
}
