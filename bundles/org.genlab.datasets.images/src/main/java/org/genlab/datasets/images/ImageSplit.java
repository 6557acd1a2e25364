package org.genlab.datasets.images;

import java.util.Objects;
import org.genlab.api.data.Annotation;
import org.genlab.api.data.Batch;
import org.genlab.api.data.Split;
import org.genlab.tensor.IntTensor;
import org.genlab.tensor.Tensor;

/** Images as examples, inputs [batch, height, width, 1]. */
final class ImageSplit implements Split {
  /** The column of the numbers of the fonts. */
  static final String FONT = "font";

  private final String name;
  private final Images images;
  private final float[] values;

  /**
   * @param values the input that each of the 256 levels of grey becomes
   */
  ImageSplit(String name, Images images, float[] values) {
    this.name = name;
    this.images = images;
    this.values = values.clone();
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public int size() {
    return images.size();
  }

  @Override
  public Batch batch(int... indices) {
    int n = indices.length;
    int pixels = images.height() * images.width();
    float[] input = new float[n * pixels];
    int[] labels = new int[n];
    int[] fonts = new int[n];
    boolean hasFonts = images.fonts().length > 0;
    for (int i = 0; i < n; i++) {
      int index = Objects.checkIndex(indices[i], size());
      for (int p = 0; p < pixels; p++) {
        input[i * pixels + p] = values[images.pixels()[index * pixels + p] & 0xFF];
      }
      labels[i] = images.labels()[index];
      fonts[i] = hasFonts ? images.fonts()[index] : 0;
    }
    Batch batch =
        Batch.of(n)
            .with(Batch.INPUT, Tensor.of(input, n, images.height(), images.width(), 1))
            .with(Batch.TARGET, IntTensor.of(labels, n))
            .with(Annotation.INDEX, IntTensor.of(indices, n));
    return hasFonts ? batch.with(FONT, IntTensor.of(fonts, n)) : batch;
  }
}
