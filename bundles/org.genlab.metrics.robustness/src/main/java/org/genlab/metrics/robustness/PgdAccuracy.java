package org.genlab.metrics.robustness;

import jakarta.inject.Inject;
import java.math.BigDecimal;
import java.util.List;
import org.genlab.api.Default;
import org.genlab.api.Doc;
import org.genlab.api.Kind;
import org.genlab.api.Plugin;
import org.genlab.api.Randomness;
import org.genlab.api.Range;
import org.genlab.api.SettingException;
import org.genlab.api.data.Batch;
import org.genlab.api.data.Dataset;
import org.genlab.api.data.InputSpec;
import org.genlab.api.data.Split;
import org.genlab.api.data.TargetSpec;
import org.genlab.api.evaluation.Metric;
import org.genlab.api.evaluation.Recorder;
import org.genlab.api.evaluation.Snapshot;

/**
 * Accuracy under attack by projected gradient descent in the L-infinity ball: the series {@code
 * split/pgd-accuracy-eps} for each radius eps, e.g. {@code validation/pgd-accuracy-0.03}. An
 * example counts when its class is predicted at the example itself and at every point that the
 * attack visits.
 *
 * <p>A network can look robust because its gradients lead nowhere ("gradient masking"). With {@code
 * check}, the accuracy at one more, large radius is recorded as {@code split/pgd-accuracy-check}:
 * an attack that works brings it to 0.
 *
 * <p>Costs {@code (steps + 2) examples} forward and {@code steps examples} backward passes for each
 * radius and split.
 */
@Plugin(
    kind = Kind.METRIC,
    id = "pgd-accuracy",
    version = "1.0.0",
    summary = "Accuracy under attack by projected gradient descent in L-infinity balls",
    source = "Madry et al.: Towards deep learning models resistant to adversarial attacks, 2018")
public final class PgdAccuracy implements Metric {
  /** Examples that are attacked at a time. */
  private static final int CHUNK = 250;

  /**
   * The settings.
   *
   * @param eps radii of the balls, in units of the inputs
   * @param steps of the attack
   * @param stepSize of a step, as a share of eps; 0 for 2.5 / steps, as Madry et al. take it
   * @param randomStart whether the attack starts at a random point of the ball, the same at each
   *     measurement
   * @param loss what the attack makes large
   * @param range the smallest and the largest input there is; none for those of the data measured
   * @param check a radius at which accuracy must be 0 if the attack works; 0 for none
   * @param examples how many examples of each split are attacked, the first ones
   * @param splits the evaluated splits that are attacked; none for all
   */
  public record Settings(
      @Default("[0.03, 0.06, 0.1]") @Range(min = 0) @Doc("radii, in units of the inputs")
          List<Double> eps,
      @Default("10") @Range(min = 1, max = 100000) @Doc("steps of the attack") int steps,
      @Default("0") @Range(min = 0) @Doc("size of a step as a share of eps; 0 for 2.5 / steps")
          double stepSize,
      @Default("true") @Doc("whether the attack starts at a random point of the ball")
          boolean randomStart,
      @Default("cross-entropy") @Doc("what the attack makes large: cross-entropy or margin")
          AttackLoss loss,
      @Default("[]") @Doc("smallest and largest input; [] for those of the data measured")
          List<Double> range,
      @Default("0") @Range(min = 0) @Doc("a radius at which accuracy must be 0; 0 for none")
          double check,
      @Default("300") @Range(min = 1) @Doc("examples of each split that are attacked") int examples,
      @Default("[]") @Doc("evaluated splits that are attacked; [] for all") List<String> splits) {
    public Settings {
      eps = List.copyOf(eps);
      range = List.copyOf(range);
      splits = List.copyOf(splits);
      if (eps.isEmpty() || eps.stream().distinct().count() < eps.size()) {
        throw new SettingException(
            "eps", "must have one radius or several different ones, not " + eps);
      }
      if (!range.isEmpty() && (range.size() != 2 || range.get(0) >= range.get(1))) {
        throw new SettingException(
            "range", "must be the smallest and the largest input, or empty, not " + range);
      }
    }
  }

  private final Settings settings;
  private final Randomness randomness;

  @Inject
  public PgdAccuracy(Settings settings, Dataset dataset, Randomness randomness) {
    this.settings = settings;
    this.randomness = randomness;
    if (!(dataset.spec().input() instanceof InputSpec.Values)
        || !(dataset.spec().target() instanceof TargetSpec.Classes)) {
      throw new IllegalArgumentException(
          "pgd-accuracy needs real inputs and one class an example, and the dataset has "
              + dataset.spec());
    }
    settings.splits().forEach(dataset::split);
  }

  @Override
  public void measure(Snapshot snapshot, Recorder recorder) {
    ProjectedGradientDescent attack = attack(snapshot);
    for (Split split : snapshot.splits()) {
      if (settings.splits().isEmpty() || settings.splits().contains(split.name())) {
        String series = split.name() + "/pgd-accuracy-";
        for (double eps : settings.eps()) {
          String radius = BigDecimal.valueOf(eps).stripTrailingZeros().toPlainString();
          recorder.number(series + radius, accuracy(snapshot, split, attack, eps));
        }
        if (settings.check() > 0) {
          recorder.number(series + "check", accuracy(snapshot, split, attack, settings.check()));
        }
      }
    }
  }

  private double accuracy(
      Snapshot snapshot, Split split, ProjectedGradientDescent attack, double eps) {
    int n = Math.min(settings.examples(), split.size());
    int right = 0;
    for (int from = 0; from < n; from += CHUNK) {
      Batch batch = split.range(from, Math.min(n, from + CHUNK));
      for (boolean withstood :
          attack.withstood(
              snapshot.model(), batch, eps, randomness.stream("start/" + split.name(), from))) {
        right += withstood ? 1 : 0;
      }
    }
    return (double) right / n;
  }

  private ProjectedGradientDescent attack(Snapshot snapshot) {
    double low = Double.POSITIVE_INFINITY;
    double high = Double.NEGATIVE_INFINITY;
    if (settings.range().isEmpty()) {
      for (Split split : snapshot.splits()) {
        for (float x : snapshot.predictions(split).examples().input().toArray()) {
          low = Math.min(low, x);
          high = Math.max(high, x);
        }
      }
    } else {
      low = settings.range().get(0);
      high = settings.range().get(1);
    }
    double stepSize = settings.stepSize() > 0 ? settings.stepSize() : 2.5 / settings.steps();
    return new ProjectedGradientDescent(
        settings.loss(), settings.steps(), stepSize, settings.randomStart(), low, high);
  }
}
