package org.genlab.procedures.data;

import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import org.genlab.api.Default;
import org.genlab.api.Doc;
import org.genlab.api.Kind;
import org.genlab.api.Plugin;
import org.genlab.api.Randomness;
import org.genlab.api.Range;
import org.genlab.api.SettingException;
import org.genlab.api.Slots;
import org.genlab.api.data.Batch;
import org.genlab.api.data.Dataset;
import org.genlab.api.data.Split;
import org.genlab.api.data.TargetSpec;
import org.genlab.api.model.FittedNetwork;
import org.genlab.api.model.Model;
import org.genlab.api.model.Network;
import org.genlab.api.training.Procedure;
import org.genlab.api.training.State;
import org.genlab.api.training.Training;
import org.genlab.tensor.IntTensor;
import org.genlab.tensor.Scope;
import org.genlab.tensor.Tensor;

/**
 * How much the label of each training example is memorised, estimated from many trainings on random
 * subsets (Feldman, "Does learning require memorization? A short tale about a long tail", arXiv
 * 1906.05271, section 2; Feldman and Zhang, "What neural networks memorize and why", arXiv
 * 2008.03703, section 2).
 *
 * <pre>
 *   mem(A, S, i) = P[h(x_i) = y_i | h = A(S)] - P[h(x_i) = y_i | h = A(S without i)]
 * </pre>
 *
 * <p>Training j of {@code trainings} is from scratch, for {@code steps} steps, on a random subset
 * of a share of the n examples of the training split. The estimate of mem(i), for subsets of that
 * size, is the share of the trainings with i that predict its label minus the share of those
 * without i that do; for an example with a class for each position, all that count. It has a value
 * once there was a training with and one without i, and a standard error of up to about half the
 * root of 1 / trainings with + 1 / trainings without.
 *
 * <p>At the last step of each training, what is known so far is recorded: {@code
 * label-memorization/mean}, the mean of mem over all examples with a value; {@code /held-in} and
 * {@code /held-out}, the means of the two shares that it is the difference of; {@code /memorized},
 * the share of the examples with mem of at least {@code threshold}. With {@code group}, also {@code
 * /mean-G}, {@code /held-in-G} and {@code /held-out-G} for the examples of each group G, and {@code
 * /examples-G}, their number; with {@code from}, groups are ranges of that integer: {@code [1, 2,
 * 20]} makes 1, 2 to 19, and 20 or more, named by the first.
 *
 * <p>Parameters are drawn anew for each training, or are the same, the optimizer begins anew, and a
 * {@link FittedNetwork} is fitted to the subset. A schedule of the learning rate runs on over all
 * trainings. What metrics see is the training of the moment. Predictions are made before statistics
 * of normalisation take in the last step of their training.
 */
@Plugin(
    kind = Kind.PROCEDURE,
    id = "label-memorization",
    version = "1.0.0",
    summary = "Trainings on random subsets that tell how much each training label is memorised",
    source = "arXiv:1906.05271, section 2; arXiv:2008.03703, section 2")
public final class LabelMemorization implements Procedure {
  private static final int CHUNK = 1024;
  private static final String IN = "in";
  private static final String RIGHT_IN = "right-in";
  private static final String RIGHT_OUT = "right-out";

  /** What parameters a training begins with. */
  public enum Initial {
    /** Drawn for each training: they are part of the probability. */
    REDRAWN,
    /** Those of the run. */
    SAME
  }

