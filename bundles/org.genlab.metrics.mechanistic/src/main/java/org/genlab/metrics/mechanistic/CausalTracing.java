package org.genlab.metrics.mechanistic;

import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.genlab.api.Default;
import org.genlab.api.Doc;
import org.genlab.api.Kind;
import org.genlab.api.Plugin;
import org.genlab.api.Range;
import org.genlab.api.data.Batch;
import org.genlab.api.data.Dataset;
import org.genlab.api.data.InputSpec;
import org.genlab.api.data.Split;
import org.genlab.api.evaluation.Metric;
import org.genlab.api.evaluation.Recorder;
import org.genlab.api.evaluation.Snapshot;
import org.genlab.api.model.Model;
import org.genlab.tensor.IntTensor;
import org.genlab.tensor.Scope;
import org.genlab.tensor.Tensor;

/**
 * What hangs on a single state of the residual stream: in a run on an example, the state at one
 * layer and one position is replaced by that of a run on a contrasting example, and the answer is
 * compared (Vig et al. 2020, "Causal mediation analysis for interpreting neural NLP"; Wang et al.,
 * arXiv 2405.15071, section 3.2, where the contrasting example asks for another first entity).
 *
 * <p>The contrasting inputs come from a column [batch, length] of the dataset. For layer l (0 the
 * embedded inputs, k the stream after block k) and position p (from 0) it records {@code
 * split/tracing-changed-l-p}, the share of the examples whose answer is another one then, {@code
 * split/tracing-probability-l-p}, by how much the probability of the answer that was given falls,
 * and, where the dataset tells the answers to the contrasting inputs, {@code
 * split/tracing-moved-l-p}, the share whose answer is that of the contrasting example. Examples
 * whose contrasting input is the input itself are left out.
 *
 * <p>Works with any network that announces its residual stream, [batch, positions, width], at sites
 * STREAM, and goes on with what hooks make of it.
 */
@Plugin(
    kind = Kind.METRIC,
    id = "causal-tracing",
    version = "1.0.0",
    summary = "Effect on the answer of replacing one state by that of a contrasting run",
    source = "arXiv:2405.15071, section 3.2")
public final class CausalTracing implements Metric {
  /**
   * The settings.
   *
   * @param contrast the column with the contrasting inputs
   * @param contrastTarget the column with their answers, used where a batch has it
   * @param splits which splits; all evaluated ones when empty
   * @param examples most examples of a split
   * @param when at each evaluation, or at the end only
   */
  public record Settings(
      @Default("contrast") @Doc("column with the contrasting inputs") String contrast,
      @Default("contrast-target") @Doc("column with their answers, if there is one")
          String contrastTarget,
      @Default("[]") @Doc("splits; all that are evaluated when empty") List<String> splits,
      @Default("200") @Range(min = 1, max = 1e6) @Doc("most examples of a split") int examples,
      @Default("end") @Doc("end, or evaluation: each time, at a pass a state") When when) {
    public Settings {
      splits = List.copyOf(splits);
    }
  }

  private final Settings settings;
  private final int length;

  @Inject
  public CausalTracing(Settings settings, Dataset dataset) {
    States.check("causal-tracing", dataset.spec());
    settings.splits().forEach(dataset::split);
    this.settings = settings;
    this.length = ((InputSpec.Tokens) dataset.spec().input()).length();
    Split first = dataset.splits().get(0);
    Batch batch = first.range(0, Math.min(1, first.size()));
    if (!batch.has(settings.contrast()) || !batch.isInts(settings.contrast())) {
      throw new IllegalArgumentException(
          "causal-tracing needs an integer column '"
              + settings.contrast()
              + "' with contrasting inputs, and the dataset has the columns "
              + batch.columns());
    }
  }

  @Override
  public When when() {
    return settings.when();
  }

  @Override
  public void measure(Snapshot snapshot, Recorder recorder) {
    for (Split split : snapshot.splits()) {
      if (settings.splits().isEmpty() || settings.splits().contains(split.name())) {
        try (Scope scope = Scope.open()) {
          Batch batch = split.range(0, Math.min(split.size(), settings.examples()));
          int[] differing = differing(batch);
          if (differing.length > 0) {
            trace(split.name(), snapshot.model(), batch.select(differing), recorder);
          }
        }
      }
    }
  }

  /** The examples that differ from their contrasting ones. */
  private int[] differing(Batch batch) {
    int[] tokens = batch.tokens().toArray();
    int[] others = batch.ints(settings.contrast()).toArray();
    return IntStream.range(0, batch.size())
        .filter(
            i ->
                IntStream.range(i * length, (i + 1) * length).anyMatch(j -> tokens[j] != others[j]))
        .toArray();
  }

  private void trace(String split, Model model, Batch batch, Recorder recorder) {
    int n = batch.size();
    int[] positions = States.answerPositions(batch);
    States clean = States.of("causal-tracing", model, batch);
    States other =
        States.of(
            "causal-tracing", model, batch.with(Batch.INPUT, batch.ints(settings.contrast())));
    Tensor said = States.answerLogits(clean.output().logits(), positions);
    int[] answers = said.argmax().toArray();
    float[] before = probabilities(said, answers);
    for (int l = 0; l < clean.layers().size(); l++) {
      States.Layer layer = clean.layers().get(l);
      for (int p = 0; p < layer.positions(); p++) {
        Tensor mixed = exchange(layer.values(), other.layers().get(l).values(), p);
        Tensor then =
            States.answerLogits(
                model
                    .predict(
                        batch, (name, site, value) -> name.equals(layer.name()) ? mixed : value)
                    .logits(),
                positions);
        int[] changed = then.argmax().toArray();
        float[] after = probabilities(then, answers);
        double fall = 0;
        for (int i = 0; i < n; i++) {
          fall += before[i] - after[i];
        }
        String at =
            String.format(Locale.ROOT, "-%d-%d", layer.number(), length - layer.positions() + p);
        recorder.number(split + "/tracing-changed" + at, 1 - share(changed, answers));
        recorder.number(split + "/tracing-probability" + at, fall / n);
        if (batch.has(settings.contrastTarget())) {
          recorder.number(
              split + "/tracing-moved" + at,
              share(changed, batch.ints(settings.contrastTarget()).toArray()));
        }
      }
    }
  }

  /** States with those of one position taken from another run. */
  private static Tensor exchange(Tensor states, Tensor others, int position) {
    List<Tensor> parts = new ArrayList<>();
    int positions = states.dimension(1);
    if (position > 0) {
      parts.add(states.slice(1, 0, position));
    }
    parts.add(others.slice(1, position, position + 1));
    if (position + 1 < positions) {
      parts.add(states.slice(1, position + 1, positions));
    }
    return Tensor.concat(1, parts);
  }

  private static float[] probabilities(Tensor logits, int... classes) {
    return logits.softmax().takeAlong(1, IntTensor.of(classes, classes.length, 1)).toArray();
  }

  private static double share(int[] a, int... b) {
    return IntStream.range(0, a.length).filter(i -> a[i] == b[i]).count() / (double) a.length;
  }
}
