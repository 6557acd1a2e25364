package org.genlab.datasets.images;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;

/**
 * Grey images of one size with their classes.
 *
 * @param height of an image in pixels
 * @param width of an image in pixels
 * @param pixels image by image, row by row, each 0 to 255
 * @param labels the class of each image
 * @param fonts the font of each image; empty when they are not drawn in fonts
 */
@SuppressWarnings("ArrayRecordComponent") // internal, never compared
record Images(int height, int width, byte[] pixels, int[] labels, int[] fonts) {
  int size() {
    return labels.length;
  }

  /** Images met so far: no image is to be in a dataset twice. */
  static final class Met {
    private final Map<ByteBuffer, Boolean> met = new HashMap<>();

    /** Notes an image; false when it was met before. Its pixels must not change afterwards. */
    boolean add(byte[] pixels, int from, int length) {
      return met.putIfAbsent(ByteBuffer.wrap(pixels, from, length), true) == null;
    }
  }
}
