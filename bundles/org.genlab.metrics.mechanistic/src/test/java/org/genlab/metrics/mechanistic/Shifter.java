package org.genlab.metrics.mechanistic;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.genlab.api.data.Batch;
import org.genlab.api.model.Forward;
import org.genlab.api.model.Forward.Site;
import org.genlab.api.model.Model;
import org.genlab.api.model.Network;
import org.genlab.api.model.Output;
import org.genlab.api.model.Parameters;
import org.genlab.api.training.State;
import org.genlab.tensor.Tensor;

/**
 * A model whose states are known: each is the one-hot vector of a token. The embedding is the input
 * token; block 1 counts each token on by one; block 2 takes the state of position 0 to all
 * positions and counts on by one; logits are ten times the last state.
 *
 * @param lastOnly whether only the last position is computed in block 2, and answered
 * @param stream the site at which the states after a block are announced
 */
record Shifter(int vocabulary, boolean lastOnly, Site stream) implements Model {
  Shifter(int vocabulary, boolean lastOnly) {
    this(vocabulary, lastOnly, Site.STREAM);
  }

  @Override
  public Output predict(Batch batch) {
    return predict(batch, (name, site, value) -> value);
  }

  @Override
  public Output predict(Batch batch, Forward.Hook hook) {
    Map<String, Tensor> features = new LinkedHashMap<>();
    int length = batch.tokens().shape().dimension(1);
    Tensor x = hook.apply("in", Site.EMBEDDING, batch.tokens().oneHot(vocabulary));
    features.put("in", x);
    x = hook.apply("one", stream, x.roll(2, 1));
    features.put("one", x);
    Tensor first = x.slice(1, 0, 1).roll(2, 1);
    List<Tensor> copies = new ArrayList<>();
    for (int p = 0; p < (lastOnly ? 1 : length); p++) {
      copies.add(first);
    }
    x = hook.apply("two", stream, Tensor.concat(1, copies));
    features.put("two", x);
    Tensor logits = x.times(10);
    return new Output(lastOnly ? logits.reshape(batch.size(), vocabulary) : logits, features);
  }

  @Override
  public String name() {
    return "main";
  }

  @Override
  public Network network() {
    throw new AssertionError();
  }

  @Override
  public Parameters parameters() {
    throw new AssertionError();
  }

  @Override
  public Parameters initialParameters() {
    throw new AssertionError();
  }

  @Override
  public void setParameters(Parameters other) {
    throw new AssertionError("a metric changes nothing");
  }

  @Override
  public State buffers() {
    throw new AssertionError();
  }

  @Override
  public void setBuffers(State buffers) {
    throw new AssertionError("a metric changes nothing");
  }

  @Override
  public State optimizerState() {
    throw new AssertionError();
  }

  @Override
  public void setOptimizerState(State state) {
    throw new AssertionError("a metric changes nothing");
  }
}
