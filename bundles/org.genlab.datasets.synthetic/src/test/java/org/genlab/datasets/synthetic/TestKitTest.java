package org.genlab.datasets.synthetic;

import java.util.List;
import org.genlab.tck.DatasetSuite;
import org.junit.jupiter.api.Nested;

/** What the test kit demands of each plugin of this bundle. */
class TestKitTest {
  @Nested
  class LinearTeacherKit extends DatasetSuite {
    LinearTeacherKit() {
      super(LinearTeacher.class);
    }

    @Override
    protected List<String> settings() {
      return List.of(
          "{train-examples: 20, test-examples: 20}",
          "{dimensions: 5, outputs: 3, covariance: {shape: power-law, rotated: true}, noise: 0.1,"
              + " train-examples: 20, validation-examples: 9, test-examples: 9, population-split:"
              + " true}",
          "{dimensions: 4, teacher: sine, relevant: 2, targets: classes, train-examples: 20,"
              + " test-examples: 9}");
    }
  }

  @Nested
  class GaussianMixtureKit extends DatasetSuite {
    GaussianMixtureKit() {
      super(GaussianMixture.class);
    }

    @Override
    protected List<String> settings() {
      return List.of(
          "{train-examples: 20, test-examples: 20}",
          "{classes: 3, clusters-per-class: 2, centres: box, imbalance: 10, train-examples: 30,"
              + " validation-examples: 9, test-examples: 9, centres-split: true}");
    }
  }

  @Nested
  class XorClustersKit extends DatasetSuite {
    XorClustersKit() {
      super(XorClusters.class);
    }

    @Override
    protected List<String> settings() {
      return List.of(
          "{train-examples: 20, test-examples: 20}",
          "{dimensions: 5, train-examples: 20, validation-examples: 9, test-examples: 9,"
              + " centres-split: true}");
    }
  }

  @Nested
  class SubpopulationMixtureKit extends DatasetSuite {
    SubpopulationMixtureKit() {
      super(SubpopulationMixture.class);
    }

    @Override
    protected List<String> settings() {
      return List.of(
          "{subpopulations: 20, train-examples: 20, test-examples: 20}",
          "{subpopulations: 20, points: clusters, dimensions: 4, prior: geometric, classes: 3,"
              + " train-examples: 20, test-examples: 20, population-split: true}");
    }
  }

  @Nested
  class RectangularMixtureKit extends DatasetSuite {
    RectangularMixtureKit() {
      super(RectangularMixture.class);
    }

    @Override
    protected List<String> settings() {
      return List.of(
          "{train-examples: 20, test-examples: 20}",
          "{dimensions: 3, rotated: false, directions: false, train-examples: 20,"
              + " validation-examples: 9, test-examples: 9}");
    }
  }
}
