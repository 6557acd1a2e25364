package org.genlab.tck;

import static org.genlab.tck.Kit.assertFails;
import static org.junit.jupiter.api.Assertions.assertEquals;

import jakarta.inject.Inject;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.genlab.api.Kind;
import org.genlab.api.Plugin;
import org.genlab.api.Randomness;
import org.genlab.api.data.Annotation;
import org.genlab.api.data.Batch;
import org.genlab.api.data.DataSpec;
import org.genlab.api.data.Dataset;
import org.genlab.api.data.InputSpec;
import org.genlab.api.data.Split;
import org.genlab.api.data.TargetSpec;
import org.genlab.tensor.IntTensor;
import org.genlab.tensor.Tensor;
import org.genlab.tensor.random.RandomStream;
import org.junit.jupiter.api.Test;

/** The checks for datasets: a good one passes, each bad one fails. */
class DatasetSuiteTest {
  /** Points of two classes, with a few places to go wrong at. */
  abstract static class Points implements Dataset {
    private int asked;

    List<String> names() {
      return List.of(TRAIN, VALIDATION);
    }

    int label(int index) {
      return index % 2;
    }

    double value(int index, int calls) {
      return RandomStream.of(1, "points", index).nextGaussian() + label(index);
    }

    int checked(int index) {
      return Objects.checkIndex(index, 9);
    }

    boolean indexed() {
      return true;
    }

    Batch finish(Batch batch) {
      return batch;
    }

    @Override
    public DataSpec spec() {
      return new DataSpec(new InputSpec.Values(List.of(1)), new TargetSpec.Classes(2));
    }

    @Override
    public List<Split> splits() {
      return names().stream().<Split>map(Some::new).toList();
    }

    private final class Some implements Split {
      private final String name;

      Some(String name) {
        this.name = name;
      }

      @Override
      public String name() {
        return name;
      }

      @Override
      public int size() {
        return 9;
      }

      @Override
      public Batch batch(int... indices) {
        double[] x = new double[indices.length];
        int[] y = new int[indices.length];
        for (int i = 0; i < indices.length; i++) {
          y[i] = label(checked(indices[i]));
          x[i] = value(indices[i], asked++);
        }
        Batch batch =
            Batch.of(indices.length)
                .with(Batch.INPUT, Tensor.of(x, indices.length, 1))
                .with(Batch.TARGET, IntTensor.of(y, indices.length));
        return finish(
            indexed()
                ? batch.with(Annotation.INDEX, IntTensor.of(indices, indices.length))
                : batch);
      }
    }
  }

  @Plugin(kind = Kind.DATASET, id = "good", version = "1.0.0", summary = "Points")
  public static final class Good extends Points {
    private final Randomness randomness;

    @Inject
    public Good(Randomness randomness) {
      this.randomness = randomness;
    }

    @Override
    double value(int index, int calls) {
      return label(index) + randomness.stream("points", index).nextGaussian();
    }
  }

  static class GoodSuite extends DatasetSuite {
    GoodSuite() {
      super(Good.class);
    }
  }

  @Test
  void aGoodDatasetPasses() {
    assertEquals(Set.of("bundleInOrder"), Kit.run(GoodSuite.class).keySet());
  }

  @Plugin(kind = Kind.DATASET, id = "twice", version = "1.0.0", summary = "x")
  public static final class Twice extends Points {
    @Inject
    public Twice() {}

    @Override
    List<String> names() {
      return List.of("train", "train");
    }
  }

  static class TwiceSuite extends DatasetSuite {
    TwiceSuite() {
      super(Twice.class);
    }
  }

  @Plugin(kind = Kind.DATASET, id = "labels", version = "1.0.0", summary = "x")
  public static final class Labels extends Points {
    @Inject
    public Labels() {}

    @Override
    public DataSpec spec() {
      return new DataSpec(new InputSpec.Values(List.of(1)), new TargetSpec.Classes(7));
    }

    @Override
    int label(int index) {
      return -(index % 2);
    }
  }

  static class LabelsSuite extends DatasetSuite {
    LabelsSuite() {
      super(Labels.class);
    }

    @Override
    protected String experiment() {
      return "regularizers: {flat: {}}";
    }

    @Override
    protected List<Class<?>> companions() {
      return List.of(RegularizerSuiteTest.Flat.class);
    }
  }

  @Plugin(kind = Kind.DATASET, id = "infinite", version = "1.0.0", summary = "x")
  public static final class NotFinite extends Points {
    @Inject
    public NotFinite() {}

    @Override
    Batch finish(Batch batch) {
      return batch.with("extra", Tensor.full(Double.NaN, batch.size()));
    }
  }

  static class NotFiniteSuite extends DatasetSuite {
    NotFiniteSuite() {
      super(NotFinite.class);
    }
  }

  @Plugin(kind = Kind.DATASET, id = "impure", version = "1.0.0", summary = "x")
  public static final class Impure extends Points {
    @Inject
    public Impure() {}

    @Override
    double value(int index, int calls) {
      return calls % 5;
    }
  }

  static class ImpureSuite extends DatasetSuite {
    ImpureSuite() {
      super(Impure.class);
    }
  }

  @Plugin(kind = Kind.DATASET, id = "index", version = "1.0.0", summary = "x")
  public static final class NoIndex extends Points {
    @Inject
    public NoIndex() {}

    @Override
    boolean indexed() {
      return false;
    }
  }

  static class NoIndexSuite extends DatasetSuite {
    NoIndexSuite() {
      super(NoIndex.class);
    }
  }

  @Plugin(kind = Kind.DATASET, id = "bounds", version = "1.0.0", summary = "x")
  public static final class NoBounds extends Points {
    @Inject
    public NoBounds() {}

    @Override
    int checked(int index) {
      return Math.abs(index);
    }
  }

  static class NoBoundsSuite extends DatasetSuite {
    NoBoundsSuite() {
      super(NoBounds.class);
    }
  }

  @Plugin(kind = Kind.DATASET, id = "empty", version = "1.0.0", summary = "x")
  public static final class FailsEmpty extends Points {
    @Inject
    public FailsEmpty() {}

    @Override
    Batch finish(Batch batch) {
      return batch.with("copy", Tensor.full(batch.input().toArray()[0], batch.size()));
    }
  }

  static class FailsEmptySuite extends DatasetSuite {
    FailsEmptySuite() {
      super(FailsEmpty.class);
    }
  }

  @Test
  void badDatasetsFail() {
    assertFails(TwiceSuite.class, "splits", "two splits are called 'train'");
    assertFails(LabelsSuite.class, "spec", "has the value -1");
    assertFails(NotFiniteSuite.class, "spec", "'extra' has numbers that are not finite");
    assertFails(ImpureSuite.class, "purity", "make each a function of its index");
    assertFails(NoIndexSuite.class, "purity", "need a column 'index'");
    assertFails(NoBoundsSuite.class, "smallBatches", "Objects.checkIndex");
    assertFails(FailsEmptySuite.class, "smallBatches", "an empty batch");
  }
}
