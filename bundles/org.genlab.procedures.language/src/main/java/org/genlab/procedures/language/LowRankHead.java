package org.genlab.procedures.language;

import java.util.Map;
import org.genlab.api.data.Batch;
import org.genlab.api.model.Forward;
import org.genlab.api.model.Forward.Site;
import org.genlab.api.model.Network;
import org.genlab.api.model.Output;
import org.genlab.api.model.ParameterLayout;
import org.genlab.api.model.ParameterLayout.Role;
import org.genlab.api.model.Parameters;
import org.genlab.tensor.Tensor;
import org.genlab.tensor.random.RandomStream;

/**
 * A linear map of rank r from features to logits: h A B + b.
 *
 * @param width of the features
 * @param rank r
 * @param classes number of logits
 */
record LowRankHead(int width, int rank, int classes) implements Network {
  /** The column that the head reads, [batch, ..., width]. */
  static final String FEATURES = "features";

  @Override
  public ParameterLayout layout() {
    return ParameterLayout.builder()
        .add("down.weight", Role.WEIGHT, width, rank)
        .add("up.weight", Role.WEIGHT, rank, classes)
        .add("up.bias", Role.BIAS, classes)
        .build();
  }

  /** Zeros, to be replaced. */
  @Override
  public Parameters initialize(RandomStream random) {
    return new Parameters(layout(), Tensor.zeros(layout().size()));
  }

  @Override
  public Output forward(Parameters parameters, Batch batch, Forward forward) {
    Tensor low = batch.reals(FEATURES).linear(parameters.get("down.weight"), null);
    Tensor representation = forward.feature("representation", Site.REPRESENTATION, low);
    Tensor logits = representation.linear(parameters.get("up.weight"), parameters.get("up.bias"));
    return new Output(logits, Map.of("representation", representation));
  }
}
