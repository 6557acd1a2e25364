package org.genlab.procedures.data;

import jakarta.inject.Inject;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
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
import org.genlab.api.training.Procedure;
import org.genlab.api.training.Training;

/**
 * Training in phases that differ in how much of the training split they see: a first phase, then
 * one for each of the sizes listed, on a smaller or larger part of the data.
 *
 * <p>The parts are nested: the examples stand in one random order, of which each phase sees the
 * first so many. A later phase goes on from where the one before it ended, or from where the first
 * one ended (branches that share their beginning), or from the initial parameters (training from
 * scratch); parameters, buffers and the optimizer's state alike. "Explaining grokking through
 * circuit efficiency" (arXiv 2309.02390, section 5) continues so from a network that has grokked,
 * on fewer examples: ungrokking.
 *
 * <p>Each phase has a given number of steps, or ends earlier by its rule. The series {@code
 * phase/examples}, the number of examples, has a value at 0 and at the end of the first step of
 * each later phase. The end of a phase is measured where an evaluation falls on its last step.
 */
@Plugin(
    kind = Kind.PROCEDURE,
    id = "dataset-switch",
    version = "1.0.1",
    summary = "Trains on, continued or anew, on smaller or larger parts of the training split",
    source = "arXiv:2309.02390, section 5")
public final class DatasetSwitch implements Procedure {
  /**
   * The settings.
   *
   * @param first the first phase
   * @param later those after it
   * @param batchSize examples a minibatch; 0 for all of a phase's examples
   */
  public record Settings(
      @Default("{}") @Doc("the first phase") First first,
      @Default("{}") @Doc("the phases after it") Later later,
      @Default("512")
          @Range(min = 0, max = 1e9)
          @Doc("examples a minibatch; 0 for all of a phase's examples")
          int batchSize) {}

  /**
   * The first phase.
   *
   * @param examples how many it sees; 0 for the whole training split
   * @param steps how many, unless it ends earlier
   * @param until when it ends earlier
   */
  public record First(
      @Default("0") @Range(min = 0, max = 1e9) @Doc("examples; 0 for the whole training split")
          int examples,
      @Default("10000") @Range(min = 1, max = 1e12) @Doc("steps, unless it ends earlier")
          long steps,
      @Doc("when it ends earlier; never by default") Optional<Until> until) {}

  /**
   * The phases after the first.
   *
   * @param examples how many each of them sees; 0 for the whole training split
   * @param from where each of them begins
   * @param steps how many each of them has, unless it ends earlier
   * @param until when one ends earlier
   */
  public record Later(
      @Default("[]")
          @Range(min = 0, max = 1e9)
          @Doc("examples of each phase; 0 for the whole training split")
          List<Integer> examples,
      @Default("previous")
          @Doc(
              "where a phase begins: previous (the end of the one before), first (the end of the"
                  + " first one) or initialization")
          From from,
      @Default("10000")
          @Range(min = 1, max = 1e12)
          @Doc("steps of each phase, unless it ends earlier")
          long steps,
      @Doc("when one ends earlier; never by default") Optional<Until> until) {
    public Later {
      examples = List.copyOf(examples);
    }
  }

  /** A phase: how many examples it sees, how long. */
  private record Phase(int examples, long steps, Optional<Until> until) {}

  private static final String PHASE = "phase";
  private static final String BEGAN = "began";
  private static final Point START = new Point("start");
  private static final Point END_OF_FIRST = new Point("end-of-first");

  private final Settings settings;
  private final Slots slots;
  private final Split train;
  private final int[] order;

  @Inject
  public DatasetSwitch(Settings settings, Dataset dataset, Randomness randomness, Slots slots) {
    this.settings = settings;
    this.slots = slots;
    train = dataset.splits().get(0);
    if (train.size() == Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "dataset-switch trains on parts of a finite split, and the split '"
              + train.name()
              + "' is a stream without end");
    }
    check("first.examples", settings.first().examples());
    settings.later().examples().forEach(n -> check("later.examples", n));
    order = randomness.stream("examples").permutation(train.size());
  }

  private void check(String setting, int examples) {
    if (examples > train.size()) {
      throw new SettingException(
          setting,
          "must be at most the "
              + train.size()
              + " examples of the split '"
              + train.name()
              + "', and "
              + examples
              + " is more");
    }
  }

  @Override
  public void begin(Training training) {
    slots.put(PHASE, 0);
    slots.put(BEGAN, 0);
    if (settings.later().from() == From.INITIALIZATION) {
      START.save(training.model(), slots);
    }
    training.record("phase/examples", examples(phase(0)));
  }

  @Override
  public void step(Training training) {
    int number = (int) slots.number(PHASE).orElse(0);
    if (isOver(number, training)) {
      number++;
      next(number, training);
    }
    Phase phase = phase(number);
    int n = examples(phase);
    Split part =
        train.subset(train.name() + "-" + n, IntStream.range(0, n).map(i -> order[i]).toArray());
    int size = settings.batchSize() == 0 ? n : Math.min(settings.batchSize(), n);
    training.update(training.loss(training.minibatch(part, size, training.step())));
  }

  /** Begins a phase after the first. */
  private void next(int number, Training training) {
    slots.put(PHASE, number);
    slots.put(BEGAN, (double) training.step());
    training.record("phase/examples", examples(phase(number)));
    switch (settings.later().from()) {
      case PREVIOUS -> {}
      case INITIALIZATION -> START.reset(training.model(), training.optimizer(), slots);
      case FIRST -> {
        if (number == 1) {
          END_OF_FIRST.save(training.model(), slots);
        } else {
          END_OF_FIRST.restore(training.model(), slots);
        }
      }
    }
  }

  private boolean isOver(int number, Training training) {
    Phase phase = phase(number);
    long began = (long) slots.number(BEGAN).orElse(0);
    return training.step() - began >= phase.steps()
        || phase.until().filter(u -> u.isMet(training.history(), began)).isPresent();
  }

  private Phase phase(int number) {
    First first = settings.first();
    Later later = settings.later();
    return number == 0
        ? new Phase(first.examples(), first.steps(), first.until())
        : new Phase(later.examples().get(number - 1), later.steps(), later.until());
  }

  private int examples(Phase phase) {
    return phase.examples() == 0 ? train.size() : phase.examples();
  }

  @Override
  public boolean finished(Training training) {
    int number = (int) slots.number(PHASE).orElse(0);
    return number == settings.later().examples().size() && isOver(number, training);
  }

  @Override
  public long totalSteps() {
    return settings.first().steps() + settings.later().steps() * settings.later().examples().size();
  }
}
