package org.genlab.metrics.geometry;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.genlab.api.data.Batch;
import org.genlab.api.data.DataSpec;
import org.genlab.api.data.Dataset;
import org.genlab.api.data.InputSpec;
import org.genlab.api.data.Split;
import org.genlab.api.data.TargetSpec;
import org.genlab.api.evaluation.Metric;
import org.genlab.tck.Findings;
import org.genlab.tensor.Tensor;
import org.junit.jupiter.api.Test;

class CovarianceTest {
  private record Three() implements Split {
    @Override
    public String name() {
      return "train";
    }

    @Override
    public int size() {
      return 3;
    }

    @Override
    public Batch batch(int... indices) {
      // x = (0, 5), (3, 5), (6, 8); y = 1, 1, 4
      return Batch.of(3)
          .with(Batch.INPUT, Tensor.of(new float[] {0, 5, 3, 5, 6, 8}, 3, 2))
          .with(Batch.TARGET, Tensor.of(new float[] {1, 1, 4}, 3, 1))
          .select(indices);
    }
  }

  private record Data(DataSpec spec) implements Dataset {
    @Override
    public List<Split> splits() {
      return List.of(new Three());
    }
  }

  @Test
  void areThoseWorkedOutByHand() {
    Data data =
        new Data(new DataSpec(new InputSpec.Values(List.of(2)), new TargetSpec.Values(List.of(1))));
    Covariance metric = new Covariance(new Covariance.Settings(""), data);
    Findings findings = new Findings();
    metric.measure(null, findings);
    // Deviations (-3, 0, 3), (-1, -1, 2) and (-1, -1, 2).
    assertArrayEquals(new double[] {6, 3, 3, 2}, findings.arrays().get("covariance/input"), 1e-6);
    assertArrayEquals(new double[] {2}, findings.arrays().get("covariance/target"), 1e-6);
    assertArrayEquals(new double[] {3, 2}, findings.arrays().get("covariance/cross"), 1e-6);
    assertEquals(Metric.When.END, metric.when());
  }

  @Test
  void needsRealNumbers() {
    Data classes =
        new Data(new DataSpec(new InputSpec.Values(List.of(2)), new TargetSpec.Classes(2)));
    assertThrows(
        IllegalArgumentException.class, () -> new Covariance(new Covariance.Settings(""), classes));
  }
}
