package org.genlab.metrics.geometry;

import jakarta.inject.Inject;
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
import org.genlab.api.evaluation.Metric;
import org.genlab.api.evaluation.Recorder;
import org.genlab.api.evaluation.Snapshot;
import org.genlab.tensor.Scope;
import org.genlab.tensor.Tensor;

/**
 * Local complexity: how many units' hyperplanes pass close to a point, which estimates the density
 * of linear regions there. A unit counts when its pre-activation has not the same sign at all
 * vertices of a small cross-polytope around the point, {@code x + r v_i} and {@code x - r v_i} with
 * P random orthonormal directions v_i, fresh ones for each point and the same at each measurement.
 *
 * <p>Points are examples of the evaluated splits; {@code random}, uniform in the range of the first
 * split's inputs; and {@code boundary}, where the line from a training example against the gradient
 * of its margin meets another class. Series for each kind of points, called by the split or {@code
 * random} or {@code boundary}:
 *
 * <ul>
 *   <li>{@code where/local-complexity}: mean over the points of the number of units, summed over
 *       layers;
 *   <li>{@code where/local-complexity-share}: the same as a share of all units;
 *   <li>{@code where/local-complexity-feature} with {@code per-layer}, for each layer's feature;
 *   <li>{@code where/dead-units}: the share of units that are positive at no vertex of any of the
 *       points. Such units lower the complexity without any region having moved;
 *   <li>{@code boundary/probes}: how many boundary points were found.
 * </ul>
 *
 * <p>Costs {@code 2 directions} forward passes a point.
 */
@Plugin(
    kind = Kind.METRIC,
    id = "local-complexity",
    version = "1.0.0",
    summary =
        "Number of units whose hyperplanes pass close to data, random points and the boundary",
    source = "arXiv:2402.15555, section 2")
public final class LocalComplexity implements Metric {
  private static final int STEPS = 25;
  private static final int HALVINGS = 10;

  /**
   * The settings.
   *
   * @param directions P, at most the number of inputs
   * @param radius r, in the L2 norm of inputs
   * @param examples points of each evaluated split, the first ones
   * @param random random points
   * @param boundary training examples from which boundary points are searched, the first ones
   * @param reach how far the boundary is searched
   * @param features pre-activations that are looked at; none for all whose name ends in {@code
   *     .pre}
   * @param perLayer whether each layer is recorded, too
   */
  public record Settings(
      @Default("20") @Range(min = 1, max = 100000) @Doc("orthonormal directions around a point")
          int directions,
      @Default("0.05")
          @Range(min = 0, minExclusive = true)
          @Doc("distance of the vertices, L2 norm")
          double radius,
      @Default("200") @Range(min = 1) @Doc("examples of each split, the first ones") int examples,
      @Default("200") @Range(min = 0) @Doc("random points; 0 for none") int random,
      @Default("200")
          @Range(min = 0)
          @Doc("training examples from which boundary points are searched; 0 for none")
          int boundary,
      @Default("5") @Range(min = 0, minExclusive = true) @Doc("how far the boundary is searched")
          double reach,
      @Default("[]") @Doc("features that are pre-activations; [] for all that end in '.pre'")
          List<String> features,
      @Default("false") @Doc("whether each layer is recorded, too") boolean perLayer) {
    public Settings {
      features = List.copyOf(features);
    }
  }

  private final Settings settings;
  private final Randomness randomness;

  @Inject
  public LocalComplexity(Settings settings, Dataset dataset, Randomness randomness) {
    this.settings = settings;
    this.randomness = randomness;
    if (!(dataset.spec().input() instanceof InputSpec.Values values)) {
      throw new IllegalArgumentException(
          "local-complexity needs real inputs, and the dataset has " + dataset.spec().input());
    }
    if (settings.directions() > values.size()) {
      throw new SettingException(
          "directions",
          "must be at most the number of inputs, "
              + values.size()
              + ", since so many directions are orthogonal");
    }
    if (settings.boundary() > 0) {
      Probes.checkClassifiesReals("local-complexity with boundary points", dataset);
    }
  }

  @Override
  public void measure(Snapshot snapshot, Recorder recorder) {
    for (Split split : snapshot.splits()) {
      int n = Math.min(settings.examples(), split.size());
      record(snapshot, split.range(0, n).input(), split.name(), recorder);
    }
    Split train = snapshot.splits().get(0);
    if (settings.random() > 0) {
      Tensor points =
          Probes.uniform(snapshot, train, settings.random(), randomness.stream("points"));
      record(snapshot, points, "random", recorder);
    }
    if (settings.boundary() > 0) {
      try (Scope scope = Scope.open()) {
        Batch batch = train.range(0, Math.min(settings.boundary(), train.size()));
        BoundarySearch.Found found =
            new BoundarySearch(settings.reach(), STEPS, HALVINGS).from(snapshot.model(), batch);
        int[] met = found.met();
        recorder.number("boundary/probes", met.length);
        record(snapshot, found.points().selectRows(met), "boundary", recorder);
      }
    }
  }

  private void record(Snapshot snapshot, Tensor points, String where, Recorder recorder) {
    if (points.dimension(0) == 0) {
      recorder.number(where + "/local-complexity", Double.NaN);
      recorder.number(where + "/local-complexity-share", Double.NaN);
      return;
    }
    CrossPolytopes.Cut cut =
        new CrossPolytopes(settings.directions(), settings.radius(), settings.features())
            .cut(snapshot.model(), points, randomness, where);
    recorder.number(where + "/local-complexity", cut.crossed());
    recorder.number(where + "/local-complexity-share", cut.crossed() / cut.size());
    recorder.number(where + "/dead-units", (double) cut.deadUnits() / cut.size());
    if (settings.perLayer()) {
      cut.crossings()
          .forEach(
              (name, crossed) -> recorder.number(where + "/local-complexity-" + name, crossed));
    }
  }
}
