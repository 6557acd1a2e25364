package ${package};

import jakarta.inject.Inject;
import org.genlab.api.Default;
import org.genlab.api.Doc;
import org.genlab.api.Kind;
import org.genlab.api.Plugin;
import org.genlab.api.Range;
import org.genlab.api.data.Split;
import org.genlab.api.training.Procedure;
import org.genlab.api.training.Training;

/**
 * Minibatch training whose batch grows where others would let the learning rate fall: it doubles every
 * so many steps (Smith et al., arXiv:1711.00489, section 3). The batch is a function of the step's
 * number, so a run that is resumed needs to remember nothing.
 */
@Plugin(
    kind = Kind.PROCEDURE,
    id = "${id}",
    version = "1.0.0",
    summary = "Minibatch training with a batch that doubles every so many steps",
    source = "arXiv:1711.00489, section 3")
public final class ${className} implements Procedure {
  /**
   * The settings.
   *
   * @param steps how many
   * @param batchSize at the beginning
   * @param doubleEvery after how many steps it doubles
   * @param largest batch that is taken
   */
  public record Settings(
      @Default("1000") @Range(min = 1) @Doc("number of steps") long steps,
      @Default("32") @Range(min = 1) @Doc("examples of the first minibatch") int batchSize,
      @Default("200") @Range(min = 1) @Doc("steps after which the batch doubles") long doubleEvery,
      @Default("4096") @Range(min = 1) @Doc("examples of the largest minibatch") int largest) {}

  private final Settings settings;

  @Inject
  public ${className}(Settings settings) {
    this.settings = settings;
  }

  @Override
  public void step(Training training) {
    Split split = training.dataset().splits().get(0);
    int size = batchSize(training.step());
    training.update(training.loss(training.minibatch(split, size, training.step())));
    training.record("train/batch-size", Math.min(size, split.size()));
  }

  /** The batch of a step, at most the largest. */
  int batchSize(long step) {
    long doublings = Math.min(31, step / settings.doubleEvery());
    return (int) Math.min((long) settings.batchSize() << doublings, settings.largest());
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
