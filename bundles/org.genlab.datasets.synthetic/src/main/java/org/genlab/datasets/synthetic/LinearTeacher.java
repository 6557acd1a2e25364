package org.genlab.datasets.synthetic;

import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.genlab.api.Default;
import org.genlab.api.Doc;
import org.genlab.api.Kind;
import org.genlab.api.Plugin;
import org.genlab.api.Randomness;
import org.genlab.api.Range;
import org.genlab.api.SettingException;
import org.genlab.api.data.Annotation;
import org.genlab.api.data.Batch;
import org.genlab.api.data.DataSpec;
import org.genlab.api.data.Dataset;
import org.genlab.api.data.InputSpec;
import org.genlab.api.data.Split;
import org.genlab.api.data.TargetSpec;
import org.genlab.tensor.random.RandomStream;

/**
 * Gaussian inputs x ~ N(0, Sigma) in R^d with targets from a random teacher, y = f(x) + sigma e, e
 * ~ N(0, I).
 *
 * <p>The teacher looks at the first {@code relevant} coordinates of x (all, when that is 0):
 *
 * <ul>
 *   <li>{@code linear}: f(x) = T'x, each column of T with a uniformly random direction and length
 *       {@code norm};
 *   <li>{@code tanh}, {@code relu}, {@code sine}: f(x) = norm / sqrt(h) sum_j a_j phi(w_j'x), h
 *       {@code units}, a_j ~ N(0, 1) for each output, w_j with a uniformly random direction and
 *       length {@code gain}; {@code sine} is phi(u) = sqrt(2) sin(u + phase) with a random phase.
 * </ul>
 *
 * <p>With {@code targets: classes} the target is the class of the outputs: the sign for one output
 * (class 1 when it is positive, else 0), the largest of several.
 *
 * <p>Splits {@code train}, {@code validation} (when it has examples) and {@code test}. The i-th
 * example of a split does not depend on the split's size, so smaller training sets are contained in
 * larger ones. With {@code population-split}, also {@code population}: 2d points +-sqrt(d lambda_k)
 * v_k for the eigenvalues lambda_k and eigenvectors v_k of Sigma, with targets free of noise. Their
 * mean is 0 and their covariance is Sigma exactly, so that for a linear teacher the mean squared
 * error on them of any affine network is its mean squared error on the whole distribution, (S - T)'
 * Sigma (S - T), up to rounding: an exact test loss. They are not examples of the distribution;
 * nothing but second moments may be read off them.
 *
 * <p>Annotations: {@code index}; {@code signal}, f(x), [batch, outputs]; for classes {@code clean},
 * the class of f(x) without noise. The properties {@code noise} (sigma), {@code relevant} and, of a
 * linear teacher, {@code signal-variance}, the mean over the outputs of T'Sigma T.
 */
@Plugin(
    kind = Kind.DATASET,
    id = "linear-teacher",
    version = "1.0.0",
    summary = "Gaussian inputs with targets from a random linear or nonlinear teacher")
public final class LinearTeacher implements Dataset {
  /** The annotation of the teacher's outputs without noise, [batch, outputs]. */
  public static final String SIGNAL = "signal";

  /** The split whose second moments are those of the distribution. */
  public static final String POPULATION = "population";

  /** What the teacher computes. */
  public enum Form {
    LINEAR,
    TANH,
    RELU,
    SINE
  }

  /** What is to be predicted. */
  public enum Targets {
    /** The outputs. */
    REAL,
    /** Which output is largest, or the sign of the only one. */
    CLASSES
  }

