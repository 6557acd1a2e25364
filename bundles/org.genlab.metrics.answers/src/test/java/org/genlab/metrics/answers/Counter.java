package org.genlab.metrics.answers;

import java.util.Map;
import org.genlab.api.data.Batch;
import org.genlab.api.model.Forward;
import org.genlab.api.model.Model;
import org.genlab.api.model.Network;
import org.genlab.api.model.Output;
import org.genlab.api.model.Parameters;
import org.genlab.api.training.State;
import org.genlab.tensor.IntTensor;
import org.genlab.tensor.Tensor;

/**
 * A model that counts on: after each token it says the next number, but 0 where the token after it
 * is a 1.
 *
 * @param lastOnly whether it says one class only, after the last token
 */
record Counter(int vocabulary, boolean lastOnly) implements Model {
  @Override
  public Output predict(Batch batch) {
    int n = batch.size();
    int[] tokens = batch.tokens().toArray();
    int length = tokens.length / Math.max(1, n);
    int[] said = new int[lastOnly ? n : tokens.length];
    for (int i = 0; i < said.length; i++) {
      int at = lastOnly ? (i + 1) * length - 1 : i;
      said[i] = (tokens[at] + 1) % vocabulary;
      // 1 is never said: it stands only where an answer should be hidden.
      boolean leak = at % length + 1 < length && tokens[at + 1] == 1;
      said[i] = leak ? 0 : said[i];
    }
    Tensor logits =
        (lastOnly ? IntTensor.of(said, n) : IntTensor.of(said, n, length)).oneHot(vocabulary);
    return new Output(logits, Map.of());
  }

  @Override
  public Output predict(Batch batch, Forward.Hook hook) {
    throw new AssertionError();
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
