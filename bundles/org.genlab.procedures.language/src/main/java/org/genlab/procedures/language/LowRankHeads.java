package org.genlab.procedures.language;

import jakarta.inject.Inject;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.genlab.api.Default;
import org.genlab.api.Doc;
import org.genlab.api.Kind;
import org.genlab.api.Plugin;
import org.genlab.api.Range;
import org.genlab.api.data.Batch;
import org.genlab.api.data.Dataset;
import org.genlab.api.data.Split;
import org.genlab.api.data.TargetSpec;
import org.genlab.api.model.Model;
import org.genlab.api.model.Output;
import org.genlab.api.model.Parameters;
import org.genlab.api.training.Procedure;
import org.genlab.api.training.Training;
import org.genlab.tensor.Tensor;

/**
 * Heads of limited rank on a frozen trunk: how much rank the output layer of a language model needs
 * (arXiv 2404.07647).
 *
 * <p>First the main model is trained as usual. Then it is frozen, and for each rank r a head
 *
 * <pre>
 *   p(. | context) = softmax(h A B + b),   A in R^(width x r), B in R^(r x classes),
 * </pre>
 *
 * is trained on its features h with the run's optimizer, all heads on the same minibatches. A head
 * starts as the best approximation of the model's own head W of that rank, the truncated singular
 * value decomposition (Eckart and Young); W is centred over the classes before, which no softmax
 * sees.
 *
 * <p>The run has {@code steps + head-steps} steps, and the optimizer's schedule of the learning
 * rate spans them all: with one that decays, the heads are trained with what it has left then.
 * Warm-up is not repeated for them.
 *
 * <p>Records, for each rank r, each {@code every} steps of the heads and at their end {@code
 * low-rank-heads/loss/r}, the cross-entropy on a split in nats, against the distributions of the
 * column {@code probabilities} where the split has it; and once, before the heads are trained,
 * {@code low-rank-heads/truncated/r}, the same of the truncated head, and {@code
 * low-rank-heads/tail-energy/r}, the sum over i > r of s_i(W)^2.
 */
@Plugin(
    kind = Kind.PROCEDURE,
    id = "low-rank-heads",
    version = "1.0.0",
    summary = "Trains a model, then heads of limited rank on its frozen features",
    source = "arXiv:2404.07647")
public final class LowRankHeads implements Procedure {
  private static final String PROBABILITIES = "probabilities";

  /**
   * The settings.
   *
   * @param steps steps of the main model
   * @param headSteps steps of the heads after that; the schedule of the learning rate runs on
   * @param batchSize examples a minibatch
   * @param ranks the ranks r
   * @param feature what the heads read
   * @param head the parameter of the main model that is W, [width, classes]; {@code bias} in place
   *     of {@code weight} names its bias, if it has one
   * @param split whose loss is recorded
   * @param examples how many of the split's first examples are evaluated
   * @param every steps between records of the loss
   */
  public record Settings(
      @Default("4000") @Range(min = 1, max = 1e12) @Doc("steps of the main model") long steps,
      @Default("1000")
          @Range(min = 1, max = 1e12)
          @Doc("steps of the heads after that, in which the optimizer's schedule runs on")
          long headSteps,
      @Default("512") @Range(min = 1) @Doc("examples a minibatch") int batchSize,
      @Default("[2, 4, 8, 16, 32, 64, 128]") @Range(min = 1) @Doc("ranks of the heads")
          List<Integer> ranks,
      @Default("representation") @Doc("feature that the heads read") String feature,
      @Default("readout.weight") @Doc("parameter of the model that is its head") String head,
      @Default("validation") @Doc("split whose loss is recorded") String split,
      @Default("1024") @Range(min = 1) @Doc("examples of the split that are evaluated")
          int examples,
      @Default("250") @Range(min = 1) @Doc("steps of the heads between records") long every) {
    public Settings {
      ranks = List.copyOf(ranks);
    }
  }

  private final Settings settings;
  private final Split train;
  private final Split evaluated;
  private final int classes;

  @Inject
  public LowRankHeads(Settings settings, Dataset dataset) {
    this.settings = settings;
    train = dataset.splits().get(0);
    evaluated = dataset.split(settings.split());
    TargetSpec target = dataset.spec().target();
    if (target instanceof TargetSpec.Classes one) {
      classes = one.count();
    } else if (target instanceof TargetSpec.ClassPerPosition each) {
      classes = each.count();
    } else {
      throw new IllegalArgumentException(
          "low-rank-heads needs targets that are classes, and the dataset has " + target);
    }
  }

  @Override
  public void step(Training training) {
    Batch batch = training.minibatch(train, settings.batchSize(), training.step());
    if (training.step() < settings.steps()) {
      training.update(training.loss(batch));
      return;
    }
    Map<Integer, Model> heads = new LinkedHashMap<>();
    Batch features = withFeatures(training.model(), batch);
    int width = features.reals(LowRankHead.FEATURES).dimension(-1);
    for (int rank : settings.ranks()) {
      heads.put(rank, training.model("rank-" + rank, new LowRankHead(width, rank, classes)));
    }
    long made = training.step() - settings.steps();
    if (made == 0) {
      truncate(training, heads);
      record(training, heads, "truncated");
    }
    heads
        .values()
        .forEach(
            head -> training.update(head, training.optimizer(), training.loss(head, features)));
    if ((made + 1) % settings.every() == 0 || made + 1 == settings.headSteps()) {
      record(training, heads, "loss");
    }
  }

  /** Sets each head to the best approximation of the model's own head. */
  private void truncate(Training training, Map<Integer, Model> heads) {
    Parameters parameters = training.model().parameters();
    Tensor weight = parameters.get(settings.head());
    if (weight.rank() != 2 || weight.dimension(1) != classes) {
      throw new IllegalArgumentException(
          "low-rank-heads needs a head of shape [width, "
              + classes
              + "], and '"
              + settings.head()
              + "' has "
              + weight.shape());
    }
    String biasName = settings.head().replace("weight", "bias");
    boolean biased =
        !biasName.equals(settings.head())
            && parameters.layout().entries().stream().anyMatch(e -> e.name().equals(biasName));
    Tensor bias = biased ? parameters.get(biasName) : Tensor.zeros(classes);
    TruncatedHead full = TruncatedHead.of(weight);
    heads.forEach(
        (rank, head) -> {
          Tensor flat = Tensor.concat(0, full.factors(rank, bias));
          head.setParameters(head.parameters().with(flat));
          training.record("low-rank-heads/tail-energy/" + rank, full.tailEnergy(rank));
        });
  }

  private void record(Training training, Map<Integer, Model> heads, String what) {
    Batch examples =
        withFeatures(
            training.model(), evaluated.range(0, Math.min(settings.examples(), evaluated.size())));
    heads.forEach(
        (rank, head) -> {
          Output output = head.predict(examples);
          Tensor losses =
              examples.has(PROBABILITIES)
                  ? output.logits().crossEntropy(examples.reals(PROBABILITIES))
                  : training.objective().perExample(output, examples);
          training.record("low-rank-heads/" + what + "/" + rank, losses.mean().item());
        });
  }

  private Batch withFeatures(Model model, Batch batch) {
    return batch.with(
        LowRankHead.FEATURES, model.predict(batch).feature(settings.feature()).detach());
  }

  @Override
  public boolean finished(Training training) {
    return training.step() >= totalSteps();
  }

  @Override
  public long totalSteps() {
    return settings.steps() + settings.headSteps();
  }
}
