package org.genlab.api.evaluation;

import java.util.List;
import org.genlab.api.data.Batch;
import org.genlab.api.data.Dataset;
import org.genlab.api.data.Split;
import org.genlab.api.model.Model;
import org.genlab.api.model.Parameters;
import org.genlab.api.training.LossFunction;
import org.genlab.api.training.Objective;
import org.osgi.annotation.versioning.ProviderType;

/** A run at one moment, as metrics see it. Predictions are computed once and shared. */
@ProviderType
public interface Snapshot {
  /** The number of steps made. */
  long step();

  Dataset dataset();

  /** The main model; its parameters are a copy that stays valid as long as the metric keeps it. */
  Model model();

  /** The values before the first step. */
  Parameters initialParameters();

  /** The splits that the experiment evaluates, in order. */
  List<Split> splits();

  /** The predictions for a split, of the main model, in evaluation mode. */
  Predictions predictions(Split split);

  Objective objective();

  /** The run's objective on any examples, without training-only hooks: for curvature, gradients. */
  LossFunction loss(Batch batch);

  /** What was measured so far, including this moment's values of metrics listed earlier. */
  History history();
}
