package org.genlab.tck.internal;

import jakarta.inject.Inject;
import org.genlab.api.Default;
import org.genlab.api.Doc;
import org.genlab.api.Kind;
import org.genlab.api.Plugin;
import org.genlab.api.Range;
import org.genlab.api.data.Split;
import org.genlab.api.training.Procedure;
import org.genlab.api.training.Training;

/** Minibatch training, or a question asked in the middle of it. */
@Plugin(
    kind = Kind.PROCEDURE,
    id = KitTraining.ID,
    version = "1.0.0",
    summary = "A few steps of minibatch training, for tests of other plugins")
public final class KitTraining implements Procedure {
  static final String ID = "tck-training";

  /** What a step does instead of training, on this thread. */
  static final ThreadLocal<Question> QUESTION = new ThreadLocal<>();

  /** A look at a training run from inside; may throw anything. */
  @FunctionalInterface
  public interface Question {
    void ask(Training training) throws Exception;
  }

  /**
   * The settings.
   *
   * @param steps how many
   * @param batchSize examples a minibatch
   */
  public record Settings(
      @Default("6") @Range(min = 1) @Doc("number of steps") long steps,
      @Default("8") @Range(min = 1) @Doc("examples a minibatch") int batchSize) {}

  private final Settings settings;

  @Inject
  public KitTraining(Settings settings) {
    this.settings = settings;
  }

  @Override
  public void step(Training training) {
    Question question = QUESTION.get();
    if (question != null) {
      try {
        question.ask(training);
        Answer.set(null);
      } catch (Throwable e) {
        // The host would take a failed assertion for a failure of this plugin.
        Answer.set(e);
      }
      return;
    }
    Split split = training.dataset().splits().get(0);
    training.update(
        training.loss(training.minibatch(split, settings.batchSize(), training.step())));
  }

  @Override
  public boolean finished(Training training) {
    return training.step() >= settings.steps();
  }

  @Override
  public long totalSteps() {
    return settings.steps();
  }

  /** How the last question of this thread ended. */
  static final class Answer {
    private static final ThreadLocal<Throwable> FAILURE = new ThreadLocal<>();

    private Answer() {}

    private static void set(Throwable failure) {
      FAILURE.set(failure);
    }

    /** What was thrown, or null; forgotten then. */
    static Throwable take() {
      Throwable failure = FAILURE.get();
      FAILURE.remove();
      return failure;
    }
  }
}
