package org.genlab.regularizers.basic;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.genlab.api.data.Batch;
import org.genlab.api.data.DataSpec;
import org.genlab.api.data.Dataset;
import org.genlab.api.data.InputSpec;
import org.genlab.api.data.Split;
import org.genlab.api.data.TargetSpec;
import org.genlab.api.training.Regularizer;
import org.genlab.regularizers.basic.Augmentation.Move;
import org.genlab.regularizers.basic.Augmentation.Settings;
import org.genlab.tensor.Gradients;
import org.genlab.tensor.Tensor;
import org.genlab.tensor.random.RandomStream;
import org.junit.jupiter.api.Test;

class AugmentationTest {
  private static final int HEIGHT = 4;
  private static final int WIDTH = 5;

  private record Step(long step) implements Regularizer.Context {
    @Override
    public long totalSteps() {
      return 100;
    }

    @Override
    public RandomStream random(String name) {
      return RandomStream.of(0, name, step);
    }
  }

  private record Data(DataSpec spec) implements Dataset {
    @Override
    public List<Split> splits() {
      return List.of();
    }
  }

  private static Augmentation of(Settings settings, Integer... shape) {
    return new Augmentation(
        settings,
        new Data(new DataSpec(new InputSpec.Values(List.of(shape)), new TargetSpec.Classes(2))));
  }

  /** Images whose values are all different, [n, 4, 5, 2]. */
  private static Tensor images(int n) {
    float[] values = new float[n * HEIGHT * WIDTH * 2];
    for (int i = 0; i < values.length; i++) {
      values[i] = 1 + i;
    }
    return Tensor.of(values, n, HEIGHT, WIDTH, 2);
  }

  private static Tensor augmented(Settings settings, Tensor images, long step) {
    Batch batch = Batch.of(images.dimension(0)).with(Batch.INPUT, images);
    return of(settings, HEIGHT, WIDTH, 2).augment(batch, new Step(step)).input();
  }

  @Test
  void strengthZeroChangesNothing() {
    Tensor images = images(3);
    Tensor same = augmented(new Settings(0, 0, false, 0, 0, 7), images, 0);
    assertEquals(images.shape(), same.shape());
    assertArrayEquals(images.toArray(), same.toArray());
  }

  @Test
  void shiftsAreCropsOfThePaddedImage() {
    Tensor images = images(60);
    Tensor shifted = augmented(new Settings(2, 0, false, 0, 0, -3), images, 0);
    Set<String> met = new HashSet<>();
    for (int i = 0; i < 60; i++) {
      int found = 0;
      for (int down = -2; down <= 2; down++) {
        for (int right = -2; right <= 2; right++) {
          if (isShifted(images, shifted, i, down, right)) {
            found++;
            met.add(down + "," + right);
          }
        }
      }
      assertEquals(1, found, "image " + i);
    }
    assertTrue(met.size() > 15, "shifts differ between images: " + met);
  }

  private static boolean isShifted(Tensor before, Tensor after, int i, int down, int right) {
    for (int y = 0; y < HEIGHT; y++) {
      for (int x = 0; x < WIDTH; x++) {
        for (int c = 0; c < 2; c++) {
          int fromY = y - down;
          int fromX = x - right;
          boolean inside = fromY >= 0 && fromY < HEIGHT && fromX >= 0 && fromX < WIDTH;
          float expected = inside ? before.get(i, fromY, fromX, c) : -3;
          if (after.get(i, y, x, c) != expected) {
            return false;
          }
        }
      }
    }
    return true;
  }

  @Test
  void aQuarterTurnIsClockwise() {
    Augmentation square = of(new Settings(0, 90, false, 0, 0, 0), 2, 2);
    Tensor pixels = Tensor.of(new float[] {1, 2, 3, 4}, 4, 1);
    float[] turned = square.moved(pixels, new Move(0, 0, Math.PI / 2, false)).toArray();
    assertArrayEquals(new float[] {3, 1, 4, 2}, turned, 1e-5f);
  }

  @Test
  void pixelsBetweenPixelsAreInterpolated() {
    // Each image is a plane a + b x + c y, which bilinear interpolation reproduces.
    Augmentation large = of(new Settings(0, 45, false, 0, 0, 0), 9, 9);
    float[] plane = new float[81];
    for (int p = 0; p < 81; p++) {
      plane[p] = 20 + 3 * (p % 9 - 4) - 2 * (p / 9 - 4);
    }
    double angle = 0.3;
    float[] turned = large.moved(Tensor.of(plane, 81, 1), new Move(1, -1, angle, true)).toArray();
    for (int y = -1; y <= 3; y++) {
      for (int x = -3; x <= 1; x++) {
        double u = x + 1;
        double v = y - 1;
        double fromX = -(Math.cos(angle) * u + Math.sin(angle) * v);
        double fromY = Math.cos(angle) * v - Math.sin(angle) * u;
        assertEquals(20 + 3 * fromX - 2 * fromY, turned[(y + 4) * 9 + x + 4], 1e-4);
      }
    }
  }