  /**
   * The settings.
   *
   * @param dimensions d
   * @param outputs of the teacher
   * @param covariance the eigenvalues of Sigma
   * @param degreesOfFreedom nu of inputs with heavy tails, at least 3; 0 for Gaussian inputs
   * @param teacher the form of f
   * @param relevant how many of the coordinates the teacher looks at, the first ones; 0 for all
   * @param norm the length of a linear teacher's weights; the scale of another one's outputs
   * @param units of a teacher that is not linear
   * @param gain the length of the units' weights; for {@code sine}, its frequency
   * @param noise sigma, the standard deviation of what is added to the outputs
   * @param targets outputs or classes
   * @param trainExamples the size of the training split; 0 for one without end
   * @param validationExamples the size of the validation split; 0 for none
   * @param testExamples the size of the test split
   * @param populationSplit whether there is a split {@code population}
   */
  public record Settings(
      @Default("50") @Range(min = 1, max = 100000) @Doc("dimensions d of the inputs")
          int dimensions,
      @Default("1") @Range(min = 1, max = 10000) @Doc("outputs of the teacher") int outputs,
      @Default("{}") @Doc("the inputs' covariance") Spectrum covariance,
      @Default("0")
          @Range(min = 0, max = 10000)
          @Doc("of t-distributed inputs, at least 3; 0 for Gaussian inputs")
          int degreesOfFreedom,
      @Default("linear") @Doc("the teacher: linear, tanh, relu or sine") Form teacher,
      @Default("0")
          @Range(min = 0, max = 100000)
          @Doc("coordinates the teacher looks at, the first ones; 0 for all")
          int relevant,
      @Default("1") @Range(min = 0, max = 1e9) @Doc("length of the teacher's weights for an output")
          double norm,
      @Default("10") @Range(min = 1, max = 100000) @Doc("units of a teacher that is not linear")
          int units,
      @Default("1")
          @Range(min = 0, max = 1e9)
          @Doc("length of the units' weights; the frequency of a sine")
          double gain,
      @Default("0") @Range(min = 0, max = 1e9) @Doc("standard deviation of the noise of an output")
          double noise,
      @Default("real") @Doc("real: the outputs; classes: the sign of one, the largest of several")
          Targets targets,
      @Default("1000")
          @Range(min = 0, max = 10000000)
          @Doc("training examples; 0 for endlessly many")
          int trainExamples,
      @Default("0") @Range(min = 0, max = 10000000) @Doc("validation examples; 0 for no such split")
          int validationExamples,
      @Default("1000") @Range(min = 1, max = 10000000) @Doc("test examples") int testExamples,
      @Default("false")
          @Doc("whether there is a split of points with exactly the population's covariance")
          boolean populationSplit) {
    public Settings {
      if (relevant > dimensions) {
        throw new SettingException(
            "relevant", "must be at most the number of dimensions, " + dimensions);
      }
      if (degreesOfFreedom == 1 || degreesOfFreedom == 2) {
        throw new SettingException(
            "degreesOfFreedom",
            "must be at least 3, or there is no covariance; 0 is for Gaussians");
      }
      if (populationSplit && teacher != Form.LINEAR) {
        throw new SettingException(
            "populationSplit", "needs a linear teacher: of others the loss is not a second moment");
      }
      if (populationSplit && targets == Targets.CLASSES) {
        throw new SettingException(
            "populationSplit", "needs real targets: an error rate is not a second moment");
      }
    }
  }

  private final Settings settings;
  private final GaussianNoise inputs;
  private final Teacher teacher;
  private final Randomness randomness;
  private final DataSpec spec;
  private final List<Split> splits = new ArrayList<>();

  @Inject
  public LinearTeacher(Settings settings, Randomness randomness) {
    this.settings = settings;
    this.randomness = randomness;
    inputs =
        new GaussianNoise(settings.covariance(), settings.dimensions(), randomness.stream("basis"));
    teacher = new Teacher(settings, randomness.stream("teacher"));
    spec = spec(settings);
    Columns columns = columns(settings);
    splits.add(split(Dataset.TRAIN, columns, settings.trainExamples()));
    if (settings.validationExamples() > 0) {
      splits.add(split(Dataset.VALIDATION, columns, settings.validationExamples()));
    }
    splits.add(split(Dataset.TEST, columns, settings.testExamples()));
    if (settings.populationSplit()) {
      splits.add(
          RowSplit.of(POPULATION, columns, 2 * settings.dimensions(), this::populationPoint));
    }
  }

