package org.genlab.procedures.data;

import jakarta.inject.Inject;
import java.util.function.IntUnaryOperator;
import org.genlab.api.Default;
import org.genlab.api.Doc;
import org.genlab.api.Kind;
import org.genlab.api.Plugin;
import org.genlab.api.Randomness;
import org.genlab.api.Range;
import org.genlab.api.SettingException;
import org.genlab.api.data.Dataset;
import org.genlab.api.data.Split;
import org.genlab.api.training.Procedure;
import org.genlab.api.training.Training;
import org.genlab.tensor.random.RandomStream;

/**
 * Training with a data budget: {@code steps * batch-size} examples are processed (the training
 * budget TB), taken from a pool of DB different ones (the data budget). Charton and Kempe,
 * "Emergent properties with repeated examples", 2024, sections 3 to 5.
 *
 * <ul>
 *   <li>Single-set training: each example of a minibatch is drawn uniformly from the pool, with
 *       replacement.
 *   <li>Single-use training, {@code budget: 0}: no example is processed twice; DB = TB.
 *   <li>Two-set training, {@code small-set} S and {@code small-set-probability} p: a random subset
 *       of S examples of the pool is set apart; each example of a minibatch comes from it with
 *       probability p, uniformly, and otherwise from the rest, as above. The subset is drawn anew
 *       each {@code redraw-every} steps, if that is not 0. With {@code budget: 0} the rest is
 *       passed through once, in an order of its own, and a subset has no example that the rest
 *       gives while the subset is in use.
 * </ul>
 *
 * <p>What a step draws is a function of the seed and the step. The pool is of the first split of
 * the dataset.
 */
@Plugin(
    kind = Kind.PROCEDURE,
    id = "data-budget-training",
    version = "1.1.0",
    summary = "Training that repeats a pool of examples, or a small part of it more often",
    source = "arXiv:2410.07041, sections 3-5")
public final class DataBudgetTraining implements Procedure {
  /** Which examples of the split are the pool. */
  public enum Pool {
    /** A random subset. */
    RANDOM,
    /** The first ones: for data that are in a random order, so that others know which. */
    FIRST
  }

  /**
   * The settings.
   *
   * @param steps the number of steps
   * @param batchSize examples a minibatch
   * @param budget DB, the number of different examples; 0 for single-use training
   * @param pool which examples of the split these are
   * @param smallSet the size of S; 0 for single-set training
   * @param smallSetProbability p
   * @param redrawEvery steps after which S is drawn anew; 0 for never
   */
  public record Settings(
      @Default("10000") @Range(min = 1, max = 1e9) @Doc("number of steps") long steps,
      @Default("128") @Range(min = 1, max = 1e6) @Doc("examples a minibatch") int batchSize,
      @Default("0") @Range(min = 0) @Doc("number of different examples; 0 to use none twice")
          int budget,
      @Default("random") @Doc("which examples of the split these are: random or the first")
          Pool pool,
      @Default("0") @Range(min = 0) @Doc("examples that are drawn more often; 0 for none")
          int smallSet,
      @Default("0.25") @Range(min = 0, max = 1) @Doc("share of a minibatch that comes from those")
          double smallSetProbability,
      @Default("0") @Range(min = 0) @Doc("steps after which they are drawn anew; 0 for never")
          long redrawEvery) {
    public Settings {
      if (budget > 0 && smallSet >= budget) {
        throw new SettingException(
            "smallSet", "must be less than the budget " + budget + ", and is " + smallSet);
      }
      long needed = steps * batchSize + smallSet;
      if (budget == 0 && needed > Integer.MAX_VALUE) {
        throw new SettingException(
            "budget", "must be given, as " + needed + " examples are more than a split can have");
      }
    }

    /** The number of examples of the pool. */
    int poolSize() {
      return budget > 0 ? budget : Math.toIntExact(steps * batchSize + smallSet);
    }
  }

  private final Settings settings;
  private final Randomness randomness;
  private final Split train;
  private final Shuffle subset;

  @Inject
  public DataBudgetTraining(Settings settings, Dataset dataset, Randomness randomness) {
    this.settings = settings;
    this.randomness = randomness;
    train = dataset.splits().get(0);
    if (settings.poolSize() > train.size()) {
      throw new SettingException(
          "budget",
          settings.budget() > 0
              ? "must be at most the size of the split '" + train.name() + "', " + train.size()
              : "must not be 0, as the split '"
                  + train.name()
                  + "' has "
                  + train.size()
                  + " examples, fewer than the "
                  + settings.poolSize()
                  + " that would be used");
    }
    subset = new Shuffle(train.size(), randomness.stream("pool").nextLong());
  }

  @Override
  public void step(Training training) {
    training.update(training.loss(train.batch(indices(training.step()))));
  }

  /** The indices in the split of the examples of a step's minibatch. */
  int[] indices(long step) {
    int pool = settings.poolSize();
    int small = settings.smallSet();
    long draw = settings.redrawEvery() == 0 ? 0 : step / settings.redrawEvery();
    // The small set is the beginning of a shuffled pool, the rest is the rest. What is passed
    // through once must not be shuffled anew on the way.
    long shuffled = settings.budget() > 0 ? draw : 0;
    Shuffle order = new Shuffle(pool, randomness.stream("small-set", shuffled).nextLong());
    IntUnaryOperator apart =
        settings.budget() > 0 || settings.redrawEvery() == 0 ? k -> k : apart(draw);
    RandomStream random = randomness.stream("draw", step);
    int[] indices = new int[settings.batchSize()];
    for (int i = 0; i < indices.length; i++) {
      boolean repeated = small > 0 && random.nextDouble() < settings.smallSetProbability();
      int position =
          repeated
              ? apart.applyAsInt(random.nextInt(small))
              : settings.budget() > 0
                  ? small + random.nextInt(pool - small)
                  : Math.toIntExact(small + step * indices.length + i);
      int index = order.at(position);
      indices[i] = settings.pool() == Pool.RANDOM ? subset.at(index) : index;
    }
    return indices;
  }

  /**
   * The places of the small set of a draw, where all of the rest is passed through once: any but
   * those that are passed while the set is in use.
   */
  private IntUnaryOperator apart(long draw) {
    long first = draw * settings.redrawEvery();
    long steps = Math.max(1, Math.min(settings.redrawEvery(), settings.steps() - first));
    int from = Math.toIntExact(settings.smallSet() + first * settings.batchSize());
    int passed = Math.toIntExact(steps * settings.batchSize());
    Shuffle others =
        new Shuffle(
            settings.poolSize() - passed, randomness.stream("redrawn-set", draw).nextLong());
    return k -> {
      int at = others.at(k);
      return at < from ? at : at + passed;
    };
  }

  @Override
  public boolean finished(Training training) {
    return training.step() >= settings.steps();
  }

  @Override
  public long totalSteps() {
    return settings.steps();
  }
}
