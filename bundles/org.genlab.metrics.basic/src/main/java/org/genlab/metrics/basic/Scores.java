package org.genlab.metrics.basic;

import org.genlab.api.data.Dataset;
import org.genlab.api.data.TargetSpec;
import org.genlab.api.evaluation.Predictions;
import org.genlab.tensor.IntTensor;

/** What several metrics compute of predictions. */
final class Scores {
  private Scores() {}

  static boolean hasClasses(Dataset dataset) {
    TargetSpec target = dataset.spec().target();
    return target instanceof TargetSpec.Classes || target instanceof TargetSpec.ClassPerPosition;
  }

  /** The mean of the losses, added up in double precision; NaN of none. */
  static double loss(Predictions predictions) {
    double sum = 0;
    float[] losses = predictions.losses().toArray();
    for (float loss : losses) {
      sum += loss;
    }
    return sum / losses.length;
  }

  /** The share of the labels that are not negative and predicted; NaN when there are none. */
  static double accuracy(Predictions predictions) {
    IntTensor predicted = predictions.logits().argmax();
    IntTensor labels = predictions.examples().labels();
    int counted = 0;
    int right = 0;
    for (int i = 0; i < labels.size(); i++) {
      if (labels.at(i) >= 0) {
        counted++;
        right += predicted.at(i) == labels.at(i) ? 1 : 0;
      }
    }
    return (double) right / counted;
  }

  /** The number of labels that are not negative. */
  static int counted(Predictions predictions) {
    IntTensor labels = predictions.examples().labels();
    int counted = 0;
    for (int i = 0; i < labels.size(); i++) {
      counted += labels.at(i) >= 0 ? 1 : 0;
    }
    return counted;
  }
}
