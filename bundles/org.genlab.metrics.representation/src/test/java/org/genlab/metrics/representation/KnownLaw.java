package org.genlab.metrics.representation;

import jakarta.inject.Inject;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.genlab.api.Default;
import org.genlab.api.Doc;
import org.genlab.api.Kind;
import org.genlab.api.Plugin;
import org.genlab.api.Range;
import org.genlab.api.data.Annotation;
import org.genlab.api.data.Batch;
import org.genlab.api.data.DataSpec;
import org.genlab.api.data.Dataset;
import org.genlab.api.data.InputSpec;
import org.genlab.api.data.Split;
import org.genlab.api.data.TargetSpec;
import org.genlab.tensor.IntTensor;
import org.genlab.tensor.Tensor;

/** Coins that fall on heads three times in four, in turn; the law is told in the columns. */
@Plugin(kind = Kind.DATASET, id = "known-law", version = "1.0.0", summary = "Unfair coins")
public final class KnownLaw implements Dataset {
  static final float[] LAW = {0.75f, 0.25f};

  /**
   * The settings.
   *
   * @param train coins to train on
   * @param validation coins to validate on
   * @param columns which columns tell the law
   */
  public record Settings(
      @Default("12") @Range(min = 1) @Doc("coins to train on") int train,
      @Default("8") @Range(min = 1) @Doc("coins to validate on") int validation,
      @Default("[log-probability]") @Doc("columns that tell the law") List<String> columns) {}

  private final Settings settings;

  @Inject
  public KnownLaw(Settings settings) {
    this.settings = settings;
  }

  @Override
  public DataSpec spec() {
    return new DataSpec(
        new InputSpec.Tokens(2, 1),
        new TargetSpec.Classes(2),
        Map.of("entropy", -0.75 * Math.log(0.75) - 0.25 * Math.log(0.25)));
  }

  @Override
  public List<Split> splits() {
    return List.of(
        new Coins(TRAIN, settings.train(), settings.columns()),
        new Coins(VALIDATION, settings.validation(), settings.columns()));
  }

  private record Coins(String name, int size, List<String> told) implements Split {
    @Override
    public Batch batch(int... indices) {
      int n = indices.length;
      int[] target = new int[n];
      float[] logs = new float[n];
      float[] law = new float[2 * n];
      for (int i = 0; i < n; i++) {
        target[i] = Objects.checkIndex(indices[i], size) % 4 == 3 ? 1 : 0;
        logs[i] = (float) Math.log(LAW[target[i]]);
        law[2 * i] = LAW[0];
        law[2 * i + 1] = LAW[1];
      }
      Batch batch =
          Batch.of(n)
              .with(Batch.INPUT, IntTensor.of(new int[n], n, 1))
              .with(Batch.TARGET, IntTensor.of(target, n))
              .with(Annotation.INDEX, IntTensor.of(indices, n));
      batch =
          told.contains("log-probability")
              ? batch.with("log-probability", Tensor.of(logs, n))
              : batch;
      return told.contains("probabilities")
          ? batch.with("probabilities", Tensor.of(law, n, 2))
          : batch;
    }
  }
}
