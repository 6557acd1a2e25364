package org.genlab.procedures.language;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import org.genlab.api.data.Batch;
import org.genlab.api.model.Forward;
import org.genlab.api.model.Parameters;
import org.genlab.tensor.Gradients;
import org.genlab.tensor.IntTensor;
import org.genlab.tensor.LinearAlgebra;
import org.genlab.tensor.Tensor;
import org.genlab.tensor.random.RandomStream;
import org.junit.jupiter.api.Test;

class LowRankHeadTest {
  private static final Forward PLAIN =
      new Forward() {
        @Override
        public boolean training() {
          return false;
        }

        @Override
        public Tensor feature(String name, Site site, Tensor value) {
          return value;
        }

        @Override
        public RandomStream random(String name) {
          throw new AssertionError();
        }

        @Override
        public Optional<Tensor> buffer(String name) {
          return Optional.empty();
        }

        @Override
        public void updateBuffer(String name, Tensor value) {
          throw new AssertionError();
        }
      };

  private static Tensor normal(String name, int... shape) {
    int size = 1;
    for (int n : shape) {
      size *= n;
    }
    return Tensor.normal(RandomStream.of(1, name), 1, size).reshape(shape);
  }

  private static Tensor logits(LowRankHead head, Tensor flat, Tensor features) {
    Batch batch = Batch.of(features.dimension(0)).with(LowRankHead.FEATURES, features);
    return head.forward(new Parameters(head.layout(), flat), batch, PLAIN).logits();
  }

  @Test
  void theFullRankHeadSaysTheSameProbabilities() {
    Tensor weight = normal("weight", 5, 7).plus(2);
    Tensor bias = normal("bias", 7);
    Tensor features = normal("features", 6, 3, 5);
    TruncatedHead full = TruncatedHead.of(weight);
    LowRankHead head = new LowRankHead(5, 5, 7);
    Tensor logits = logits(head, Tensor.concat(0, full.factors(5, bias)), features);
    assertArrayEquals(
        features.linear(weight, bias).softmax().toArray(), logits.softmax().toArray(), 1e-5f);
    assertEquals(0, full.tailEnergy(5));
  }

  @Test
  void aTruncatedHeadIsAsFarAsItsTail() {
    Tensor weight = normal("weight", 6, 9);
    Tensor centred = weight.minus(weight.mean(true, 1));
    TruncatedHead full = TruncatedHead.of(weight);
    assertEquals(centred.square().sum().item(), full.tailEnergy(0), 1e-3);
    for (int rank = 1; rank < 6; rank++) {
      LowRankHead head = new LowRankHead(6, rank, 9);
      Tensor flat = Tensor.concat(0, full.factors(rank, Tensor.zeros(9)));
      // Unit vectors as features read the rows of A B.
      Tensor identity = IntTensor.of(new int[] {0, 1, 2, 3, 4, 5}, 6).oneHot(6);
      Tensor product = logits(head, flat, identity);
      assertEquals(full.tailEnergy(rank), product.minus(centred).square().sum().item(), 1e-3);
      double[] singular = LinearAlgebra.singularValues(product);
      assertTrue(singular[rank - 1] > 1e-2);
      assertTrue(rank == 6 || singular[rank] < 1e-4);
    }
  }

  @Test
  void ranksBeyondTheLastSingularValueAreZeros() {
    TruncatedHead full = TruncatedHead.of(normal("weight", 3, 4));
    LowRankHead head = new LowRankHead(3, 8, 4);
    Tensor flat = Tensor.concat(0, full.factors(8, Tensor.zeros(4)));
    assertEquals(head.layout().size(), flat.size());
    assertTrue(flat.allFinite());
  }

  @Test
  void gradientsReachBothFactorsAndTheBias() {
    LowRankHead head = new LowRankHead(4, 2, 3);
    Tensor flat =
        Tensor.concat(0, TruncatedHead.of(normal("weight", 4, 3)).factors(2, Tensor.zeros(3)))
            .variable();
    Tensor gradient =
        Gradients.of(logits(head, flat, normal("features", 5, 4)).square().sum(), flat);
    Parameters parts = new Parameters(head.layout(), gradient);
    for (String name : new String[] {"down.weight", "up.weight", "up.bias"}) {
      assertTrue(parts.get(name).abs().sum().item() > 0, name);
    }
  }
}
