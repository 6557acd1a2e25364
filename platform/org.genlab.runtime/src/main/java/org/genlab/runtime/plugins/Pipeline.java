package org.genlab.runtime.plugins;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.genlab.api.data.Dataset;
import org.genlab.api.evaluation.Metric;
import org.genlab.api.model.Architecture;
import org.genlab.api.training.Optimizer;
import org.genlab.api.training.Procedure;
import org.genlab.api.training.Regularizer;

/**
 * The plugins of a run, wired.
 *
 * @param regularizers by their name in the experiment, in its order
 * @param metrics by their name in the experiment, in its order
 * @param revisions exactly which plugins these are
 */
public record Pipeline(
    Dataset dataset,
    Architecture architecture,
    Optimizer optimizer,
    Map<String, Regularizer> regularizers,
    Map<String, Metric> metrics,
    Procedure procedure,
    List<Revision> revisions) {
  public Pipeline {
    regularizers = Collections.unmodifiableMap(new LinkedHashMap<>(regularizers));
    metrics = Collections.unmodifiableMap(new LinkedHashMap<>(metrics));
    revisions = List.copyOf(revisions);
  }

  /** Whether the plugin at a path of the experiment has another one wrapped in it. */
  public boolean wraps(String path) {
    return revisions.stream().anyMatch(revision -> revision.path().startsWith(path + "."));
  }
}
