package org.genlab.datasets.images;

import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.genlab.api.Default;
import org.genlab.api.Doc;
import org.genlab.api.Kind;
import org.genlab.api.Plugin;
import org.genlab.api.Randomness;
import org.genlab.api.Range;
import org.genlab.api.SettingException;
import org.genlab.api.data.DataSpec;
import org.genlab.api.data.Dataset;
import org.genlab.api.data.InputSpec;
import org.genlab.api.data.Split;
import org.genlab.api.data.TargetSpec;

/**
 * Grey images of characters in many fonts and hands, drawn anew for each run from outlines that
 * come with the plugin; or the images of MNIST or Fashion-MNIST from a folder.
 *
 * <p><b>Drawn images.</b> A font is a function of its number alone: for each character one of
 * several skeletons (open and closed 4, 7 with and without a bar, ...), width, slant, roundness,
 * pen (an ellipse of some size, contrast and angle), serifs, and a bend of the hand. An image is
 * one character in one font, with a random rotation, shear, scale, shift, bend, stroke width, ink,
 * blur and noise, each uniform within the limit that its setting gives (bend and noise: normal with
 * that deviation), all limits times {@code difficulty}. All splits share the fonts, or validation
 * and test have new ones ({@code new-fonts}). An example is a function of the settings that say how
 * it is drawn, of the seed, of its split and its index: a smaller training split is the beginning
 * of a larger one. Classes alternate in a random order, so that each is equally often there, up to
 * one example.
 *
 * <p><b>Images from files.</b> {@code folder} holds the four files of MNIST (LeCun, Cortes and
 * Burges) or Fashion-MNIST (Xiao, Rasul and Vollgraf, arXiv 1708.07747), plain or compressed:
 * {@code train-images-idx3-ubyte}, {@code train-labels-idx1-ubyte}, {@code t10k-images-idx3-ubyte},
 * {@code t10k-labels-idx1-ubyte}. Validation is cut from the training file. Which images are taken
 * is drawn from a random order; the digits in {@code characters} say of which classes. Settings of
 * drawing do not apply, and the files say the size.
 *
 * <p>No image is in a dataset twice: what was there before is drawn again, or left out of files.
 *
 * <p>Inputs are [batch, height, width, 1], pixels k / 255 in [0, 1] with 1 for ink, or these less
 * their mean and by their standard deviation over all training pixels ({@code values: standard}).
 * The target is the position of the character in {@code characters}. Splits {@code train}, and
 * {@code validation} and {@code test} when they are not empty; annotations {@code index} and, of
 * drawn images, {@code font}; the property {@code chance} is 1 by the number of classes.
 */
@Plugin(
    kind = Kind.DATASET,
    id = "font-digits",
    version = "1.0.0",
    summary = "Images of digits drawn in many fonts and hands, or MNIST from a folder")
public final class FontDigits implements Dataset {
  /** The numbers that pixels become. */
  public enum Values {
    /** From 0 to 1. */
    UNIT,
    /** With mean 0 and standard deviation 1 over all training pixels. */
    STANDARD
  }

  /**
   * The settings.
   *
   * @param characters the classes, in order
   * @param size height and width of drawn images in pixels
   * @param train training images; from a folder, 0 for all
   * @param validation validation images
   * @param test test images; from a folder, 0 for all
   * @param fonts the number of fonts
   * @param newFonts whether validation and test each have fonts of their own
   * @param difficulty what all limits below are multiplied by
   * @param rotation largest rotation in degrees
   * @param shear largest shear: how far the top moves by the height
   * @param scaling largest logarithm of the scale
   * @param shift largest shift along each axis, by the side of the image
   * @param bend deviation of a smooth displacement, by the height of a glyph
   * @param stroke largest logarithm of the factor on the pen's width
   * @param fading largest loss of ink
   * @param blur largest deviation of the Gaussian blur, in sixteenths of the side
   * @param noise deviation of the noise of each pixel
   * @param values the numbers that pixels become
   * @param folder where files of images are; empty to draw them
   */
  public record Settings(
      @Default("0123456789") @Doc("the classes, in order") String characters,
      @Default("16") @Range(min = 8, max = 128) @Doc("height and width in pixels") int size,
      @Default("2000")
          @Range(min = 0, max = 10000000)
          @Doc("training images; 0 for all of a folder")
          int train,
      @Default("1000")
          @Range(min = 0, max = 10000000)
          @Doc("validation images; 0 for no such split")
          int validation,
      @Default("2000")
          @Range(min = 0, max = 10000000)
          @Doc("test images; 0 for no such split, or all of a folder")
          int test,
      @Default("500") @Range(min = 1, max = 100000000) @Doc("number of fonts") int fonts,
      @Default("false") @Doc("whether validation and test have fonts of their own")
          boolean newFonts,
      @Default("1")
          @Range(min = 0, max = 10)
          @Doc("factor on all limits that follow; 0 for undeformed glyphs")
          double difficulty,
      @Default("12") @Range(min = 0, max = 180) @Doc("largest rotation in degrees") double rotation,
      @Default("0.15")
          @Range(min = 0, max = 2)
          @Doc("largest shear: how far the top moves, by the height")
          double shear,
      @Default("0.15") @Range(min = 0, max = 1) @Doc("largest logarithm of the scale")
          double scaling,
      @Default("0.06")
          @Range(min = 0, max = 1)
          @Doc("largest shift along each axis, by the side of the image")
          double shift,
      @Default("0.03")
          @Range(min = 0, max = 1)
          @Doc("standard deviation of a smooth displacement, by the height of a glyph")
          double bend,
      @Default("0.25")
          @Range(min = 0, max = 2)
          @Doc("largest logarithm of the factor on the pen's width")
          double stroke,
      @Default("0.3") @Range(min = 0, max = 1) @Doc("largest loss of ink") double fading,
      @Default("0.8")
          @Range(min = 0, max = 8)
          @Doc("largest standard deviation of the blur, in sixteenths of the side")
          double blur,
      @Default("0.05") @Range(min = 0, max = 2) @Doc("standard deviation of each pixel's noise")
          double noise,
      @Default("unit")
          @Doc("unit: pixels from 0 to 1; standard: with mean 0 and deviation 1 in training")
          Values values,
      @Default("") @Doc("folder with the files of MNIST or Fashion-MNIST; none to draw images")
          String folder) {
    public Settings {
      if (characters.length() < 2 || characters.chars().distinct().count() < characters.length()) {
        throw new SettingException(
            "characters",
            "must name at least two classes, each once, e.g. 0123456789, not '" + characters + "'");
      }
      if (train == 0 && folder.isEmpty()) {
        throw new SettingException(
            "train", "must be at least 1 for images that are drawn; only a folder has an end");
      }
    }
  }

