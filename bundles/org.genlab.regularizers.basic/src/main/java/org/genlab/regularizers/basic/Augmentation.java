package org.genlab.regularizers.basic;

import jakarta.inject.Inject;
import java.util.List;
import org.genlab.api.Default;
import org.genlab.api.Doc;
import org.genlab.api.Kind;
import org.genlab.api.Plugin;
import org.genlab.api.Range;
import org.genlab.api.data.Batch;
import org.genlab.api.data.Dataset;
import org.genlab.api.data.InputSpec;
import org.genlab.api.training.Regularizer;
import org.genlab.tensor.IntTensor;
import org.genlab.tensor.Tensor;
import org.genlab.tensor.random.RandomStream;

/**
 * Random changes of training images that keep what they show: each image of a minibatch is flipped,
 * rotated about its middle, shifted, and made brighter or darker, and of more or less contrast, by
 * amounts of its own, uniform within the limits. A shift by whole pixels, with what comes in
 * filled, is a random crop of the padded image.
 *
 * <p>Pixels after a rotation are interpolated bilinearly between the four nearest; those from
 * beyond the border have the value {@code fill}. Contrast is a factor on the differences from the
 * image's mean, brightness a number added to all of its values. Images are [height, width,
 * channels] or [height, width].
 */
@Plugin(
    kind = Kind.REGULARIZER,
    id = "augmentation",
    version = "1.0.0",
    summary = "Random shifts, rotations, flips, brightness and contrast of training images")
public final class Augmentation implements Regularizer {
  /**
   * The settings.
   *
   * @param shift largest shift along each axis, in whole pixels
   * @param rotation largest rotation, in degrees
   * @param flip whether half of the images are mirrored
   * @param brightness largest number that is added
   * @param contrast largest change of the contrast: its factor is from 1 - contrast to 1 + contrast
   * @param fill the value beyond the border
   */
  public record Settings(
      @Default("2") @Range(min = 0, max = 1000) @Doc("largest shift along each axis in pixels")
          int shift,
      @Default("0") @Range(min = 0, max = 180) @Doc("largest rotation in degrees") double rotation,
      @Default("false") @Doc("whether half of the images are mirrored, left for right")
          boolean flip,
      @Default("0") @Range(min = 0) @Doc("largest number added to, or taken from, all values")
          double brightness,
      @Default("0") @Range(min = 0, max = 1) @Doc("largest change of the factor on contrast")
          double contrast,
      @Default("0") @Doc("value of pixels from beyond the border") double fill) {
    boolean moves() {
      return shift > 0 || rotation > 0 || flip;
    }
  }

  private final Settings settings;
  private final int height;
  private final int width;
  private final int channels;

  @Inject
  public Augmentation(Settings settings, Dataset dataset) {
    this.settings = settings;
    if (!(dataset.spec().input() instanceof InputSpec.Values values)
        || values.shape().size() < 2
        || values.shape().size() > 3) {
      throw new IllegalArgumentException(
          "augmentation changes images [height, width] or [height, width, channels], and the"
              + " dataset gives "
              + dataset.spec().input());
    }
    List<Integer> shape = values.shape();
    height = shape.get(0);
    width = shape.get(1);
    channels = shape.size() == 3 ? shape.get(2) : 1;
  }

  @Override
  public Batch augment(Batch batch, Context context) {
    RandomStream random = context.random("augmentation");
    int n = batch.size();
    Move[] moves = new Move[n];
    double[] factors = new double[n];
    double[] added = new double[n];
    for (int i = 0; i < n; i++) {
      int down = random.nextInt(2 * settings.shift() + 1) - settings.shift();
      int right = random.nextInt(2 * settings.shift() + 1) - settings.shift();
      double angle = StrictMath.toRadians(settings.rotation() * around(random));
      boolean mirrored = random.nextDouble() < 0.5 && settings.flip();
      moves[i] = new Move(down, right, angle, mirrored);
      factors[i] = 1 + settings.contrast() * around(random);
      added[i] = settings.brightness() * around(random);
    }
    Tensor x = batch.input();
    Tensor changed = x;
    if (settings.moves()) {
      changed = moved(changed.reshape(n * height * width, channels), moves);
    }
    changed = changed.reshape(n, height * width * channels);
    if (settings.contrast() > 0) {
      Tensor mean = changed.mean(true, 1);
      changed = changed.minus(mean).times(Tensor.of(factors, n, 1)).plus(mean);
    }
    if (settings.brightness() > 0) {
      changed = changed.plus(Tensor.of(added, n, 1));
    }
    return batch.with(Batch.INPUT, changed.reshape(x.shape()));
  }

  /** A uniform number in [-1, 1). */
  private static double around(RandomStream random) {
    return 2 * random.nextDouble() - 1;
  }

  /**
   * What happens to an image: first it is mirrored, then turned, then shifted.
   *
   * @param down how many pixels
   * @param right how many pixels
   * @param angle clockwise, in radians
   * @param mirrored left for right
   */
  record Move(int down, int right, double angle, boolean mirrored) {}

  /**
   * Moves images.
   *
   * @param pixels of all images, row by row, [images * height * width, channels]
   * @param moves one for each image
   * @return as the pixels
   */
  Tensor moved(Tensor pixels, Move... moves) {
    int size = height * width;
    int n = moves.length * size;
    int[][] corners = new int[4][n];
    double[][] weights = new double[4][n];
    for (int i = 0; i < moves.length; i++) {
      Move move = moves[i];
      double cos = StrictMath.cos(move.angle());
      double sin = StrictMath.sin(move.angle());
      for (int p = 0; p < size; p++) {
        // Where pixel p comes from, relative to the middle of the image.
        int rowOfPixel = p / width;
        double x = p % width - (width - 1) / 2.0 - move.right();
        double y = rowOfPixel - (height - 1) / 2.0 - move.down();
        double fromX = (move.mirrored() ? -1 : 1) * (cos * x + sin * y) + (width - 1) / 2.0;
        double fromY = cos * y - sin * x + (height - 1) / 2.0;
        int left = (int) Math.floor(fromX);
        int top = (int) Math.floor(fromY);
        for (int corner = 0; corner < 4; corner++) {
          int column = left + corner % 2;
          int row = top + corner / 2;
          boolean inside = column >= 0 && column < width && row >= 0 && row < height;
          corners[corner][i * size + p] = inside ? i * size + row * width + column : n;
          weights[corner][i * size + p] =
              (1 - Math.abs(fromX - column)) * (1 - Math.abs(fromY - row));
        }
      }
    }
    // The last row stands for all that is beyond the border.
    Tensor bordered = Tensor.concat(0, List.of(pixels, Tensor.full(settings.fill(), 1, channels)));
    // Without rotation each pixel is exactly another one.
    int used = settings.rotation() > 0 ? 4 : 1;
    Tensor result = null;
    for (int corner = 0; corner < used; corner++) {
      Tensor taken = bordered.gather(IntTensor.of(corners[corner], n));
      if (used > 1) {
        taken = taken.times(Tensor.of(weights[corner], n, 1));
      }
      result = result == null ? taken : result.plus(taken);
    }
    return result;
  }
}