  /**
   * The settings.
   *
   * @param trainings m, how many
   * @param share of the training split in each subset
   * @param steps of each training
   * @param batchSize examples a minibatch; 0 for the whole subset
   * @param initial what parameters a training begins with
   * @param threshold of mem, from which an example counts as memorised
   * @param group the integer annotation by which examples are grouped
   * @param from where ranges of it begin; each value is a group by itself when empty
   */
  public record Settings(
      @Default("30") @Range(min = 2, max = 1e6) @Doc("number of trainings") int trainings,
      @Default("0.7")
          @Range(min = 0, max = 1, minExclusive = true, maxExclusive = true)
          @Doc("share of the training split in each subset")
          double share,
      @Default("1000") @Range(min = 1, max = 1e9) @Doc("steps of each training") long steps,
      @Default("512") @Range(min = 0, max = 1e9) @Doc("examples a minibatch; 0 for the subset")
          int batchSize,
      @Default("redrawn") @Doc("a training's first parameters: redrawn, or the same for all")
          Initial initial,
      @Default("0.25")
          @Range(min = -1, max = 1)
          @Doc("memorisation from which an example counts as memorised")
          double threshold,
      @Doc("integer annotation by which examples are grouped; none by default")
          Optional<String> group,
      @Default("[]")
          @Doc("where ranges that make a group begin, ascending; [] for each value by itself")
          List<Integer> from) {
    public Settings {
      from = List.copyOf(from);
      for (int k = 1; k < from.size(); k++) {
        if (from.get(k - 1) >= from.get(k)) {
          throw new SettingException("from", "must be ascending, and " + from + " is not");
        }
      }
    }

    /** Whether examples with this value are in a group. */
    boolean isGrouped(int value) {
      return from.isEmpty() || value >= from.get(0);
    }

    /** The group of examples with this value: the value, or where its range begins. */
    int group(int value) {
      return from.stream().filter(begin -> begin <= value).reduce((a, b) -> b).orElse(value);
    }
  }

  private final Settings settings;
  private final Randomness randomness;
  private final Slots slots;
  private final Split train;
  private final int size;

  @Inject
  public LabelMemorization(Settings settings, Dataset dataset, Randomness randomness, Slots slots) {
    this.settings = settings;
    this.randomness = randomness;
    this.slots = slots;
    train = dataset.splits().get(0);
    TargetSpec target = dataset.spec().target();
    if (!(target instanceof TargetSpec.Classes)
        && !(target instanceof TargetSpec.ClassPerPosition)) {
      throw new IllegalArgumentException(
          "label-memorization needs targets that are classes, and the dataset has " + target);
    }
    size = (int) Math.round(settings.share() * train.size());
    if (train.size() == Integer.MAX_VALUE || size < 1 || size >= train.size()) {
      throw new IllegalArgumentException(
          "label-memorization trains on a share of "
              + settings.share()
              + " of a finite split, at least one example and not all, and the split '"
              + train.name()
              + (train.size() == Integer.MAX_VALUE
                  ? "' is a stream without end"
                  : "' has " + train.size()));
    }
    settings.group().ifPresent(this::checkAnnotated);
  }

  private void checkAnnotated(String group) {
    Batch first = train.range(0, 1);
    if (!first.isInts(group) || first.ints(group).size() != 1) {
      throw new SettingException(
          "group",
          "must be an integer that each example has, and '"
              + group
              + "' is not; the examples have "
              + first.columns());
    }
  }

  @Override
  public void step(Training training) {
    int number = (int) (training.step() / settings.steps());
    long made = training.step() % settings.steps();
    Split subset = subset(number);
    if (made == 0) {
      restart(training, subset, number);
    }
    int batch = settings.batchSize() == 0 ? size : Math.min(settings.batchSize(), size);
    training.update(training.loss(training.minibatch(subset, batch, made)));
    if (made == settings.steps() - 1) {
      count(training, number);
    }
  }

  @Override
  public boolean finished(Training training) {
    return training.step() >= totalSteps();
  }

  @Override
  public long totalSteps() {
    return settings.trainings() * settings.steps();
  }

  /** The examples of training j: the first of a random order of all. */
  private int[] members(int number) {
    int[] order = randomness.stream("subset", number).permutation(train.size());
    return Arrays.copyOf(order, size);
  }

  private Split subset(int number) {
    return train.subset(train.name() + "-" + number, members(number));
  }

  private void restart(Training training, Split subset, int number) {
    Model model = training.model();
    Network network = model.network();
    model.setParameters(
        settings.initial() == Initial.SAME
            ? model.initialParameters()
            : network.initialize(randomness.stream("initial", number)));
    model.setBuffers(
        network instanceof FittedNetwork fitted ? fitted.fit(subset, randomness) : State.empty());
    model.setOptimizerState(training.optimizer().initial(model.parameters()));
  }

