package org.genlab.procedures.pruning;

import jakarta.inject.Inject;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.genlab.api.Default;
import org.genlab.api.Doc;
import org.genlab.api.Kind;
import org.genlab.api.Plugin;
import org.genlab.api.Randomness;
import org.genlab.api.Range;
import org.genlab.api.SettingException;
import org.genlab.api.Slots;
import org.genlab.api.data.Dataset;
import org.genlab.api.data.Split;
import org.genlab.api.model.FittedNetwork;
import org.genlab.api.model.Model;
import org.genlab.api.model.ParameterLayout.Role;
import org.genlab.api.model.Parameters;
import org.genlab.api.training.LossFunction;
import org.genlab.api.training.Procedure;
import org.genlab.api.training.State;
import org.genlab.api.training.Training;
import org.genlab.tensor.Tensor;

/**
 * The cycle behind lottery tickets: train, score the weights, prune the least important ones,
 * rewind the others, retrain; once or in several rounds (Frankle and Carbin, "The lottery ticket
 * hypothesis", arXiv 1803.03635; with rewinding to an early step, Frankle et al., arXiv
 * 1912.05671).
 *
 * <p>The run has a first phase, {@code train}, on the dense network, and {@code rounds} phases
 * {@code retrain}. A phase ends after its steps, or when its {@code until} is met. Between two
 * phases a mask m over the prunable weights is made and held from then on:
 *
 * <pre>
 *   score s = scorer(m theta);   m keeps the share keep^(round / rounds) with the largest s
 *   theta = m theta_rewind;      then train theta -> loss(m theta)
 * </pre>
 *
 * <p>The mask is part of the parameters: the loss is a function of m theta, so that pruned weights
 * have no gradient, and after each step m is applied to the parameters and to every value that the
 * optimizer's state has for a parameter. Pruned weights are exactly 0 whatever an optimizer's
 * moments, decay or noise would do, and stay pruned in later rounds. The number of weights that
 * stay is exact and does not depend on the scorer.
 *
 * <p>Pruning at initialisation (SNIP, GraSP, SynFlow, random) is {@code train: {steps: 0}}. The
 * moment whose mask is taken is chosen by {@code train}: {@code until: {series: train/accuracy,
 * at-least: 0.99}} takes that of a network which has just memorised. {@code rewind: none} prunes
 * and fine-tunes: then the optimizer keeps its state, otherwise it begins anew with each phase.
 * {@code retrained: same-l1} and {@code same-l2} are controls, which retrain the dense network with
 * the norm that the pruned one would start from.
 *
 * <p>The minibatches of a phase are those of the first steps of the run, from the step that was
 * rewound to. The schedule of the learning rate runs on over all phases. Values that a network
 * keeps without training them (statistics of normalisation) begin anew when weights are rewound to
 * those at the beginning, and stay otherwise.
 *
 * <p>Series, at the first step of each phase: {@code pruning/phase} from 0, {@code pruning/start},
 * the number of steps made before it, {@code pruning/sparsity}, the share of the prunable weights
 * that the mask prunes (also in the controls, which do not apply it), {@code pruning/l1} and {@code
 * pruning/l2}, the norms of all parameters that the phase starts from. In claims, the steps that
 * the last phase takes to some level are {@code run.first(series, '>=', level, 3,
 * run.final('pruning/start') + 1) - run.final('pruning/start')}.
 */
@Plugin(
    kind = Kind.PROCEDURE,
    id = "iterative-pruning",
    version = "1.1.0",
    summary =
        "Trains, prunes, rewinds and retrains, in one round or several; prunes at initialisation",
    source = "arXiv:1803.03635")
public final class IterativePruning implements Procedure {
  private static final String PHASE = "phase";
  private static final String START = "start";
  private static final String MASK = "mask";
  private static final String REWIND = "rewind";

