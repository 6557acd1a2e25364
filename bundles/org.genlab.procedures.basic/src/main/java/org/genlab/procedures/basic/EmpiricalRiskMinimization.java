package org.genlab.procedures.basic;

import jakarta.inject.Inject;
import java.util.Optional;
import org.genlab.api.Default;
import org.genlab.api.Doc;
import org.genlab.api.Kind;
import org.genlab.api.Plugin;
import org.genlab.api.Range;
import org.genlab.api.SettingException;
import org.genlab.api.data.Dataset;
import org.genlab.api.data.Split;
import org.genlab.api.evaluation.Series;
import org.genlab.api.training.Procedure;
import org.genlab.api.training.Training;

/**
 * Empirical risk minimisation: each step updates the model on a minibatch of the training split,
 * which is passed through in a new random order each epoch.
 *
 * <p>A minibatch has min(batch-size, batch-cap-fraction * N) of the N training examples, at least
 * one; the grokking paper's min(512, N/2) is {@code batch-size: 512, batch-cap-fraction: 0.5}. With
 * {@code batch-size: 0} each minibatch is the whole split.
 *
 * <p>Training ends after the given number of steps, or earlier when the series named by {@code
 * stop-when} has been at or above a level for so many steps without interruption. Whether it ends
 * is a function of what was recorded, so a resumed run ends where the uninterrupted one does.
 */
@Plugin(
    kind = Kind.PROCEDURE,
    id = "erm",
    version = "1.0.0",
    summary = "Minibatch training on the first split, with an optional stopping rule")
public final class EmpiricalRiskMinimization implements Procedure {
  /**
   * The settings.
   *
   * @param steps the number of steps, when nothing stops the run earlier
   * @param batchSize examples a minibatch; 0 for all
   * @param batchCapFraction a minibatch is at most this share of the training split
   * @param stopWhen the stopping rule
   */
  public record Settings(
      @Default("10000") @Range(min = 1, max = 1e12) @Doc("number of steps") long steps,
      @Default("512") @Range(min = 0, max = 1e9) @Doc("examples a minibatch; 0 for all")
          int batchSize,
      @Default("1")
          @Range(min = 0, max = 1, minExclusive = true)
          @Doc("a minibatch is at most this share of the training split")
          double batchCapFraction,
      @Doc("the stopping rule; none by default") Optional<StopWhen> stopWhen) {}

  /**
   * A stopping rule.
   *
   * @param series what is watched, e.g. {@code validation/accuracy}
   * @param atLeast the level
   * @param forSteps how many steps the series must have been there without interruption
   */
  public record StopWhen(
      @Doc("series that is watched, e.g. validation/accuracy") String series,
      @Default("0.99") @Doc("level that it must be at or above") double atLeast,
      @Default("300") @Range(min = 0) @Doc("steps for which it must have been there")
          long forSteps) {
    public StopWhen {
      if (!series.contains("/")) {
        throw new SettingException(
            "series",
            "must be of the form split/metric, e.g. validation/accuracy, not '" + series + "'");
      }
    }

    /** Whether the rule ends a run with that series. */
    boolean isMet(Series watched) {
      long[] steps = watched.steps();
      double[] values = watched.values();
      int last = values.length - 1;
      int first = values.length;
      while (first > 0 && values[first - 1] >= atLeast) {
        first--;
      }
      return first <= last && steps[last] - steps[first] >= forSteps;
    }
  }

  private final Settings settings;
  private final Split train;
  private final int batchSize;

  @Inject
  public EmpiricalRiskMinimization(Settings settings, Dataset dataset) {
    this.settings = settings;
    train = dataset.splits().get(0);
    int n = train.size();
    int wanted = settings.batchSize() == 0 ? n : Math.min(settings.batchSize(), n);
    batchSize = Math.max(1, Math.min(wanted, (int) (settings.batchCapFraction() * n)));
  }

  /** The number of examples of a minibatch. */
  int batchSize() {
    return batchSize;
  }

  @Override
  public void step(Training training) {
    training.update(training.loss(training.minibatch(train, batchSize, training.step())));
  }

  @Override
  public boolean finished(Training training) {
    return training.step() >= settings.steps() || isStopped(training);
  }

  private boolean isStopped(Training training) {
    return settings
        .stopWhen()
        .filter(rule -> training.history().series(rule.series()).filter(rule::isMet).isPresent())
        .isPresent();
  }

  @Override
  public long totalSteps() {
    return settings.steps();
  }
}
