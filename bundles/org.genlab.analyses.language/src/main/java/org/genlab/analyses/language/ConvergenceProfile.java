package org.genlab.analyses.language;

import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.genlab.api.Default;
import org.genlab.api.Doc;
import org.genlab.api.Kind;
import org.genlab.api.Plugin;
import org.genlab.api.Range;
import org.genlab.api.evaluation.Analysis;
import org.genlab.api.evaluation.Recorder;
import org.genlab.api.evaluation.RunRecord;
import org.genlab.api.evaluation.Series;
import org.genlab.api.model.ParameterLayout.Entry;

/**
 * How early the layers of networks of different size take their final form, and whether layers of
 * low effective rank do so later (arXiv 2410.11451).
 *
 * <p>Reads what the metrics {@code linear-cka} and {@code proportional-effective-rank} recorded:
 * for each layer l, the curve c_l(t) = CKA(X_l(t), X_l(T)) to the last evaluation T, and the
 * effective rank of its weights, and of their gradients where they were measured. The weights of a
 * feature such as {@code block.0.mlp} are the parameter that is called like it with one of the
 * endings.
 *
 * <p>Findings, of which arrays have one number for each run of an arm, seeds ascending:
 *
 * <ul>
 *   <li>{@code early/arm}: the mean over layers of c_l at a share of training (the last evaluation
 *       that is not after it);
 *   <li>{@code settled/arm}: the share of layers with c_l at least at the threshold then;
 *   <li>{@code backward/arm}: the mean over layers of the sum over evaluations after that of max(0,
 *       c_l(t) - c_l(t+1));
 *   <li>{@code curve/arm}: the mean over layers and runs of c_l at each evaluation;
 *   <li>{@code rank/arm}, {@code similarity/arm}: for each layer of each run, the mean over all
 *       evaluations but the last of the effective rank and of c_l;
 *   <li>{@code spearman}, {@code pearson}: the correlation of these two, pooled over layers, arms
 *       and runs; {@code spearman/seed} within each seed; {@code spearman/kind} within the layers
 *       of each kind, the last part of a feature's name such as {@code attention} or {@code mlp},
 *       as these differ in both whatever the size; {@code spearman-gradient}, with the ranks of
 *       gradients.
 * </ul>
 */
@Plugin(
    kind = Kind.ANALYSIS,
    id = "convergence-profile",
    version = "1.1.0",
    summary = "How early layers take their final form, and how that goes with their effective rank",
    source = "arXiv:2410.11451")
public final class ConvergenceProfile implements Analysis {
  private static final String CKA = "linear-cka/";
  private static final String RANK = "proportional-effective-rank/";
  private static final String GRADIENT = RANK + "gradient/";

  /**
   * The settings.
   *
   * @param share of training after which convergence is judged
   * @param threshold of the similarity from which on a layer counts as settled
   * @param weights endings of the names of a layer's weights, after the name of its feature
   */
  public record Settings(
      @Default("0.2")
          @Range(min = 0, max = 1)
          @Doc("share of training after which convergence is judged")
          double share,
      @Default("0.9")
          @Range(min = 0, max = 1)
          @Doc("similarity to the end from which on a layer counts as settled")
          double threshold,
      @Default("[output.weight, out.weight]")
          @Doc("endings of the names of a layer's weights, after the name of its feature")
          List<String> weights) {
    public Settings {
      weights = List.copyOf(weights);
    }
  }

  /** A layer of a run: its curve, and its mean effective ranks; NaN where not measured. */
  private record Layer(
      long seed, String kind, double[] curve, double similarity, double rank, double gradient) {}

  private final Settings settings;

  @Inject
  public ConvergenceProfile(Settings settings) {
    this.settings = settings;
  }

  @Override
  public void analyse(List<RunRecord> runs, Recorder recorder) {
    if (runs.isEmpty()) {
      throw new IllegalArgumentException("convergence-profile needs runs, and there are none");
    }
    Map<String, List<RunRecord>> arms = new LinkedHashMap<>();
    for (RunRecord run : runs) {
      arms.computeIfAbsent(run.arm(), arm -> new ArrayList<>()).add(run);
    }
    List<Layer> pooled = new ArrayList<>();
    arms.forEach((arm, own) -> pooled.addAll(arm(arm, own, recorder)));
    correlations(pooled, recorder);
  }

