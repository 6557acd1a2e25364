package org.genlab.metrics.mechanistic;

import java.util.ArrayList;
import java.util.List;
import org.genlab.api.data.Batch;
import org.genlab.api.data.DataSpec;
import org.genlab.api.data.InputSpec;
import org.genlab.api.data.TargetSpec;
import org.genlab.api.model.Forward.Site;
import org.genlab.api.model.Model;
import org.genlab.api.model.Output;
import org.genlab.tensor.IntTensor;
import org.genlab.tensor.Tensor;

/**
 * The states of the residual stream of a pass, by layer: the embedded inputs, if the network
 * announces them, then the stream after each block.
 *
 * @param output what the network said
 * @param layers the states, in the order of computation
 */
record States(Output output, List<Layer> layers) {
  /**
   * The states of a layer.
   *
   * @param name of the feature
   * @param number 0 for the embedded inputs, k for the stream after block k, counted from 1
   * @param values [batch, positions, width]; fewer positions than the input where the network
   *     computes the last ones only
   */
  record Layer(String name, int number, Tensor values) {
    int positions() {
      return values.dimension(1);
    }
  }

  /** Refuses data that are no sequences of tokens with classes as targets. */
  static void check(String metric, DataSpec spec) {
    boolean classes =
        spec.target() instanceof TargetSpec.Classes
            || spec.target() instanceof TargetSpec.ClassPerPosition;
    if (!(spec.input() instanceof InputSpec.Tokens) || !classes) {
      throw new IllegalArgumentException(
          metric
              + " needs sequences of tokens and classes as targets, and the dataset has "
              + spec.input()
              + " and "
              + spec.target());
    }
  }

  /**
   * Evaluates a model.
   *
   * @throws IllegalArgumentException when its network announces no residual stream
   */
  static States of(String metric, Model model, Batch batch) {
    List<Layer> layers = new ArrayList<>();
    int[] blocks = {0};
    Output output =
        model.predict(
            batch,
            (name, site, value) -> {
              if (value.rank() == 3 && site == Site.EMBEDDING) {
                layers.add(new Layer(name, 0, value));
              } else if (value.rank() == 3 && site == Site.STREAM) {
                layers.add(new Layer(name, ++blocks[0], value));
              }
              return value;
            });
    if (blocks[0] == 0) {
      throw new IllegalArgumentException(
          metric
              + " needs a network with a residual stream: features [batch, positions, width] at"
              + " sites STREAM; this one has "
              + output.features().keySet());
    }
    return new States(output, layers);
  }

  /** The answer of each example: its class, or that at the last position that counts; -1: none. */
  static int[] answers(Batch batch) {
    IntTensor labels = batch.labels();
    return read(labels.toArray(), batch.size(), answerPositions(batch));
  }

  /** Where each example is answered: the last position that counts; 0 with one class a sequence. */
  static int[] answerPositions(Batch batch) {
    int[] labels = batch.labels().toArray();
    int[] positions = new int[batch.size()];
    int length = batch.size() == 0 ? 1 : labels.length / batch.size();
    for (int i = 0; i < labels.length; i++) {
      if (labels[i] >= 0) {
        positions[i / length] = i % length;
      }
    }
    return positions;
  }

  /** One number of each row. */
  static int[] read(int[] values, int rows, int... positions) {
    int length = rows == 0 ? 1 : values.length / rows;
    int[] chosen = new int[rows];
    for (int i = 0; i < rows; i++) {
      chosen[i] = values[i * length + positions[i]];
    }
    return chosen;
  }

  /** The logits at the position where each example is answered, [batch, classes]. */
  static Tensor answerLogits(Tensor logits, int... positions) {
    if (logits.rank() == 2) {
      return logits;
    }
    int n = logits.dimension(0);
    int length = logits.dimension(1);
    int[] rows = new int[n];
    for (int i = 0; i < n; i++) {
      rows[i] = i * length + positions[i];
    }
    return logits.reshape(n * length, logits.dimension(2)).selectRows(rows);
  }
}