  private DataSpec spec(Settings of) {
    TargetSpec target =
        of.targets() == Targets.CLASSES
            ? new TargetSpec.Classes(Math.max(2, of.outputs()))
            : new TargetSpec.Values(List.of(of.outputs()));
    Map<String, Double> properties = new LinkedHashMap<>();
    properties.put("noise", of.noise());
    properties.put("relevant", (double) (of.relevant() == 0 ? of.dimensions() : of.relevant()));
    if (of.teacher() == Form.LINEAR) {
      properties.put("signal-variance", signalVariance());
    }
    return new DataSpec(new InputSpec.Values(List.of(of.dimensions())), target, properties);
  }

  private static Columns columns(Settings of) {
    Columns columns = new Columns().real(Batch.INPUT, of.dimensions());
    if (of.targets() == Targets.REAL) {
      return columns.real(Batch.TARGET, of.outputs()).real(SIGNAL, of.outputs());
    }
    return columns.real(SIGNAL, of.outputs()).integer(Batch.TARGET).integer(Annotation.CLEAN);
  }

  private Split split(String name, Columns columns, int examples) {
    return RowSplit.of(
        name,
        columns,
        examples,
        i -> {
          RandomStream random = randomness.stream(name, i);
          double[] x = inputs.draw(random);
          stretch(x, random);
          double[] signal = teacher.apply(x);
          double[] target = signal.clone();
          for (int o = 0; o < target.length; o++) {
            target[o] += settings.noise() * random.nextGaussian();
          }
          return row(x, signal, target);
        });
  }

  /** x sqrt((nu - 2) / chi^2_nu), which is t-distributed with the covariance that x had. */
  private void stretch(double[] x, RandomStream random) {
    int nu = settings.degreesOfFreedom();
    if (nu == 0) {
      return;
    }
    double chiSquared = 0;
    for (int i = 0; i < nu; i++) {
      double z = random.nextGaussian();
      chiSquared += z * z;
    }
    double factor = Math.sqrt((nu - 2) / chiSquared);
    for (int k = 0; k < x.length; k++) {
      x[k] *= factor;
    }
  }

  private Row row(double[] x, double[] signal, double[] target) {
    boolean real = settings.targets() == Targets.REAL;
    int d = x.length;
    int k = signal.length;
    float[] reals = new float[real ? d + 2 * k : d + k];
    copy(x, reals, 0);
    if (real) {
      copy(target, reals, d);
      copy(signal, reals, d + k);
      return new Row(reals);
    }
    copy(signal, reals, d);
    return new Row(reals, classOf(target), classOf(signal));
  }

  private static void copy(double[] from, float[] to, int at) {
    for (int i = 0; i < from.length; i++) {
      to[at + i] = (float) from[i];
    }
  }

  private static int classOf(double... outputs) {
    if (outputs.length == 1) {
      return outputs[0] > 0 ? 1 : 0;
    }
    int best = 0;
    for (int o = 1; o < outputs.length; o++) {
      best = outputs[o] > outputs[best] ? o : best;
    }
    return best;
  }

  private Row populationPoint(int i) {
    int k = i / 2;
    double length = Math.sqrt(settings.dimensions()) * inputs.deviation(k);
    double[] x = inputs.along(k, i % 2 == 0 ? length : -length);
    double[] signal = teacher.apply(x);
    return row(x, signal, signal);
  }

  /** The mean over the outputs of a linear teacher of T'Sigma T. */
  private double signalVariance() {
    double sum = 0;
    for (int k = 0; k < inputs.dimensions(); k++) {
      for (double output : teacher.apply(inputs.along(k, inputs.deviation(k)))) {
        sum += output * output;
      }
    }
    return sum / settings.outputs();
  }

  /** The teacher's outputs for an input, [outputs], without noise. */
  public double[] teach(double... x) {
    return teacher.apply(x);
  }

  @Override
  public DataSpec spec() {
    return spec;
  }

  @Override
  public List<Split> splits() {
    return List.copyOf(splits);
  }
}