  private List<Layer> arm(String arm, List<RunRecord> runs, Recorder recorder) {
    List<Double> early = new ArrayList<>();
    List<Double> settled = new ArrayList<>();
    List<Double> backward = new ArrayList<>();
    List<Layer> all = new ArrayList<>();
    for (RunRecord run : runs) {
      double[] steps = steps(run);
      int at = 0;
      while (at + 1 < steps.length && steps[at + 1] <= settings.share() * steps[steps.length - 1]) {
        at++;
      }
      List<Layer> layers = layers(run, steps);
      double sum = 0;
      double count = 0;
      double movement = 0;
      for (Layer layer : layers) {
        sum += layer.curve[at];
        count += layer.curve[at] >= settings.threshold() ? 1 : 0;
        for (int t = at; t + 1 < steps.length; t++) {
          movement += Math.max(0, layer.curve[t] - layer.curve[t + 1]);
        }
      }
      early.add(sum / layers.size());
      settled.add(count / layers.size());
      backward.add(movement / layers.size());
      all.addAll(layers);
    }
    recorder.array("early/" + arm, array(early));
    recorder.array("settled/" + arm, array(settled));
    recorder.array("backward/" + arm, array(backward));
    recorder.array("curve/" + arm, meanCurve(all));
    recorder.array("similarity/" + arm, all.stream().mapToDouble(Layer::similarity).toArray());
    if (all.stream().noneMatch(layer -> Double.isNaN(layer.rank))) {
      recorder.array("rank/" + arm, all.stream().mapToDouble(Layer::rank).toArray());
    }
    return all;
  }

  private static double[] meanCurve(List<Layer> layers) {
    int length = layers.stream().mapToInt(layer -> layer.curve.length).min().orElse(0);
    double[] mean = new double[length];
    for (Layer layer : layers) {
      for (int t = 0; t < length; t++) {
        mean[t] += layer.curve[t] / layers.size();
      }
    }
    return mean;
  }

  private static double[] steps(RunRecord run) {
    return run.array(CKA + "steps")
        .filter(steps -> steps.length >= 2)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "convergence-profile needs at least two evaluations of the metric"
                        + " 'linear-cka', which arm '"
                        + run.arm()
                        + "' does not have"));
  }

  /** All layers of a run, in the order of its parameters. */
  private List<Layer> layers(RunRecord run, double[] steps) {
    List<Layer> layers = new ArrayList<>();
    for (Entry entry : run.parameters().layout().entries()) {
      for (String ending : settings.weights()) {
        String suffix = "." + ending;
        if (entry.name().endsWith(suffix)) {
          String feature = entry.name().substring(0, entry.name().length() - suffix.length());
          Optional<double[]> curve = run.array(CKA + feature);
          String kind = feature.substring(feature.lastIndexOf('.') + 1);
          curve.ifPresent(c -> layers.add(layer(run, steps, kind, entry.name(), c)));
        }
      }
    }
    if (layers.isEmpty()) {
      throw new IllegalArgumentException(
          "convergence-profile finds no feature of 'linear-cka' in arm '"
              + run.arm()
              + "' whose weights end with one of "
              + settings.weights());
    }
    return layers;
  }

  private static Layer layer(
      RunRecord run, double[] steps, String kind, String weights, double[] curve) {
    double mean = Arrays.stream(curve, 0, curve.length - 1).average().orElseThrow();
    return new Layer(
        run.seed(),
        kind,
        curve,
        mean,
        meanBefore(run.history().series(RANK + weights), steps),
        meanBefore(run.history().series(GRADIENT + weights), steps));
  }

  /** The mean over all evaluations but the last; NaN of no series. */
  private static double meanBefore(Optional<Series> series, double[] steps) {
    if (series.isEmpty()) {
      return Double.NaN;
    }
    double sum = 0;
    for (int i = 0; i < steps.length - 1; i++) {
      sum += series.get().at((long) steps[i]).orElse(Double.NaN);
    }
    return sum / (steps.length - 1);
  }

  private static void correlations(List<Layer> layers, Recorder recorder) {
    pooled(layers, recorder);
    Set<Long> seeds = new TreeSet<>();
    layers.forEach(layer -> seeds.add(layer.seed));
    for (long seed : seeds) {
      within(Long.toString(seed), layers.stream().filter(l -> l.seed == seed).toList(), recorder);
    }
    Set<String> kinds = new TreeSet<>();
    layers.forEach(layer -> kinds.add(layer.kind));
    for (String kind : kinds) {
      within(kind, layers.stream().filter(l -> l.kind.equals(kind)).toList(), recorder);
    }
  }

  private static void within(String name, List<Layer> layers, Recorder recorder) {
    double spearman = Correlations.spearman(ranks(layers), similarities(layers));
    if (!Double.isNaN(spearman)) {
      recorder.number("spearman/" + name, spearman);
    }
  }

  private static void pooled(List<Layer> layers, Recorder recorder) {
    double[] similarities = similarities(layers);
    Map<String, Double> found = new LinkedHashMap<>();
    found.put("spearman", Correlations.spearman(ranks(layers), similarities));
    found.put("pearson", Correlations.pearson(ranks(layers), similarities));
    double[] gradients = layers.stream().mapToDouble(Layer::gradient).toArray();
    found.put("spearman-gradient", Correlations.spearman(gradients, similarities));
    found.forEach(
        (name, value) -> {
          if (!Double.isNaN(value)) {
            recorder.number(name, value);
          }
        });
  }

  private static double[] ranks(List<Layer> layers) {
    return layers.stream().mapToDouble(Layer::rank).toArray();
  }

  private static double[] similarities(List<Layer> layers) {
    return layers.stream().mapToDouble(Layer::similarity).toArray();
  }

  private static double[] array(List<Double> values) {
    return values.stream().mapToDouble(Double::doubleValue).toArray();
  }
}
