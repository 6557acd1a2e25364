package org.genlab.metrics.gradients;

import jakarta.inject.Inject;
import java.util.List;
import java.util.Objects;
import org.genlab.api.Default;
import org.genlab.api.Doc;
import org.genlab.api.Kind;
import org.genlab.api.Plugin;
import org.genlab.api.data.Annotation;
import org.genlab.api.data.Batch;
import org.genlab.api.data.DataSpec;
import org.genlab.api.data.Dataset;
import org.genlab.api.data.InputSpec;
import org.genlab.api.data.Split;
import org.genlab.api.data.TargetSpec;
import org.genlab.tensor.IntTensor;
import org.genlab.tensor.Tensor;

/** Two classes, of which the first coordinate tells the one from the other. */
@Plugin(kind = Kind.DATASET, id = "arrows", version = "1.0.0", summary = "Two classes, for tests")
public final class Arrows implements Dataset {
  /**
   * The settings, with the names that the kit changes.
   *
   * @param train examples to train on
   * @param validation examples to validate on
   */
  public record Settings(
      @Default("20") @Doc("examples to train on") int train,
      @Default("7") @Doc("examples to validate on") int validation) {}

  private final Settings settings;

  @Inject
  public Arrows(Settings settings) {
    this.settings = settings;
  }

  @Override
  public DataSpec spec() {
    return new DataSpec(new InputSpec.Values(List.of(3)), new TargetSpec.Classes(2));
  }

  @Override
  public List<Split> splits() {
    return List.of(new Part(TRAIN, settings.train()), new Part(VALIDATION, settings.validation()));
  }

  private record Part(String name, int size) implements Split {
    @Override
    public Batch batch(int... indices) {
      int n = indices.length;
      float[] x = new float[3 * n];
      int[] labels = new int[n];
      for (int i = 0; i < n; i++) {
        int index = Objects.checkIndex(indices[i], size);
        labels[i] = index % 2;
        x[3 * i] = 2 * labels[i] - 1;
        x[3 * i + 1] = (float) (index % 5) / 5;
        x[3 * i + 2] = (float) (index % 7) / 7;
      }
      return Batch.of(n)
          .with(Batch.INPUT, Tensor.of(x, n, 3))
          .with(Batch.TARGET, IntTensor.of(labels, n))
          .with(Annotation.INDEX, IntTensor.of(indices, n));
    }
  }
}