  @Test
  void rotationsStayWithinTheirLimit() {
    // A single bright pixel on the right, at distance 4 from the middle, moves by at most 4 sin 20.
    float[] images = new float[200 * 81];
    for (int i = 0; i < 200; i++) {
      images[i * 81 + 4 * 9 + 8] = 1;
    }
    Batch batch = Batch.of(200).with(Batch.INPUT, Tensor.of(images, 200, 9, 9));
    Tensor turned =
        of(new Settings(0, 20, false, 0, 0, 0), 9, 9).augment(batch, new Step(3)).input();
    boolean up = false;
    boolean down = false;
    for (int i = 0; i < 200; i++) {
      for (int y = 0; y < 9; y++) {
        for (int x = 0; x < 9; x++) {
          if (turned.get(i, y, x) > 1e-6) {
            assertTrue(Math.abs(y - 4) <= 4 * Math.sin(Math.toRadians(20)) + 1);
            up |= y < 4;
            down |= y > 4;
          }
        }
      }
    }
    assertTrue(up && down);
  }

  @Test
  void halfOfTheImagesAreMirrored() {
    Tensor images = images(400);
    Tensor changed = augmented(new Settings(0, 0, true, 0, 0, 0), images, 1);
    int mirrored = 0;
    for (int i = 0; i < 400; i++) {
      boolean flipped = changed.get(i, 0, 0, 0) == images.get(i, 0, WIDTH - 1, 0);
      mirrored += flipped ? 1 : 0;
      for (int x = 0; x < WIDTH; x++) {
        assertEquals(images.get(i, 2, flipped ? WIDTH - 1 - x : x, 1), changed.get(i, 2, x, 1));
      }
    }
    assertEquals(200, mirrored, 40);
  }

  @Test
  void brightnessAddsAndContrastSpreads() {
    Tensor images = images(300);
    Tensor brighter = augmented(new Settings(0, 0, false, 0.5, 0, 0), images, 2);
    Tensor spread = augmented(new Settings(0, 0, false, 0, 0.4, 0), images, 2);
    double least = 1;
    double most = 1;
    for (int i = 0; i < 300; i++) {
      double added = brighter.get(i, 0, 0, 0) - images.get(i, 0, 0, 0);
      assertTrue(Math.abs(added) <= 0.5 + 1e-3);
      assertEquals(added, brighter.get(i, 3, 2, 1) - images.get(i, 3, 2, 1), 5e-3);
      double before = images.get(i, 3, 4, 1) - images.get(i, 0, 0, 0);
      double factor = (spread.get(i, 3, 4, 1) - spread.get(i, 0, 0, 0)) / before;
      least = Math.min(least, factor);
      most = Math.max(most, factor);
      double middle = spread.get(i, 3, 4, 1) + spread.get(i, 0, 0, 0);
      assertEquals(images.get(i, 3, 4, 1) + images.get(i, 0, 0, 0), middle, 1e-2);
    }
    assertEquals(0.6, least, 0.05);
    assertEquals(1.4, most, 0.05);
  }

  @Test
  void stepsDifferAndAStepIsRepeatable() {
    Settings settings = new Settings(2, 10, true, 0.1, 0.1, 0);
    float[] once = augmented(settings, images(5), 4).toArray();
    assertArrayEquals(once, augmented(settings, images(5), 4).toArray());
    assertFalse(Arrays.equals(once, augmented(settings, images(5), 5).toArray()));
  }

  @Test
  void gradientsFlowToTheImages() {
    Tensor images = images(2).variable();
    Tensor sum = augmented(new Settings(1, 0, false, 0, 0, 0), images, 0).sum();
    float[] gradient = Gradients.of(sum, images).toArray();
    for (float g : gradient) {
      assertTrue(g == 0 || g == 1);
    }
    assertTrue(sum.item() > 0);
  }

  @Test
  void refusesWhatAreNoImages() {
    assertTrue(
        assertThrows(
                IllegalArgumentException.class, () -> of(new Settings(1, 0, false, 0, 0, 0), 12))
            .getMessage()
            .startsWith("augmentation changes images"));
  }
}