  /** How often an image that was there before is drawn again. */
  private static final int ATTEMPTS = 100;

  private final DataSpec spec;
  private final List<Split> splits;

  @Inject
  public FontDigits(Settings settings, Randomness randomness) {
    Map<String, Images> images =
        settings.folder().isEmpty()
            ? draw(settings, randomness)
            : IdxFolder.read(settings, randomness);
    Images train = images.get(TRAIN);
    float[] values = values(settings.values(), train.pixels());
    List<Split> all = new ArrayList<>();
    for (String name : List.of(TRAIN, VALIDATION, TEST)) {
      if (images.containsKey(name) && images.get(name).size() > 0) {
        all.add(new ImageSplit(name, images.get(name), values));
      }
    }
    splits = List.copyOf(all);
    int classes = settings.characters().length();
    spec =
        new DataSpec(
            new InputSpec.Values(List.of(train.height(), train.width(), 1)),
            new TargetSpec.Classes(classes),
            Map.of("chance", 1.0 / classes));
  }

  private static Map<String, Images> draw(Settings settings, Randomness randomness) {
    GlyphLibrary library = GlyphLibrary.load();
    for (char c : settings.characters().toCharArray()) {
      if (library.variants(c).isEmpty()) {
        throw new SettingException(
            "characters",
            "must be some of " + library.characters() + ", and '" + c + "' is none of them");
      }
    }
    long pixels =
        (long) settings.size()
            * settings.size()
            * Math.max(settings.train(), Math.max(settings.validation(), settings.test()));
    if (pixels > Integer.MAX_VALUE - 16) {
      throw new SettingException(
          "size",
          "must be such that a split has less than 2^31 pixels; with "
              + settings.size()
              + " one has "
              + pixels);
    }
    Renderer renderer = new Renderer(settings, library);
    Images.Met met = new Images.Met();
    // Not Map.of: training images are drawn first, the others make way for them.
    Images train = draw(settings, randomness, renderer, met, 0, settings.train());
    Images validation = draw(settings, randomness, renderer, met, 1, settings.validation());
    Images test = draw(settings, randomness, renderer, met, 2, settings.test());
    return Map.of(TRAIN, train, VALIDATION, validation, TEST, test);
  }

  /** Draws a split, the number of which keys its random numbers. */
  private static Images draw(
      Settings settings,
      Randomness randomness,
      Renderer renderer,
      Images.Met met,
      int split,
      int count) {
    String characters = settings.characters();
    int classes = characters.length();
    int size = settings.size() * settings.size();
    int firstFont = settings.newFonts() ? split * settings.fonts() : 0;
    byte[] pixels = new byte[count * size];
    int[] labels = new int[count];
    int[] fonts = new int[count];
    int[] order = {};
    for (int i = 0; i < count; i++) {
      if (i % classes == 0) {
        order = randomness.stream("classes", split, i / classes).permutation(classes);
      }
      labels[i] = order[i % classes];
      int attempt = 0;
      do {
        if (attempt == ATTEMPTS) {
          throw new SettingException(
              "fonts",
              "must be more, or 'noise' or 'difficulty' larger: with these settings there are not"
                  + " enough different images, and none may be there twice");
        }
        var random = randomness.stream("image", split, i, attempt);
        fonts[i] = firstFont + random.nextInt(settings.fonts());
        renderer.render(characters.charAt(labels[i]), fonts[i], random, pixels, i * size);
        attempt++;
      } while (!met.add(pixels, i * size, size));
    }
    return new Images(settings.size(), settings.size(), pixels, labels, fonts);
  }

  /** What each grey level becomes. */
  private static float[] values(Values values, byte[] train) {
    double mean = 0;
    double deviation = 1;
    if (values == Values.STANDARD) {
      long sum = 0;
      long squares = 0;
      for (byte b : train) {
        int level = b & 0xFF;
        sum += level;
        squares += (long) level * level;
      }
      mean = sum / (255.0 * train.length);
      double variance = squares / (255.0 * 255.0 * train.length) - mean * mean;
      // A dataset of one grey level has no deviation to divide by.
      deviation = variance > 1e-12 ? Math.sqrt(variance) : 1;
    }
    float[] result = new float[256];
    for (int level = 0; level < result.length; level++) {
      result[level] = (float) ((level / 255.0 - mean) / deviation);
    }
    return result;
  }

  @Override
  public DataSpec spec() {
    return spec;
  }

  @Override
  public List<Split> splits() {
    return splits;
  }
}
