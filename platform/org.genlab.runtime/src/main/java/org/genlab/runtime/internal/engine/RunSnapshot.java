package org.genlab.runtime.internal.engine;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.genlab.api.data.Batch;
import org.genlab.api.data.Dataset;
import org.genlab.api.data.Split;
import org.genlab.api.evaluation.History;
import org.genlab.api.evaluation.Predictions;
import org.genlab.api.evaluation.Snapshot;
import org.genlab.api.model.Output;
import org.genlab.api.model.Parameters;
import org.genlab.api.training.LossFunction;
import org.genlab.api.training.Objective;
import org.genlab.tensor.Scope;
import org.genlab.tensor.Tensor;

/**
 * A run at one moment. Predictions are computed once for each split and shared by all metrics.
 *
 * @param cache predictions so far
 */
record RunSnapshot(
    long step,
    Dataset dataset,
    MeasuredModel model,
    List<Split> splits,
    ComposedObjective composed,
    History history,
    Map<Split, Predictions> cache)
    implements Snapshot {
  /** Examples a pass; fixed, so that results do not depend on the machine. */
  static final int CHUNK = 1024;

  RunSnapshot(
      long step,
      Dataset dataset,
      MeasuredModel model,
      List<Split> splits,
      ComposedObjective composed,
      History history) {
    // By identity: splits of plugins may be records, and in Java 17 the methods that the JDK makes
    // for
    // records keep the class of a component, and with it a plugin's class loader, in memory.
    this(step, dataset, model, splits, composed, history, new IdentityHashMap<>());
  }

  @Override
  public Parameters initialParameters() {
    return model.initialParameters();
  }

  @Override
  public Objective objective() {
    return composed;
  }

  @Override
  public LossFunction loss(Batch batch) {
    return new MinibatchLoss(composed, model.model(), batch, ComposedObjective.Mode.EVALUATION);
  }

  @Override
  public Predictions predictions(Split split) {
    Predictions known = cache.get(split);
    if (known == null) {
      known = predict(split);
      cache.put(split, known);
    }
    return known;
  }

  private Predictions predict(Split split) {
    int size = split.size();
    List<Tensor> logits = new ArrayList<>();
    List<Tensor> losses = new ArrayList<>();
    for (int from = 0; from < size || from == 0; from += CHUNK) {
      try (Scope scope = Scope.open()) {
        Batch batch = split.range(from, Math.min(size, from + CHUNK));
        Output output = model.predict(batch);
        logits.add(scope.keep(output.logits()));
        losses.add(scope.keep(composed.perExample(output, batch)));
      }
    }
    return new Predictions(split.range(0, size), join(logits), join(losses));
  }

  private static Tensor join(List<Tensor> parts) {
    return parts.size() == 1 ? parts.get(0) : Tensor.concat(0, parts);
  }
}
