package org.genlab.runtime.plugins;

import jakarta.inject.Inject;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.genlab.api.Default;
import org.genlab.api.Doc;
import org.genlab.api.Kind;
import org.genlab.api.Plugin;
import org.genlab.api.Randomness;
import org.genlab.api.Range;
import org.genlab.api.RunInfo;
import org.genlab.api.SettingException;
import org.genlab.api.Slots;
import org.genlab.api.Wrapped;
import org.genlab.api.data.DataSpec;
import org.genlab.api.data.Dataset;
import org.genlab.api.data.InputSpec;
import org.genlab.api.data.Split;
import org.genlab.api.data.TargetSpec;
import org.genlab.api.evaluation.Analysis;
import org.genlab.api.evaluation.Metric;
import org.genlab.api.evaluation.Recorder;
import org.genlab.api.evaluation.RunRecord;
import org.genlab.api.evaluation.Snapshot;
import org.genlab.api.model.Architecture;
import org.genlab.api.model.Network;
import org.genlab.api.model.Parameters;
import org.genlab.api.training.LossFunction;
import org.genlab.api.training.Optimizer;
import org.genlab.api.training.Procedure;
import org.genlab.api.training.Regularizer;
import org.genlab.api.training.Schedule;
import org.genlab.api.training.State;
import org.genlab.api.training.Training;
import org.genlab.tensor.Tensor;
import org.genlab.tensor.random.RandomStream;

/** Plugins that do nothing but remember what they were given. */
// Each plugin has settings of its own, and some ask for services only to be given them.
@SuppressWarnings({"SameNameButDifferent", "UnusedVariable"})
public final class TestPlugins {
  private TestPlugins() {}

  public static ClassCatalog catalog() {
    return ClassCatalog.of(
        Arithmetic.class,
        Noisy.class,
        Perceptron.class,
        AdamW.class,
        Sam1.class,
        Sam12.class,
        Sam2.class,
        CrossEntropy.class,
        Dropout.class,
        Loss.class,
        Accuracy.class,
        Erm.class,
        Ranking.class);
  }

  /** Host services that name the path they were asked for. */
  public static final class Host implements HostServices {
    @Override
    public Randomness randomness(String path) {
      return (name, counters) -> RandomStream.of(7, path + "/" + name, counters);
    }

    @Override
    public Slots slots(String path) {
      return new NamedSlots(path);
    }

    @Override
    public RunInfo runInfo() {
      return new RunInfo() {
        @Override
        public String name() {
          return "test";
        }

        @Override
        public long seed() {
          return 7;
        }

        @Override
        public void log(String line) {}
      };
    }
  }

  public record NamedSlots(String path) implements Slots {
    @Override
    public Optional<Tensor> array(String name) {
      return Optional.empty();
    }

    @Override
    public void put(String name, Tensor value) {}

    @Override
    public OptionalDouble number(String name) {
      return OptionalDouble.empty();
    }

    @Override
    public void put(String name, double value) {}

    @Override
    public void remove(String name) {}
  }

  public enum Operation {
    ADD("x+y"),
    DIVIDE("x/y"),
    RANDOM_TABLE("random_table");

    private final String spelling;

    Operation(String spelling) {
      this.spelling = spelling;
    }

    @Override
    public String toString() {
      return spelling;
    }
  }

  abstract static class AbstractDataset implements Dataset {
    @Override
    public DataSpec spec() {
      return new DataSpec(new InputSpec.Tokens(9, 4), new TargetSpec.Classes(9));
    }

    @Override
    public List<Split> splits() {
      return List.of();
    }
  }

  @Plugin(
      kind = Kind.DATASET,
      id = "modular-arithmetic",
      version = "1.0.0",
      summary = "Tables of operations modulo p.")
  public static final class Arithmetic extends AbstractDataset {
    public final Settings settings;

    public record Settings(
        @Default("x/y") @Doc("the operation") Operation operation,
        @Range(min = 2, max = 997) @Doc("the modulus p") int modulus,
        @Default("0.5")
            @Range(min = 0, max = 1, minExclusive = true, maxExclusive = true)
            @Doc("share of the table that is trained on")
            double trainFraction) {
      public Settings {
        if (operation == Operation.DIVIDE && modulus % 2 == 0) {
          throw new SettingException("modulus", "must be prime for division, not " + modulus);
        }
      }
    }

    @Inject
    Arithmetic(Settings settings) {
      this.settings = settings;
    }
  }

  @Plugin(kind = Kind.DATASET, id = "noisy", version = "1.0.0", summary = "Wrong labels.")
  public static final class Noisy extends AbstractDataset {
    public final Dataset base;

    public record Settings(@Default("0.1") @Range(min = 0, max = 1) double share) {}

    @Inject
    Noisy(Settings settings, @Wrapped("base") Dataset base, Randomness randomness) {
      this.base = base;
    }
  }

  @Plugin(kind = Kind.ARCHITECTURE, id = "mlp", version = "1.0.0", summary = "A perceptron.")
  public static final class Perceptron implements Architecture {
    public final Settings settings;

    public record Settings(
        @Default("128") @Range(min = 1) int width,
        @Default("4") @Range(min = 1) int heads,
        @Default("[64, 64]") @Range(min = 1) List<Integer> hidden) {}