  /**
   * The settings.
   *
   * @param keep the share of the prunable weights that is left after the last round
   * @param rounds how often it is pruned and retrained
   * @param scorer how important a weight is
   * @param scope among which weights the best are chosen
   * @param roles of the parameters that can be pruned
   * @param iterations how often weights are scored and pruned on the way to one mask, with shares
   *     that fall exponentially; 0 for 100 with SynFlow, 1 otherwise
   * @param rewind the values that are retrained
   * @param rewindStep the step of the first phase that {@code rewind: step} goes back to
   * @param retrained the pruned network, or a dense control with its norm
   * @param train the first phase
   * @param retrain each later one
   * @param batchSize examples a minibatch
   */
  public record Settings(
      @Default("0.2")
          @Range(min = 0, max = 1, minExclusive = true)
          @Doc("share of the prunable weights that is left after the last round")
          double keep,
      @Default("1") @Range(min = 1, max = 1000) @Doc("how often it is pruned and retrained")
          int rounds,
      @Default("magnitude") @Doc("how weights are scored: magnitude, random, snip, grasp, synflow")
          Scorer scorer,
      @Default("global")
          @Doc("the best weights of all (global), or of each layer by itself (layer)")
          PruningScope scope,
      @Default("[weight, embedding]")
          @Doc("roles of the parameters that can be pruned: weight, bias, norm, embedding")
          List<Role> roles,
      @Default("0")
          @Range(min = 0, max = 10000)
          @Doc("scorings on the way to a mask; 0 for 100 with synflow, 1 otherwise")
          int iterations,
      @Default("initial")
          @Doc(
              "what is retrained from: initial, step (rewind-step), redrawn (new initial values),"
                  + " or none (fine-tuning)")
          Rewind rewind,
      @Default("0") @Range(min = 0) @Doc("step of the first phase that 'rewind: step' goes back to")
          long rewindStep,
      @Default("ticket")
          @Doc(
              "ticket: the pruned network; same-l1, same-l2: the dense one, scaled to the ticket's"
                  + " norm")
          Retrained retrained,
      @Default("{}") @Doc("the first phase, of the dense network; 0 steps prune at initialisation")
          First train,
      @Default("{}") @Doc("each later phase") Later retrain,
      @Default("512") @Range(min = 0, max = 1e9) @Doc("examples a minibatch; 0 for all")
          int batchSize) {
    public Settings {
      roles = List.copyOf(roles);
      if (roles.isEmpty()) {
        throw new SettingException("roles", "must name at least one role");
      }
      if (rewind == Rewind.STEP && rewindStep > train.steps()) {
        throw new SettingException(
            "rewindStep",
            "must not be after the first phase, which has "
                + train.steps()
                + " steps, and "
                + rewindStep
                + " is");
      }
    }
  }

  /**
   * The first phase.
   *
   * @param steps how many, unless it ends earlier
   * @param until when it ends earlier, but not before the step that is rewound to
   */
  public record First(
      @Default("10000") @Range(min = 0, max = 1e12) @Doc("steps, unless it ends earlier")
          long steps,
      @Doc("when it ends earlier; never by default") Optional<Until> until) {}

  /**
   * A later phase.
   *
   * @param steps how many, unless it ends earlier
   * @param until when it ends earlier
   */
  public record Later(
      @Default("10000") @Range(min = 1, max = 1e12) @Doc("steps, unless it ends earlier")
          long steps,
      @Doc("when it ends earlier; never by default") Optional<Until> until) {}

  private final Settings settings;
  private final Slots slots;
  private final Randomness randomness;
  private final Split train;
  private final int batchSize;

  @Inject
  public IterativePruning(Settings settings, Slots slots, Randomness randomness, Dataset dataset) {
    this.settings = settings;
    this.slots = slots;
    this.randomness = randomness;
    this.train = dataset.splits().get(0);
    this.batchSize =
        settings.batchSize() == 0 ? train.size() : Math.min(settings.batchSize(), train.size());
  }

  @Override
  public void begin(Training training) {
    slots.put(PHASE, 0);
    slots.put(START, 0);
    if (settings.train().steps() == 0) {
      prune(training);
    } else {
      record(training, 0);
    }
  }

  @Override
  public void step(Training training) {
    if (phase() == 0
        && settings.rewind() == Rewind.STEP
        && training.step() == settings.rewindStep()) {
      slots.put(REWIND, training.model().parameters().flat());
    }
    if (phase() < settings.rounds() && isOver(training)) {
      prune(training);
    }
    Optional<Tensor> mask = slots.array(MASK);
    training.update(masked(loss(training), mask));
    mask.ifPresent(m -> hold(training.model(), m));
  }

  @Override
  public boolean finished(Training training) {
    return phase() == settings.rounds() && isOver(training);
  }

  @Override
  public long totalSteps() {
    return settings.train().steps() + settings.rounds() * settings.retrain().steps();
  }

  private int phase() {
    return (int) slots.number(PHASE).orElse(0);
  }

  /** The number of steps made before this phase. */
  private long start() {
    return (long) slots.number(START).orElse(0);
  }

