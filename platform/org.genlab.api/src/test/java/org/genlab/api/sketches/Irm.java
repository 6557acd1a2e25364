package org.genlab.api.sketches;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.genlab.api.data.Annotation;
import org.genlab.api.training.Regularizer;
import org.genlab.tensor.Gradients;
import org.genlab.tensor.IntTensor;
import org.genlab.tensor.Tensor;

/**
 * Invariant risk minimisation: the squared gradient of each domain's risk with respect to a scale
 * of the logits, at 1 (Arjovsky et al. 2019, IRMv1).
 */
record Irm(double lambda) implements Regularizer {
  @Override
  public Optional<Tensor> penalty(Pass pass, Context context) {
    Tensor scale = Tensor.scalar(1).variable();
    Tensor losses = pass.perExample(pass.output().withLogits(pass.output().logits().times(scale)));
    Map<Integer, List<Integer>> rows = new TreeMap<>();
    IntTensor domain = pass.batch().ints(Annotation.DOMAIN);
    for (int i = 0; i < domain.size(); i++) {
      rows.computeIfAbsent(domain.at(i), d -> new ArrayList<>()).add(i);
    }
    Tensor sum = Tensor.scalar(0);
    for (List<Integer> of : rows.values()) {
      Tensor risk = losses.selectRows(of.stream().mapToInt(i -> i).toArray()).mean();
      sum = sum.plus(Gradients.differentiable(risk, scale).square());
    }
    return Optional.of(sum.times(lambda / rows.size()));
  }
}
