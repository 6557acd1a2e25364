package org.example.mydataset;

import jakarta.inject.Inject;
import java.util.List;
import java.util.Objects;
import org.genlab.api.Default;
import org.genlab.api.Doc;
import org.genlab.api.Kind;
import org.genlab.api.Plugin;
import org.genlab.api.Randomness;
import org.genlab.api.Range;
import org.genlab.api.SettingException;
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

/**
 * Sparse parity: vectors of n signs, whose class is whether an even or an odd number of the first k is
 * negative. No single coordinate tells anything of the class, so a network must find all k at once
 * (Barak et al., arXiv:2207.08799).
 */
@Plugin(
    kind = Kind.DATASET,
    id = "my-dataset",
    version = "1.0.0",
    summary = "The parity of a few among many signs",
    source = "arXiv:2207.08799, section 2")
public final class MyDataset implements Dataset {
  /**
   * The settings.
   *
   * @param bits n
   * @param relevant k
   * @param train examples to train on
   * @param validation examples to validate on
   */
  public record Settings(
      @Default("20") @Range(min = 1, max = 10000) @Doc("number of signs n") int bits,
      @Default("3") @Range(min = 1) @Doc("how many of them count, k") int relevant,
      @Default("1000") @Range(min = 1) @Doc("examples to train on") int train,
      @Default("1000") @Range(min = 1) @Doc("examples to validate on") int validation) {
    public Settings {
      if (relevant > bits) {
        throw new SettingException(
            "relevant", "must be at most the number of bits, " + bits + ", not " + relevant);
      }
    }
  }

  private final Settings settings;
  private final Randomness randomness;

  @Inject
  public MyDataset(Settings settings, Randomness randomness) {
    this.settings = settings;
    this.randomness = randomness;
  }

  @Override
  public DataSpec spec() {
    return new DataSpec(
        new InputSpec.Values(List.of(settings.bits())), new TargetSpec.Classes(2));
  }

  @Override
  public List<Split> splits() {
    return List.of(
        new Signs(TRAIN, settings.train()), new Signs(VALIDATION, settings.validation()));
  }

  /** Examples that are made when they are asked for, each from its name and its index. */
  private final class Signs implements Split {
    private final String name;
    private final int size;

    Signs(String name, int size) {
      this.name = name;
      this.size = size;
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public int size() {
      return size;
    }

    @Override
    public Batch batch(int... indices) {
      int bits = settings.bits();
      float[] signs = new float[indices.length * bits];
      int[] classes = new int[indices.length];
      for (int i = 0; i < indices.length; i++) {
        RandomStream random = randomness.stream(name, Objects.checkIndex(indices[i], size));
        for (int j = 0; j < bits; j++) {
          int bit = random.nextInt(2);
          signs[i * bits + j] = 1 - 2 * bit;
          if (j < settings.relevant()) {
            classes[i] ^= bit;
          }
        }
      }
      return Batch.of(indices.length)
          .with(Batch.INPUT, Tensor.of(signs, indices.length, bits))
          .with(Batch.TARGET, IntTensor.of(classes, indices.length))
          .with(Annotation.INDEX, IntTensor.of(indices, indices.length));
    }
  }
}
