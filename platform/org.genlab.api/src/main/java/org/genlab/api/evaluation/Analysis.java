package org.genlab.api.evaluation;

import java.util.List;
import org.osgi.annotation.versioning.ConsumerType;

/** A finding across runs: a ranking of systems, a correlation, a fitted law. */
@ConsumerType
public interface Analysis {
  /**
   * Analyses finished runs.
   *
   * @param runs all runs of a study, arms in the order of the study, seeds ascending
   * @param recorder takes the findings; they can be used in claims
   */
  void analyse(List<RunRecord> runs, Recorder recorder);
}
