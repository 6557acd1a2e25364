package org.genlab.tensor.contract;

import static org.genlab.tensor.contract.OperationContract.s;

import org.genlab.tensor.IntTensor;

/** Losses of logits. */
final class LossCases {
  private LossCases() {}

  static void addTo(OperationContract contract) {
    int[] labels = {2, 0, -1, 1, 2};
    for (int[] shape : new int[][] {s(5, 3), s(1, 5, 17)}) {
      int classes = shape[shape.length - 1];
      IntTensor places = shape.length == 2 ? IntTensor.of(labels, 5) : IntTensor.of(labels, 1, 5);
      Reference counted =
          Reference.of(i -> labels[i] < 0 ? 0 : 1, shape.length == 2 ? s(5) : s(1, 5));
      contract.add(
          "crossEntropy with class weights",
          x -> x[0].crossEntropy(places, x[1]),
          x -> {
            Reference loss = x[0].logSumExp(-1).minus(x[0]).times(x[1]);
            return Reference.of(
                i -> labels[i] < 0 ? 0 : loss.values[i * classes + labels[i]], counted.shape);
          },
          shape,
          s(classes));
      contract.add(
          "crossEntropy with smoothing",
          x -> x[0].crossEntropy(places, 0.2),
          x -> {
            Reference loss = x[0].logSumExp(-1).minus(x[0]);
            return Reference.of(
                    i -> {
                      double even = 0;
                      for (int c = 0; c < classes; c++) {
                        even += loss.values[i * classes + c] / classes;
                      }
                      double sharp = loss.values[i * classes + Math.max(labels[i], 0)];
                      return 0.8 * sharp + 0.2 * even;
                    },
                    counted.shape)
                .times(counted);
          },
          shape);
    }
    for (int[] shape : new int[][] {s(), s(5), s(3, 17), s(0, 2)}) {
      contract.add(
          "binaryCrossEntropy",
          x -> x[0].binaryCrossEntropy(x[1].sigmoid()),
          x -> {
            Reference t = x[1].map(v -> 1 / (1 + Math.exp(-v)));
            Reference p = x[0].map(v -> 1 / (1 + Math.exp(-v)));
            return t.times(p.map(Math::log))
                .plus(t.map(v -> 1 - v).times(p.map(v -> Math.log(1 - v))))
                .map(v -> -v);
          },
          shape,
          shape);
    }
  }
}
