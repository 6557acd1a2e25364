package org.genlab.datasets.wrappers;

import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.genlab.api.Default;
import org.genlab.api.Doc;
import org.genlab.api.Kind;
import org.genlab.api.Plugin;
import org.genlab.api.Randomness;
import org.genlab.api.Range;
import org.genlab.api.SettingException;
import org.genlab.api.Wrapped;
import org.genlab.api.data.DataSpec;
import org.genlab.api.data.Dataset;
import org.genlab.api.data.InputSpec;
import org.genlab.api.data.Split;

/**
 * A clone of a dataset: other inputs for the same labels, drawn from a distribution that shares
 * some moments with the data of each class (Refinetti, Ingrosso and Goldt, "Neural networks trained
 * with SGD learn distributions of increasing complexity", arXiv 2211.11567, section 2). With mean
 * mu_k and covariance S_k of the training inputs x of class k, x in R^D:
 *
 * <ul>
 *   <li>{@code isotropic}: x|k ~ N(mu_k, s^2 I), with s^2 = sum_k n_k tr S_k / (n D), so that the
 *       total variance within classes is that of the data: class means, and nothing else;
 *   <li>{@code gaussian}: x|k ~ N(mu_k, S_k): means and covariances. S_k is shrunk towards a
 *       multiple of the identity as much as the number of examples demands (Ledoit and Wolf 2004),
 *       hardly where they outnumber the dimensions;
 *   <li>{@code mixture}: as {@code gaussian}, but the projection on the leading principal
 *       components of all training inputs follows a mixture of normal distributions that is fitted
 *       to the class; given the projection, the rest is as under {@code gaussian}. Means and
 *       covariances are those of the data, and part of the higher moments;
 *   <li>{@code none}: the data.
 * </ul>
 *
 * <p>The clone takes the place of the training split only, with the same labels, the same number of
 * examples and the same annotations; values are not clipped. All other splits are the data. For the
 * opposite protocol, training on the data, {@code test-clones} adds clones of the test split, under
 * names such as {@code test-gaussian}, from the moments of the training split. Example i of each
 * clone is drawn from the same random numbers.
 */
@Plugin(
    kind = Kind.DATASET,
    id = "moment-clone",
    version = "1.0.0",
    summary =
        "Training inputs drawn anew, with the moments of each class of the data up to an order",
    source = "arXiv:2211.11567, section 2")
public final class MomentClone implements Dataset {
  private static final String ID = "moment-clone";

  /** What a clone keeps of the data. */
  public enum Clone {
    /** All: it is the data. */
    NONE,
    /** Class means. */
    ISOTROPIC,
    /** Class means and covariances. */
    GAUSSIAN,
    /** These, and clusters within a class. */
    MIXTURE
  }

  /**
   * The settings.
   *
   * @param distribution what takes the place of the training inputs
   * @param components of a class's mixture, at most one for each 2 {@code dimensions} examples
   * @param dimensions leading principal components in which the mixture is fitted, at most all
   * @param iterations of expectation maximisation
   * @param testSplit the split that {@code testClones} are clones of
   * @param testClones clones of it that are added as splits
   */
  public record Settings(
      @Default("gaussian")
          @Doc(
              "isotropic: keeps class means; gaussian: and covariances; mixture: and clusters;"
                  + " none: the data themselves")
          Clone distribution,
      @Default("10")
          @Range(min = 1, max = 1000)
          @Doc("most components of a class's mixture; each needs 2 'dimensions' examples")
          int components,
      @Default("40")
          @Range(min = 1, max = 4096)
          @Doc("leading principal components in which the mixture is fitted")
          int dimensions,
      @Default("10")
          @Range(min = 0, max = 1000)
          @Doc("iterations of expectation maximisation that fit the mixture")
          int iterations,
      @Default("test") @Doc("the split that 'test-clones' are clones of") String testSplit,
      @Default("[]") @Doc("clones of the test split to add, such as [isotropic, gaussian]")
          List<Clone> testClones) {
    public Settings {
      testClones = List.copyOf(testClones);
      if (testClones.contains(Clone.NONE)) {
        throw new SettingException("testClones", "cannot have 'none': that split is there");
      }
    }
  }

  private final DataSpec spec;
  private final List<Split> splits;

  @Inject
  public MomentClone(Settings settings, @Wrapped("base") Dataset base, Randomness randomness) {
    spec = base.spec();
    int classes = Examples.classes(ID, spec);
    Examples.dimensions(ID, spec);
    Split train = Examples.finite(ID, base.splits().get(0));
    Map<Clone, Moments> moments = new EnumMap<>(Clone.class);

    List<Split> all = new ArrayList<>(base.splits());
    if (settings.distribution() != Clone.NONE) {
      Moments fitted = fit(moments, settings.distribution(), settings, train, classes, randomness);
      all.set(0, cloned(train, train.name(), fitted, randomness));
    }
    for (Clone clone : settings.testClones()) {
      Split test = Examples.finite(ID, test(settings, base));
      Moments fitted = fit(moments, clone, settings, train, classes, randomness);
      String name = test.name() + "-" + clone.name().toLowerCase(Locale.ROOT);
      all.add(cloned(test, name, fitted, randomness));
    }
    splits = List.copyOf(all);
  }

  private static Split test(Settings settings, Dataset base) {
    try {
      return base.split(settings.testSplit());
    } catch (IllegalArgumentException e) {
      throw new SettingException("testSplit", "is none of the dataset's: " + e.getMessage());
    }
  }

  private static Moments fit(
      Map<Clone, Moments> known,
      Clone clone,
      Settings settings,
      Split train,
      int classes,
      Randomness randomness) {
    return known.computeIfAbsent(
        clone,
        c -> {
          double[][] inputs = Examples.vectors(train);
          int[][] byClass = Examples.byClass(Examples.labels(train), classes);
          return switch (c) {
            case ISOTROPIC -> Moments.isotropic(inputs, byClass);
            case MIXTURE ->
                Moments.mixture(
                    inputs,
                    byClass,
                    settings.dimensions(),
                    settings.components(),
                    settings.iterations(),
                    randomness);
            default -> Moments.gaussian(inputs, byClass);
          };
        });
  }

  private Split cloned(Split of, String name, Moments moments, Randomness randomness) {
    int[] labels = Examples.labels(of);
    float[][] inputs = new float[labels.length][];
    for (int i = 0; i < labels.length; i++) {
      double[] x = moments.draw(labels[i], randomness.stream("clone/" + of.name(), i));
      inputs[i] = new float[x.length];
      for (int d = 0; d < x.length; d++) {
        inputs[i][d] = (float) x[d];
      }
    }
    return new Redrawn(of, name, ((InputSpec.Values) spec.input()).shape(), inputs);
  }

  @Override
  public DataSpec spec() {
    return spec;
  }

  @Override
  public List<Split> splits() {
    return splits;
  }
}
