package org.genlab.api.sketches;

import java.util.Map;
import org.genlab.api.Randomness;
import org.genlab.api.data.Batch;
import org.genlab.api.data.DataSpec;
import org.genlab.api.data.InputSpec;
import org.genlab.api.data.Split;
import org.genlab.api.model.Architecture;
import org.genlab.api.model.FittedNetwork;
import org.genlab.api.model.Forward;
import org.genlab.api.model.Network;
import org.genlab.api.model.Output;
import org.genlab.api.model.ParameterLayout;
import org.genlab.api.model.Parameters;
import org.genlab.api.training.Procedure;
import org.genlab.api.training.State;
import org.genlab.api.training.Training;
import org.genlab.tensor.IntTensor;
import org.genlab.tensor.Tensor;
import org.genlab.tensor.random.RandomStream;

/**
 * A retriever without any gradient (Robertson and Zaragoza 2009, eq. 3.15): its index is what it
 * keeps, its logits are the scores of the documents.
 */
record Bm25(double k1, double b) implements Architecture {
  @Override
  public Network build(DataSpec spec) {
    return new Index(((InputSpec.Tokens) spec.input()).vocabulary(), k1, b);
  }

  record Index(int vocabulary, double k1, double b) implements FittedNetwork {
    @Override
    public ParameterLayout layout() {
      return ParameterLayout.builder().build();
    }

    @Override
    public Parameters initialize(RandomStream random) {
      return new Parameters(layout(), Tensor.zeros(0));
    }

    @Override
    public State fit(Split documents, Randomness randomness) {
      int n = documents.size();
      IntTensor tokens = documents.range(0, n).tokens();
      int length = tokens.shape().dimension(1);
      double[] weight = new double[n * vocabulary];
      int[] containing = new int[vocabulary];
      double average = 0;
      int[] lengths = new int[n];
      for (int i = 0; i < tokens.size(); i++) {
        int document = i / length;
        if (tokens.at(i) >= 0) {
          lengths[document]++;
          if (weight[document * vocabulary + tokens.at(i)]++ == 0) {
            containing[tokens.at(i)]++;
          }
        }
      }
      for (int l : lengths) {
        average += (double) l / n;
      }
      for (int i = 0; i < weight.length; i++) {
        double tf = weight[i];
        int term = i % vocabulary;
        double idf = StrictMath.log(1 + (n - containing[term] + 0.5) / (containing[term] + 0.5));
        double norm = k1 * (1 - b + b * lengths[i / vocabulary] / average);
        weight[i] = idf * tf * (k1 + 1) / (tf + norm);
      }
      return State.empty().with("index", Tensor.of(weight, n, vocabulary));
    }

    @Override
    public Output forward(Parameters parameters, Batch batch, Forward forward) {
      IntTensor query = batch.tokens();
      int length = query.shape().dimension(1);
      float[] counts = new float[batch.size() * vocabulary];
      for (int i = 0; i < query.size(); i++) {
        if (query.at(i) >= 0) {
          counts[i / length * vocabulary + query.at(i)]++;
        }
      }
      Tensor terms = Tensor.of(counts, batch.size(), vocabulary);
      Tensor index = forward.buffer("index").orElseThrow();
      return new Output(terms.matmul(index, false, true), Map.of());
    }
  }

  /** The procedure of everything that is fitted, not trained: one step. */
  record Fit(Randomness randomness) implements Procedure {
    @Override
    public void step(Training training) {
      if (!(training.model().network() instanceof FittedNetwork network)) {
        throw new IllegalStateException("procedure 'fit' needs a network that is fitted");
      }
      Split documents = training.dataset().splits().get(0);
      training.model().setBuffers(network.fit(documents, randomness));
    }

    @Override
    public boolean finished(Training training) {
      return training.step() >= totalSteps();
    }

    @Override
    public long totalSteps() {
      return 1;
    }
  }
}