  /** Whether this phase has no further step. */
  private boolean isOver(Training training) {
    boolean first = phase() == 0;
    long steps = training.step() - start();
    if (steps >= (first ? settings.train().steps() : settings.retrain().steps())) {
      return true;
    }
    if (first && settings.rewind() == Rewind.STEP && steps < settings.rewindStep()) {
      return false;
    }
    return (first ? settings.train().until() : settings.retrain().until())
        .filter(
            until ->
                training
                    .history()
                    .series(until.series())
                    .filter(series -> until.isMet(series, start()))
                    .isPresent())
        .isPresent();
  }

  /** The objective on this step's minibatch. */
  private LossFunction loss(Training training) {
    long from = settings.rewind() == Rewind.STEP && phase() > 0 ? settings.rewindStep() : 0;
    return training.loss(training.minibatch(train, batchSize, from + training.step() - start()));
  }

  /** theta -> loss(m theta). */
  private static LossFunction masked(LossFunction loss, Optional<Tensor> mask) {
    return mask.map(m -> loss.reparameterized(p -> p.map(theta -> theta.times(m)))).orElse(loss);
  }

  /** Applies the mask to the parameters and to what the optimizer remembers of each. */
  private static void hold(Model model, Tensor mask) {
    model.setParameters(model.parameters().map(theta -> theta.times(mask)));
    State state = model.optimizerState();
    for (Map.Entry<String, Tensor> entry : state.arrays().entrySet()) {
      if (entry.getValue().shape().equals(mask.shape())) {
        state = state.with(entry.getKey(), entry.getValue().times(mask));
      }
    }
    model.setOptimizerState(state);
  }

  /** Ends a phase and begins the next. */
  private void prune(Training training) {
    Model model = training.model();
    int round = phase() + 1;
    slots.put(PHASE, round);
    slots.put(START, (double) training.step());
    float[] chosen = choose(training, round);
    Tensor mask = Tensor.of(chosen, chosen.length);
    Tensor rewound = rewound(model, round);
    model.setParameters(model.parameters().with(settings.retrained().start(rewound, mask)));
    if (settings.rewind() != Rewind.NONE) {
      model.setOptimizerState(training.optimizer().initial(model.parameters()));
    }
    if (settings.retrained() == Retrained.TICKET) {
      slots.put(MASK, mask);
      hold(model, mask);
    }
    record(training, masks(model.parameters()).sparsity(chosen));
  }

  /** The mask of a round, scored and pruned in several iterations if settings say so. */
  private float[] choose(Training training, int round) {
    Parameters trained = training.model().parameters();
    Masks masks = masks(trained);
    Scores scores = new Scores(settings.scorer(), randomness);
    LossFunction loss = loss(training);
    int iterations =
        settings.iterations() == 0 ? settings.scorer().iterations() : settings.iterations();
    float[] mask =
        slots
            .array(MASK)
            .map(Tensor::toArray)
            .orElseGet(
                () -> {
                  float[] ones = new float[trained.flat().size()];
                  Arrays.fill(ones, 1);
                  return ones;
                });
    for (int i = 1; i <= iterations; i++) {
      Tensor m = Tensor.of(mask, mask.length);
      float[] scored =
          scores.of(training, trained.map(t -> t.times(m)), masked(loss, Optional.of(m)), round);
      double share = (round - 1 + (double) i / iterations) / settings.rounds();
      mask = masks.largest(scored, mask, StrictMath.pow(settings.keep(), share));
    }
    return mask;
  }

  private Masks masks(Parameters parameters) {
    return new Masks(parameters.layout(), settings.roles(), settings.scope());
  }

  /** What is retrained from, before the mask. */
  private Tensor rewound(Model model, int round) {
    if ((settings.rewind() == Rewind.INITIAL || settings.rewind() == Rewind.REDRAWN)
        && !(model.network() instanceof FittedNetwork)) {
      model.setBuffers(State.empty());
    }
    return switch (settings.rewind()) {
      case INITIAL -> model.initialParameters().flat();
      case STEP -> slots.array(REWIND).orElseGet(() -> model.initialParameters().flat());
      case REDRAWN -> model.network().initialize(randomness.stream("redrawn", round)).flat();
      case NONE -> model.parameters().flat();
    };
  }

  private void record(Training training, double sparsity) {
    Tensor values = training.model().parameters().flat();
    training.record("pruning/phase", phase());
    training.record("pruning/start", (double) start());
    training.record("pruning/sparsity", sparsity);
    training.record("pruning/l1", Retrained.l1(values));
    training.record("pruning/l2", Retrained.l2(values));
  }
}
