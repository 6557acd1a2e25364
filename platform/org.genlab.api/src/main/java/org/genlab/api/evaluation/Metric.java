package org.genlab.api.evaluation;

import org.osgi.annotation.versioning.ConsumerType;

/** A measurement of a model, its data or its trajectory. Never changes what it measures. */
@ConsumerType
public interface Metric {
  /** When a metric is taken. */
  enum When {
    /** At each evaluation of the run. */
    EVALUATION,
    /** Once, after the last step. */
    END
  }

  /** When this metric is taken. */
  default When when() {
    return When.EVALUATION;
  }

  /** Measures and records. Numbers go to series; by convention {@code split/metric}. */
  void measure(Snapshot snapshot, Recorder recorder);
}
