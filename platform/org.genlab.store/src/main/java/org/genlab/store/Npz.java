package org.genlab.store;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;

/**
 * Named arrays in NumPy's format npz: a zip file with one {@code <name>.npy} for each array. An npy
 * file is a magic number, a version, the length of a header, the header (the text of a Python
 * dictionary with the type, the order and the shape) and the values.
 *
 * <p>Written are version 1.0, little-endian, row-major, uncompressed; so {@code numpy.load} reads
 * them. Read are versions 1.0 to 3.0, 32- and 64-bit floats and integers of either byte order,
 * row-major or column-major, compressed or not; integers become {@link Safetensors.Longs}.
 */
final class Npz {
  private static final String SUFFIX = ".npy";
  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};

  /** The alignment of the values that NumPy writes. */
  private static final int ALIGNMENT = 64;

  private static final Pattern DESCR = Pattern.compile("'descr'\\s*:\\s*'([^']*)'");
  private static final Pattern ORDER = Pattern.compile("'fortran_order'\\s*:\\s*(True|False)");
  private static final Pattern SHAPE =
      Pattern.compile("'shape'\\s*:\\s*\\(\\s*((?:\\d+\\s*,?\\s*)*)\\)");
  private static final Pattern TYPE = Pattern.compile("([<>])([fi])([48])");

  private Npz() {}

  /** Writes the file. */
  static void write(Map<String, ? extends Safetensors.Array> arrays, OutputStream out)
      throws IOException {
    ZipOutputStream zip = new ZipOutputStream(out);
    zip.setMethod(ZipOutputStream.STORED);
    for (Map.Entry<String, ? extends Safetensors.Array> array : arrays.entrySet()) {
      byte[] bytes = npy(array.getValue());
      CRC32 sum = new CRC32();
      sum.update(bytes);
      ZipEntry entry = new ZipEntry(array.getKey() + SUFFIX);
      entry.setSize(bytes.length);
      entry.setCrc(sum.getValue());
      // Equal arrays give equal files.
      entry.setTimeLocal(LocalDateTime.of(1980, 1, 1, 0, 0));
      zip.putNextEntry(entry);
      zip.write(bytes);
      zip.closeEntry();
    }
    zip.finish();
  }

  private static byte[] npy(Safetensors.Array array) {
    String type =
        array instanceof Safetensors.Floats
            ? "<f4"
            : array instanceof Safetensors.Doubles ? "<f8" : "<i8";
    int[] shape = array.shape();
    String tuple =
        IntStream.of(shape).mapToObj(Integer::toString).collect(Collectors.joining(", "))
            + (shape.length == 1 ? "," : "");
    String header = "{'descr': '" + type + "', 'fortran_order': False, 'shape': (" + tuple + "), }";
    int start = MAGIC.length + 4;
    int padded = (start + header.length() + 1 + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT - start;
    int size = IntStream.of(shape).reduce(1, Math::multiplyExact);
    int width = type.charAt(2) - '0';
    ByteBuffer bytes =
        ByteBuffer.allocate(Math.addExact(start + padded, Math.multiplyExact(size, width)))
            .order(ByteOrder.LITTLE_ENDIAN);
    bytes.put(MAGIC).put((byte) 1).put((byte) 0).putShort((short) padded);
    bytes.put(header.getBytes(StandardCharsets.ISO_8859_1));
    while (bytes.position() < start + padded - 1) {
      bytes.put((byte) ' ');
    }
    bytes.put((byte) '\n');
    if (array instanceof Safetensors.Floats floats) {
      bytes.asFloatBuffer().put(floats.values());
    } else if (array instanceof Safetensors.Doubles doubles) {
      bytes.asDoubleBuffer().put(doubles.values());
    } else if (array instanceof Safetensors.Longs longs) {
      bytes.asLongBuffer().put(longs.values());
    }
    return bytes.array();
  }

  /**
   * Reads a file.
   *
   * @throws IOException when the bytes are not a file of this format; the message says what is
   *     wrong
   */
  static Map<String, Safetensors.Array> read(byte[] file) throws IOException {
    Map<String, Safetensors.Array> arrays = new LinkedHashMap<>();
    // A whole zip file ends with its directory, a file that was cut off does not.
    if (!hasDirectory(file)) {
      throw new IOException("it is no zip file, or its end is missing");
    }
    try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(file))) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        String name = entry.getName();
        if (!name.endsWith(SUFFIX)) {
          throw new IOException("it holds '" + name + "', which is no .npy file");
        }
        String array = name.substring(0, name.length() - SUFFIX.length());
        if (arrays.put(array, parse(array, zip.readAllBytes())) != null) {
          throw new IOException("it holds '" + array + "' twice");
        }
      }
    } catch (ZipException e) {
      throw new IOException("its zip structure is damaged: " + e.getMessage(), e);
    }
    return arrays;
  }

  private static boolean hasDirectory(byte[] file) {
    for (int i = file.length - 22; i >= Math.max(0, file.length - 22 - 0xffff); i--) {
      if (file[i] == 'P' && file[i + 1] == 'K' && file[i + 2] == 5 && file[i + 3] == 6) {
        return true;
      }
    }
    return false;
  }

  private static Safetensors.Array parse(String name, byte[] bytes) throws IOException {
    int fixed = MAGIC.length + 4;
    if (bytes.length < fixed || !Arrays.equals(MAGIC, 0, MAGIC.length, bytes, 0, MAGIC.length)) {
      throw new IOException("'" + name + "' does not begin as an .npy file does");
    }
    int version = bytes[MAGIC.length];
    if (version < 1 || version > 3) {
      throw new IOException("'" + name + "' has version " + version + "; known are 1 to 3");
    }
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    if (version > 1) {
      fixed += 2;
    }
    long length =
        bytes.length < fixed
            ? -1
            : version == 1 ? buffer.getShort(8) & 0xffff : buffer.getInt(8) & 0xffffffffL;
    if (length < 0 || length > bytes.length - fixed) {
      throw new IOException("the header of '" + name + "' is cut off");
    }
    String header = new String(bytes, fixed, (int) length, StandardCharsets.ISO_8859_1);
    Matcher type = TYPE.matcher(find(DESCR, header, name));
    if (!type.matches()) {
      throw new IOException(
          "'" + name + "' has type " + find(DESCR, header, name) + "; known are f4, f8, i4 and i8");
    }
    boolean columnMajor = find(ORDER, header, name).equals("True");
    int[] shape = shape(find(SHAPE, header, name), name);
    buffer.order(type.group(1).equals("<") ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
    buffer.position(fixed + (int) length);
    int width = type.group(3).charAt(0) - '0';
    int size = checkedSize(shape, width, buffer.remaining(), name);
    int[] from = columnMajor ? columnMajor(shape, size) : IntStream.range(0, size).toArray();
    ByteBuffer values = buffer.slice().order(buffer.order());
    if (type.group(2).equals("i")) {
      long[] longs = new long[size];
      for (int i = 0; i < size; i++) {
        longs[i] = width == 4 ? values.getInt(4 * from[i]) : values.getLong(8 * from[i]);
      }
      return new Safetensors.Longs(longs, shape);
    }
    if (width == 8) {
      double[] doubles = new double[size];
      for (int i = 0; i < size; i++) {
        doubles[i] = values.getDouble(8 * from[i]);
      }
      return new Safetensors.Doubles(doubles, shape);
    }
    float[] floats = new float[size];
    for (int i = 0; i < size; i++) {
      floats[i] = values.getFloat(4 * from[i]);
    }
    return new Safetensors.Floats(floats, shape);
  }

  private static String find(Pattern pattern, String header, String name) throws IOException {
    Matcher matcher = pattern.matcher(header);
    if (!matcher.find()) {
      throw new IOException(
          "the header of '" + name + "' does not give descr, fortran_order and shape");
    }
    return matcher.group(1);
  }

  private static int[] shape(String tuple, String name) throws IOException {
    List<Integer> shape = new ArrayList<>();
    try {
      for (String dimension : tuple.split(",", -1)) {
        if (!dimension.isBlank()) {
          shape.add(Integer.parseInt(dimension.strip()));
        }
      }
    } catch (NumberFormatException e) {
      throw new IOException("'" + name + "' has shape (" + tuple + ")", e);
    }
    return shape.stream().mapToInt(Integer::intValue).toArray();
  }

  private static int checkedSize(int[] shape, int width, int bytes, String name)
      throws IOException {
    try {
      int size = IntStream.of(shape).reduce(1, Math::multiplyExact);
      if (Math.multiplyExact(size, width) == bytes) {
        return size;
      }
    } catch (ArithmeticException e) {
      // Larger than any file.
    }
    throw new IOException(
        "'"
            + name
            + "' of shape "
            + Arrays.toString(shape)
            + " does not fit its "
            + bytes
            + " bytes; it is cut off or damaged");
  }

  /** For each position in row-major order, the position in column-major order. */
  private static int[] columnMajor(int[] shape, int size) {
    int[] positions = new int[size];
    for (int i = 0; i < size; i++) {
      int rest = i;
      int position = 0;
      int[] index = new int[shape.length];
      for (int d = shape.length - 1; d >= 0; d--) {
        index[d] = rest % shape[d];
        rest /= shape[d];
      }
      for (int d = shape.length - 1; d >= 0; d--) {
        position = position * shape[d] + index[d];
      }
      positions[i] = position;
    }
    return positions;
  }
}
