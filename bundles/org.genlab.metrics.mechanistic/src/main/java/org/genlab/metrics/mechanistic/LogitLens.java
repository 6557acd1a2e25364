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
import org.genlab.tensor.Scope;
import org.genlab.tensor.Tensor;

/**
 * What a state in the middle of a network already says of given tokens: the state takes the place
 * of the last one of the residual stream, so that the final norm and the read-out make logits of it
 * (nostalgebraist, "Interpreting GPT: the logit lens", 2020; Wang et al., arXiv 2405.15071, section
 * 3.2).
 *
 * <p>The tokens are read from columns: {@code target}, the answer, or any other integer column
 * [batch]; examples with a negative token there are left out. For a column c, layer l (0 the
 * embedded inputs, k the stream after block k) and position p (from 0) it records {@code
 * split/lens-c-l-p}, the mean over the examples of one over the rank of the token among all (1 when
 * it is the first), and {@code split/lens-c-probability-l-p}, its mean probability.
 *
 * <p>Works with any network that announces its residual stream, [batch, positions, width], at sites
 * STREAM, and goes on with what hooks make of it. The mean reciprocal rank counts ties as worst.
 */
@Plugin(
    kind = Kind.METRIC,
    id = "logit-lens",
    version = "1.0.0",
    summary = "Rank and probability of given tokens, read from states of the residual stream",
    source = "arXiv:2405.15071, section 3.2")
public final class LogitLens implements Metric {
  /**
   * The settings.
   *
   * @param columns columns that hold the tokens
   * @param splits which splits; all evaluated ones when empty
   * @param examples most examples of a split
   * @param when at each evaluation, or at the end only
   */
  public record Settings(
      @Default("[target]") @Doc("columns with the tokens that are looked for") List<String> columns,
      @Default("[]") @Doc("splits; all that are evaluated when empty") List<String> splits,
      @Default("200") @Range(min = 1, max = 1e6) @Doc("most examples of a split") int examples,
      @Default("end") @Doc("end, or evaluation: each time, at a pass a layer") When when) {
    public Settings {
      columns = List.copyOf(columns);
      splits = List.copyOf(splits);
    }
  }

  private final Settings settings;
  private final int length;

  @Inject
  public LogitLens(Settings settings, Dataset dataset) {
    States.check("logit-lens", dataset.spec());
    settings.splits().forEach(dataset::split);
    this.settings = settings;
    this.length = ((InputSpec.Tokens) dataset.spec().input()).length();
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
          read(split.name(), snapshot.model(), batch, recorder);
        }
      }
    }
  }

  private void read(String split, Model model, Batch batch, Recorder recorder) {
    States states = States.of("logit-lens", model, batch);
    for (States.Layer layer : states.layers()) {
      List<Tensor> logits = logits(model, batch, states, layer);
      int skipped = length - logits.size();
      for (String column : settings.columns()) {
        int[] tokens = tokens(batch, column);
        for (int p = 0; p < logits.size(); p++) {
          record(split, column, layer.number(), skipped + p, logits.get(p), tokens, recorder);
        }
      }
    }
  }

  private static int[] tokens(Batch batch, String column) {
    if (column.equals(Batch.TARGET)) {
      return States.answers(batch);
    }
    if (!batch.has(column) || !batch.isInts(column) || batch.ints(column).shape().rank() != 1) {
      throw new IllegalArgumentException(
          "logit-lens reads one token an example from an integer column '"
              + column
              + "', and the batch has "
              + batch.columns());
    }
    return batch.ints(column).toArray();
  }

  /** For each position of a layer, the logits [batch, classes] that its states give. */
  private static List<Tensor> logits(Model model, Batch batch, States states, States.Layer layer) {
    States.Layer last = states.layers().get(states.layers().size() - 1);
    int n = batch.size();
    List<Tensor> logits = new ArrayList<>();
    // Where the network's last states are as many as this layer's, one pass reads them all.
    int together = last.positions();
    for (int p = 0; p + together <= layer.positions(); p += together) {
      Tensor states1 = layer.values().slice(1, p, p + together);
      Tensor said =
          model
              .predict(batch, (name, site, value) -> name.equals(last.name()) ? states1 : value)
              .logits();
      Tensor each = said.reshape(n, together, said.dimension(-1));
      for (int i = 0; i < together; i++) {
        logits.add(each.slice(1, i, i + 1).reshape(n, said.dimension(-1)));
      }
    }
    return logits;
  }

  private static void record(
      String split,
      String column,
      int layer,
      int position,
      Tensor logits,
      int[] tokens,
      Recorder recorder) {
    int[] rows = IntStream.range(0, tokens.length).filter(i -> tokens[i] >= 0).toArray();
    if (rows.length == 0) {
      return;
    }
    int classes = logits.dimension(1);
    float[] probabilities = logits.softmax().toArray();
    float[] scores = logits.toArray();
    double reciprocal = 0;
    double probability = 0;
    for (int i : rows) {
      int token = tokens[i];
      if (token >= classes) {
        throw new IllegalArgumentException(
            "logit-lens found the token "
                + token
                + " in the column '"
                + column
                + "', and the network reads out "
                + classes
                + " classes only");
      }
      int rank = 0;
      for (int k = 0; k < classes; k++) {
        rank += scores[i * classes + k] >= scores[i * classes + token] ? 1 : 0;
      }
      reciprocal += 1.0 / rank;
      probability += probabilities[i * classes + token];
    }
    String at = String.format(Locale.ROOT, "-%d-%d", layer, position);
    recorder.number(split + "/lens-" + column + at, reciprocal / rows.length);
    recorder.number(split + "/lens-" + column + "-probability" + at, probability / rows.length);
  }
}