    @Inject
    Perceptron(Settings settings) {
      if (settings.width() % settings.heads() != 0) {
        throw new SettingException(
            "width", "must be divisible by 'heads' (" + settings.heads() + ")");
      }
      this.settings = settings;
    }

    @Override
    public Network build(DataSpec spec) {
      throw new IllegalArgumentException("this architecture is for wiring only");
    }
  }

  abstract static class AbstractOptimizer implements Optimizer {
    @Override
    public State initial(Parameters parameters) {
      return State.empty();
    }

    @Override
    public Step step(Parameters parameters, LossFunction loss, State state, Context context) {
      return new Step(parameters, state, 0);
    }
  }

  @Plugin(kind = Kind.OPTIMIZER, id = "adamw", version = "1.0.0", summary = "Adam.")
  public static final class AdamW extends AbstractOptimizer {
    public final Settings settings;
    public final Randomness randomness;
    public final Slots slots;
    public final Dataset dataset;

    public record Settings(
        @Default("1e-3") @Range(min = 0, minExclusive = true) @Doc("step size eta")
            double learningRate,
        @Default("[0.9, 0.98]") @Range(min = 0, max = 1, maxExclusive = true) List<Double> betas,
        @Default("0") @Range(min = 0) double weightDecay,
        @Default("{}") Schedule schedule,
        Optional<Double> clip,
        @Default("{}") Map<String, Double> groups,
        @Default("false") boolean amsgrad) {}

    @Inject
    AdamW(Settings settings, Randomness randomness, Slots slots, Dataset dataset) {
      this.settings = settings;
      this.randomness = randomness;
      this.slots = slots;
      this.dataset = dataset;
    }
  }

  abstract static class Sam extends AbstractOptimizer {
    public final SamSettings settings;
    public final Optimizer base;
    public final Slots slots;

    Sam(SamSettings settings, Optimizer base, Slots slots) {
      this.settings = settings;
      this.base = base;
      this.slots = slots;
    }
  }

  public record SamSettings(
      @Default("0.05") @Range(min = 0) @Doc("radius rho of the neighbourhood") double rho) {}

  @Plugin(kind = Kind.OPTIMIZER, id = "sam", version = "1.0.3", summary = "Sharpness.")
  public static final class Sam1 extends Sam {
    @Inject
    Sam1(
        SamSettings settings,
        @Wrapped(value = "base", byDefault = "adamw") Optimizer base,
        Slots s) {
      super(settings, base, s);
    }
  }

  @Plugin(kind = Kind.OPTIMIZER, id = "sam", version = "1.2.1", summary = "Sharpness.")
  public static final class Sam12 extends Sam {
    @Inject
    Sam12(SamSettings settings, @Wrapped("base") Optimizer base, Slots s) {
      super(settings, base, s);
    }
  }

  @Plugin(
      kind = Kind.OPTIMIZER,
      id = "sam",
      version = "2.0.0",
      summary = "Sharpness-aware minimisation.",
      source = "Foret et al. 2021, eq. 2")
  public static final class Sam2 extends Sam {
    @Inject
    Sam2(SamSettings settings, @Wrapped("base") Optimizer base, Slots s) {
      super(settings, base, s);
    }
  }

  @Plugin(kind = Kind.REGULARIZER, id = "cross-entropy", version = "1.0.0", summary = "Loss.")
  public static final class CrossEntropy implements Regularizer {
    @Inject
    CrossEntropy() {}
  }

  @Plugin(kind = Kind.REGULARIZER, id = "dropout", version = "1.0.0", summary = "Dropout.")
  public static final class Dropout implements Regularizer {
    public final Settings settings;

    public record Settings(
        @Default("0.1") @Range(min = 0, max = 1, maxExclusive = true) double probability) {}

    @Inject
    Dropout(Settings settings) {
      this.settings = settings;
    }
  }

  abstract static class AbstractMetric implements Metric {
    @Override
    public void measure(Snapshot snapshot, Recorder recorder) {}
  }

  @Plugin(kind = Kind.METRIC, id = "loss", version = "1.0.0", summary = "The loss.")
  public static final class Loss extends AbstractMetric {
    @Inject
    Loss() {}
  }

  @Plugin(kind = Kind.METRIC, id = "accuracy", version = "1.0.0", summary = "Share right.")
  public static final class Accuracy extends AbstractMetric {
    public final RunInfo info;

    @Inject
    Accuracy(RunInfo info) {
      this.info = info;
    }
  }

  @Plugin(kind = Kind.PROCEDURE, id = "erm", version = "1.0.0", summary = "Minimises the loss.")
  public static final class Erm implements Procedure {
    public final Settings settings;

    public record Settings(
        @Range(min = 1) @Doc("steps made") long steps,
        @Default("512") @Range(min = 1) int batchSize) {}

    @Inject
    Erm(Settings settings) {
      this.settings = settings;
    }

    @Override
    public void step(Training training) {}

    @Override
    public boolean finished(Training training) {
      return true;
    }

    @Override
    public long totalSteps() {
      return settings.steps();
    }
  }

  @Plugin(kind = Kind.ANALYSIS, id = "ranking", version = "1.0.0", summary = "Ranks systems.")
  public static final class Ranking implements Analysis {
    public final Settings settings;

    public record Settings(@Default("accuracy") String by) {}

    @Inject
    Ranking(Settings settings, Randomness randomness) {
      this.settings = settings;
    }

    @Override
    public void analyse(List<RunRecord> runs, Recorder recorder) {}
  }
}
