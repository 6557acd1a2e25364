package org.genlab.tck.internal;

import jakarta.inject.Inject;
import java.util.List;
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
import org.genlab.tensor.random.RandomStream;

/** A few examples in each form that inputs and targets usually have, with annotations. */
@Plugin(
    kind = Kind.DATASET,
    id = KitExamples.ID,
    version = "1.0.0",
    summary = "A few examples in the usual forms, for tests of other plugins")
public final class KitExamples implements Dataset {
  static final String ID = "tck-examples";

  /** The forms. */
  public enum Form {
    /** Five real numbers, one of three classes. */
    VECTORS,
    /** Images of 8 x 8 pixels with three channels, one of three classes. */
    IMAGES,
    /** Four tokens, one of five classes. */
    TOKENS,
    /** Five tokens, a class for each position, some of which do not count. */
    SEQUENCES,
    /** Five real numbers, two real numbers to predict. */
    REGRESSION
  }

  /**
   * The settings.
   *
   * @param form of the examples
   * @param train how many to train on
   * @param validation how many to validate on
   */
  public record Settings(
      @Default("vectors") @Doc("vectors, images, tokens, sequences or regression") Form form,
      @Default("20") @Range(min = 1) @Doc("examples to train on") int train,
      @Default("7") @Range(min = 1) @Doc("examples to validate on") int validation) {}

  private static final int CLASSES = 3;
  private static final int VALUES = 5;
  private static final int SIDE = 8;
  private static final int CHANNELS = 3;
  private static final int VOCABULARY = 11;
  private static final int LENGTH = 4;
  private static final int POSITIONS = 5;

  private final Settings settings;

  @Inject
  public KitExamples(Settings settings) {
    this.settings = settings;
  }

  @Override
  public DataSpec spec() {
    return switch (settings.form()) {
      case VECTORS ->
          new DataSpec(new InputSpec.Values(List.of(VALUES)), new TargetSpec.Classes(CLASSES));
      case IMAGES ->
          new DataSpec(
              new InputSpec.Values(List.of(SIDE, SIDE, CHANNELS)), new TargetSpec.Classes(CLASSES));
      case TOKENS ->
          new DataSpec(new InputSpec.Tokens(VOCABULARY, LENGTH), new TargetSpec.Classes(5));
      case SEQUENCES ->
          new DataSpec(
              new InputSpec.Tokens(VOCABULARY, POSITIONS),
              new TargetSpec.ClassPerPosition(VOCABULARY));
      case REGRESSION ->
          new DataSpec(new InputSpec.Values(List.of(VALUES)), new TargetSpec.Values(List.of(2)));
    };
  }

  @Override
  public List<Split> splits() {
    return List.of(
        new Examples(Dataset.TRAIN, settings.train(), settings.form()),
        new Examples(Dataset.VALIDATION, settings.validation(), settings.form()));
  }

  private record Examples(String name, int size, Form form) implements Split {
    @Override
    public Batch batch(int... indices) {
      int n = indices.length;
      int inputs = form == Form.IMAGES ? SIDE * SIDE * CHANNELS : VALUES;
      int tokens = form == Form.SEQUENCES ? POSITIONS : LENGTH;
      float[] x = new float[n * inputs];
      int[] words = new int[n * tokens];
      int[] classes = new int[n];
      int[] perPosition = new int[n * tokens];
      float[] values = new float[2 * n];
      float[] difficulty = new float[n];
      int[] half = new int[n];
      for (int i = 0; i < n; i++) {
        if (indices[i] < 0 || indices[i] >= size) {
          throw new IndexOutOfBoundsException(
              "no example " + indices[i] + " in a split of " + size);
        }
        RandomStream random = RandomStream.of(1, name, indices[i]);
        // All classes and both halves occur among the first examples, whatever is drawn.
        classes[i] = indices[i] % (form == Form.TOKENS ? 5 : CLASSES);
        half[i] = indices[i] / 2 % 2;
        difficulty[i] = random.nextFloat();
        double sum = 0;
        for (int j = 0; j < inputs; j++) {
          double value = (j % CLASSES == classes[i] ? 1 : 0) + 0.4 * random.nextGaussian();
          x[i * inputs + j] = (float) value;
          sum += value;
        }
        values[2 * i] = (float) sum;
        values[2 * i + 1] = x[i * inputs] - x[i * inputs + 1];
        for (int j = 0; j < tokens; j++) {
          words[i * tokens + j] = random.nextInt(VOCABULARY);
          perPosition[i * tokens + j] =
              j == 0 ? -1 : (words[i * tokens + j] + words[i * tokens + j - 1]) % VOCABULARY;
        }
      }
      Batch batch = Batch.of(n);
      batch =
          switch (form) {
            case VECTORS, REGRESSION -> batch.with(Batch.INPUT, Tensor.of(x, n, VALUES));
            case IMAGES -> batch.with(Batch.INPUT, Tensor.of(x, n, SIDE, SIDE, CHANNELS));
            case TOKENS, SEQUENCES -> batch.with(Batch.INPUT, IntTensor.of(words, n, tokens));
          };
      batch =
          switch (form) {
            case VECTORS, IMAGES, TOKENS -> batch.with(Batch.TARGET, IntTensor.of(classes, n));
            case SEQUENCES -> batch.with(Batch.TARGET, IntTensor.of(perPosition, n, tokens));
            case REGRESSION -> batch.with(Batch.TARGET, Tensor.of(values, n, 2));
          };
      return batch
          .with(Annotation.INDEX, IntTensor.of(indices, n))
          .with(Annotation.GROUP, IntTensor.of(half, n))
          .with(Annotation.DOMAIN, IntTensor.of(half, n))
          .with(Annotation.TASK, IntTensor.of(half, n))
          .with(Annotation.CLEAN, IntTensor.of(classes, n))
          .with(Annotation.DIFFICULTY, Tensor.of(difficulty, n));
    }
  }
}