  /** Notes which labels a training that has ended predicts, and records what is known by now. */
  private void count(Training training, int number) {
    Counts counts = new Counts(number + 1, slot(IN), slot(RIGHT_IN), slot(RIGHT_OUT));
    counts.add(members(number), right(training.model()));
    slots.put(IN, Tensor.of(counts.in, train.size()));
    slots.put(RIGHT_IN, Tensor.of(counts.rightIn, train.size()));
    slots.put(RIGHT_OUT, Tensor.of(counts.rightOut, train.size()));
    int[] known = IntStream.range(0, train.size()).filter(counts::isKnown).toArray();
    if (known.length > 0) {
      record(training, "", counts, known);
      training.record(
          "label-memorization/memorized",
          mean(known, i -> counts.memorization(i) >= settings.threshold() ? 1 : 0));
    }
    for (Map.Entry<Integer, List<Integer>> group : groups(known).entrySet()) {
      int[] of = group.getValue().stream().mapToInt(Integer::intValue).toArray();
      record(training, "-" + group.getKey(), counts, of);
      training.record("label-memorization/examples-" + group.getKey(), of.length);
    }
  }

  private float[] slot(String name) {
    return slots.array(name).map(Tensor::toArray).orElseGet(() -> new float[train.size()]);
  }

  private static void record(Training training, String suffix, Counts counts, int... of) {
    training.record("label-memorization/mean" + suffix, mean(of, counts::memorization));
    training.record("label-memorization/held-in" + suffix, mean(of, counts::heldIn));
    training.record("label-memorization/held-out" + suffix, mean(of, counts::heldOut));
  }

  private static double mean(int[] of, IntToDoubleFunction value) {
    return IntStream.of(of).mapToDouble(value).sum() / of.length;
  }

  /** The examples of each group, ascending; none without {@code group}. */
  private SortedMap<Integer, List<Integer>> groups(int... examples) {
    SortedMap<Integer, List<Integer>> groups = new TreeMap<>();
    if (settings.group().isPresent() && examples.length > 0) {
      IntTensor values = train.batch(examples).ints(settings.group().get());
      for (int k = 0; k < examples.length; k++) {
        if (settings.isGrouped(values.at(k))) {
          groups
              .computeIfAbsent(settings.group(values.at(k)), g -> new ArrayList<>())
              .add(examples[k]);
        }
      }
    }
    return groups;
  }

  /** Whether all labels that count of each training example are predicted. */
  private boolean[] right(Model model) {
    boolean[] right = new boolean[train.size()];
    for (int from = 0; from < right.length; from += CHUNK) {
      try (Scope scope = Scope.open()) {
        Batch batch = train.range(from, Math.min(right.length, from + CHUNK));
        IntTensor labels = batch.labels();
        IntTensor predicted = model.predict(batch).logits().argmax();
        int positions = labels.size() / batch.size();
        for (int i = 0; i < batch.size(); i++) {
          right[from + i] =
              IntStream.range(i * positions, (i + 1) * positions)
                  .allMatch(j -> labels.at(j) < 0 || labels.at(j) == predicted.at(j));
        }
      }
    }
    return right;
  }

  /** How often each example was in a training, and its label predicted with and without it. */
  private static final class Counts {
    private final int trainings;
    private final float[] in;
    private final float[] rightIn;
    private final float[] rightOut;

    Counts(int trainings, float[] in, float[] rightIn, float[] rightOut) {
      this.trainings = trainings;
      this.in = in;
      this.rightIn = rightIn;
      this.rightOut = rightOut;
    }

    void add(int[] members, boolean... right) {
      boolean[] member = new boolean[right.length];
      for (int i : members) {
        member[i] = true;
      }
      for (int i = 0; i < right.length; i++) {
        in[i] += member[i] ? 1 : 0;
        rightIn[i] += member[i] && right[i] ? 1 : 0;
        rightOut[i] += !member[i] && right[i] ? 1 : 0;
      }
    }

    boolean isKnown(int i) {
      return in[i] > 0 && in[i] < trainings;
    }

    double heldIn(int i) {
      return (double) rightIn[i] / in[i];
    }

    double heldOut(int i) {
      return rightOut[i] / (double) (trainings - in[i]);
    }

    double memorization(int i) {
      return heldIn(i) - heldOut(i);
    }
  }
}
