package org.genlab.datasets.images;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import org.genlab.api.SettingException;

/**
 * Reads files of the IDX format, in which MNIST is published (yann.lecun.com/exdb/mnist): a number
 * that says what they hold, the sizes of their dimensions, each four bytes, most significant first,
 * then one byte an entry.
 */
final class IdxFile {
  private static final int IMAGES = 0x803; // unsigned bytes in three dimensions
  private static final int LABELS = 0x801; // unsigned bytes in one dimension

  /** The pixels of a file, image by image, row by row. */
  @SuppressWarnings("ArrayRecordComponent") // internal, never compared
  record Pixels(int height, int width, byte[] pixels) {}

  /** Images and the labels, 0 to 9, of as many. */
  @SuppressWarnings("ArrayRecordComponent") // internal, never compared
  record Labelled(Pixels images, int[] labels) {}

  private IdxFile() {}

  /**
   * Reads {@code <part>-images-idx3-ubyte} and {@code <part>-labels-idx1-ubyte}, plain or .gz.
   *
   * @param part {@code train} or {@code t10k}
   * @throws SettingException of the setting {@code folder} when they are missing or damaged
   */
  static Labelled labelled(String folder, String part) {
    Path imageFile = find(folder, part + "-images-idx3-ubyte");
    Path labelFile = find(folder, part + "-labels-idx1-ubyte");
    int[][] sizes = new int[2][];
    byte[] pixels = read(imageFile, "images", IMAGES, 3, sizes, 0);
    byte[] bytes = read(labelFile, "labels", LABELS, 1, sizes, 1);
    if (sizes[0][0] != sizes[1][0]) {
      throw wrong(
          labelFile,
          "has "
              + sizes[1][0]
              + " labels for the "
              + sizes[0][0]
              + " images of "
              + imageFile.getFileName());
    }
    int[] labels = new int[bytes.length];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = bytes[i] & 0xFF;
      if (labels[i] > 9) {
        throw wrong(labelFile, "has the label " + labels[i] + " at position " + i + ", not 0 to 9");
      }
    }
    return new Labelled(new Pixels(sizes[0][1], sizes[0][2], pixels), labels);
  }

  private static Path find(String folder, String name) {
    Path plain = Path.of(folder, name);
    Path compressed = Path.of(folder, name + ".gz");
    if (Files.isRegularFile(plain)) {
      return plain;
    }
    if (Files.isRegularFile(compressed)) {
      return compressed;
    }
    throw new SettingException(
        "folder",
        Files.isDirectory(Path.of(folder))
            ? "must hold " + name + " or " + name + ".gz, and '" + folder + "' holds neither"
            : "must be a folder with the files of MNIST, and '" + folder + "' is no folder");
  }

  private static byte[] read(
      Path file, String what, int magic, int dimensions, int[][] sizes, int at) {
    try (InputStream raw = Files.newInputStream(file);
        DataInputStream in =
            new DataInputStream(
                new BufferedInputStream(
                    file.toString().endsWith(".gz") ? new GZIPInputStream(raw) : raw))) {
      int found = in.readInt();
      if (found != magic) {
        throw wrong(
            file,
            "begins with " + found + ", not with " + magic + " as a file of " + what + " does");
      }
      int[] size = new int[dimensions];
      long bytes = 1;
      for (int i = 0; i < dimensions; i++) {
        size[i] = in.readInt();
        if (size[i] < 1 || bytes > Integer.MAX_VALUE / size[i]) {
          throw wrong(file, "announces " + size[i] + " as its size along dimension " + i);
        }
        bytes *= size[i];
      }
      byte[] data = in.readNBytes((int) bytes);
      if (data.length < bytes) {
        throw wrong(file, "ends after " + data.length + " of the " + bytes + " bytes it announces");
      }
      if (in.read() >= 0) {
        throw wrong(file, "goes on after the " + bytes + " bytes it announces");
      }
      sizes[at] = size;
      return data;
    } catch (EOFException e) {
      throw wrong(file, "ends before it is complete");
    } catch (IOException e) {
      throw wrong(file, "cannot be read: " + e.getMessage());
    }
  }

  private static SettingException wrong(Path file, String what) {
    return new SettingException(
        "folder", "must hold whole files of MNIST, and " + file + " " + what);
  }
}
