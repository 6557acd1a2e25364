package org.genlab.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.genlab.api.model.ParameterLayout;
import org.genlab.api.model.ParameterLayout.Role;
import org.genlab.api.model.Parameters;
import org.genlab.tensor.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ParameterFileTest {
  private static final ParameterLayout LAYOUT =
      ParameterLayout.builder()
          .add("hidden.0.weight", Role.WEIGHT, 2, 3)
          .add("hidden.0.bias", Role.BIAS, 3)
          .add("scale", Role.NORM)
          .build();
  private static final float[] VALUES = {1, 2, 3, 4, 5, 6, 0.1f, -0.2f, Float.MIN_VALUE, 7};

  @TempDir Path directory;

  private Path write(ParameterFile.Format format, String name) {
    Path file = directory.resolve(name);
    ParameterFile.write(new Parameters(LAYOUT, Tensor.of(VALUES, VALUES.length)), format, file);
    return file;
  }

  @ParameterizedTest
  @EnumSource
  void whatIsWrittenIsReadToTheBit(ParameterFile.Format format) {
    Path file = write(format, "a.bin");
    if (format == ParameterFile.Format.SAFETENSORS) {
      assertArrayEquals(VALUES, ParameterFile.read(file, LAYOUT));
    }
    Path named = write(format, format == ParameterFile.Format.NPZ ? "a.npz" : "a.safetensors");
    assertArrayEquals(VALUES, ParameterFile.read(named, LAYOUT));
  }

  /** Reads the format from its description alone, without the classes that write it. */
  @Test
  void safetensorsHaveTheLayoutOfTheFormat() throws IOException {
    ByteBuffer file =
        ByteBuffer.wrap(Files.readAllBytes(write(ParameterFile.Format.SAFETENSORS, "a")))
            .order(ByteOrder.LITTLE_ENDIAN);
    int length = Math.toIntExact(file.getLong());
    byte[] json = new byte[length];
    file.get(json);
    String header = new String(json, StandardCharsets.UTF_8);
    assertTrue(header.startsWith("{"), header);
    int start = 8 + length;
    int[][] ranges = {{0, 24}, {24, 36}, {36, 40}};
    String[] names = {"hidden.0.weight", "hidden.0.bias", "scale"};
    String[] shapes = {"[2,3]", "[3]", "[]"};
    int value = 0;
    for (int i = 0; i < names.length; i++) {
      String entry =
          "\"%s\":{\"dtype\":\"F32\",\"shape\":%s,\"data_offsets\":[%d,%d]}"
              .formatted(names[i], shapes[i], ranges[i][0], ranges[i][1]);
      assertTrue(header.contains(entry), header);
      for (int at = start + ranges[i][0]; at < start + ranges[i][1]; at += 4) {
        assertEquals(VALUES[value++], file.getFloat(at));
      }
    }
    assertEquals(start + 40, file.capacity());
  }

  /** The same of npz: a zip of npy files of version 1.0. */
  @Test
  void npzHasTheLayoutOfTheFormat() throws IOException {
    try (ZipFile zip = new ZipFile(write(ParameterFile.Format.NPZ, "a.npz").toFile())) {
      assertEquals(3, zip.size());
      byte[] npy = zip.getInputStream(zip.getEntry("hidden.0.weight.npy")).readAllBytes();
      ByteBuffer buffer = ByteBuffer.wrap(npy).order(ByteOrder.LITTLE_ENDIAN);
      assertEquals((byte) 0x93, npy[0]);
      assertEquals("NUMPY", new String(npy, 1, 5, StandardCharsets.US_ASCII));
      assertEquals(1, npy[6]);
      assertEquals(0, npy[7]);
      int length = buffer.getShort(8);
      assertEquals(0, (10 + length) % 64);
      String header = new String(npy, 10, length, StandardCharsets.US_ASCII);
      assertEquals("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }", header.strip());
      assertTrue(header.endsWith(" \n"));
      for (int i = 0; i < 6; i++) {
        assertEquals(VALUES[i], buffer.getFloat(10 + length + 4 * i));
      }
      assertEquals(10 + length + 24, npy.length);
      assertTrue(header(zip, "hidden.0.bias.npy").contains("'shape': (3,),"));
      assertTrue(header(zip, "scale.npy").contains("'shape': (),"));
    }
  }

  private static String header(ZipFile zip, String entry) throws IOException {
    byte[] npy = zip.getInputStream(zip.getEntry(entry)).readAllBytes();
    return new String(npy, 10, 118, StandardCharsets.US_ASCII);
  }

  private static byte[] npy(int version, String header, ByteOrder order, double... values) {
    ByteBuffer bytes = ByteBuffer.allocate(1000).order(ByteOrder.LITTLE_ENDIAN);
    bytes.put((byte) 0x93).put("NUMPY".getBytes(StandardCharsets.US_ASCII));
    bytes.put((byte) version).put((byte) 0);
    if (version == 1) {
      bytes.putShort((short) header.length());
    } else {
      bytes.putInt(header.length());
    }
    bytes.put(header.getBytes(StandardCharsets.US_ASCII)).order(order);
    for (double value : values) {
      switch (header.substring(header.indexOf("descr") + 10, header.indexOf("descr") + 12)) {
        case "f4" -> bytes.putFloat((float) value);
        case "f8" -> bytes.putDouble(value);
        case "i4" -> bytes.putInt((int) value);
        default -> bytes.putLong((long) value);
      }
    }
    return Arrays.copyOf(bytes.array(), bytes.position());
  }

  private Path zip(Map<String, byte[]> entries) throws IOException {
    Path file = directory.resolve("x.npz");
    try (OutputStream out = Files.newOutputStream(file);
        ZipOutputStream zip = new ZipOutputStream(out)) {
      for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
        zip.putNextEntry(new ZipEntry(entry.getKey()));
        zip.write(entry.getValue());
        zip.closeEntry();
      }
    }
    return file;
  }

  private Map<String, byte[]> entries(byte[] weight) {
    Map<String, byte[]> entries = new LinkedHashMap<>();
    entries.put("hidden.0.weight.npy", weight);
    entries.put(
        "hidden.0.bias.npy",
        npy(
            2,
            "{'descr': '<f8', 'fortran_order': False, 'shape': (3,), }\n",
            ByteOrder.LITTLE_ENDIAN,
            0.1,
            -0.2,
            1e-45));
    entries.put(
        "scale.npy",
        npy(
            1,
            "{'descr': '<f4', 'fortran_order': False, 'shape': (), }\n",
            ByteOrder.LITTLE_ENDIAN,
            7));
    return entries;
  }

  @Test
  void columnMajorBigEndianCompressedIsRead() throws IOException {
    byte[] weight =
        npy(
            1,
            "{'descr': '>f4', 'fortran_order': True, 'shape': (2, 3), }\n",
            ByteOrder.BIG_ENDIAN,
            1,
            4,
            2,
            5,
            3,
            6);
    assertArrayEquals(VALUES, ParameterFile.read(zip(entries(weight)), LAYOUT));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          '<i8', 'fortran_order': False, 'shape': (2, 3) | 6 | holds integers
          '<f4', 'fortran_order': False, 'shape': (3, 2) | 6 | has shape [3, 2], and the network's parameter has [2, 3]
          '<f4', 'fortran_order': False, 'shape': (2, 3) | 5 | does not fit its 20 bytes
          '<f2', 'fortran_order': False, 'shape': (2, 3) | 6 | has type <f2
          '<c8', 'fortran_order': False, 'shape': (2, 3) | 6 | has type <c8
          '<f4', 'shape': (2, 3)                         | 6 | does not give descr, fortran_order
          """,
      quoteCharacter = '~')
  void npyThatDoesNotFitIsOneSentence(String header, int count, String part) throws IOException {
    double[] values = new double[count];
    Path file =
        zip(entries(npy(1, "{'descr': " + header + ", }\n", ByteOrder.LITTLE_ENDIAN, values)));
    assertRefused(file, part);
  }

  private static void assertRefused(Path file, String part) {
    String message =
        assertThrows(UserError.class, () -> ParameterFile.read(file, LAYOUT)).getMessage();
    assertTrue(message.contains(part), message);
    assertTrue(message.contains(file.toString()), message);
    assertTrue(message.endsWith("."), message);
    assertEquals(-1, message.indexOf('\n'), message);
  }

  @ParameterizedTest
  @EnumSource
  void everyTruncationIsRefused(ParameterFile.Format format) throws IOException {
    byte[] whole =
        Files.readAllBytes(write(format, format == ParameterFile.Format.NPZ ? "w.npz" : "w"));
    Path file =
        directory.resolve(format == ParameterFile.Format.NPZ ? "cut.npz" : "cut.safetensors");
    for (int n = 0; n < whole.length; n++) {
      Files.write(file, Arrays.copyOf(whole, n));
      assertThrows(UserError.class, () -> ParameterFile.read(file, LAYOUT), "cut at " + n);
    }
    assertRefused(file, "cannot be read as safetensors or npz");
  }

  @Test
  void missingAndFurtherArraysAreNamed() {
    Path file = write(ParameterFile.Format.SAFETENSORS, "a.safetensors");
    ParameterLayout more = ParameterLayout.builder().add("readout.weight", Role.WEIGHT, 2).build();
    String message =
        assertThrows(UserError.class, () -> ParameterFile.read(file, more)).getMessage();
    assertEquals(
        file
            + " has no array 'readout.weight', which the network's parameters are to be read from;"
            + " it has 'hidden.0.weight', 'hidden.0.bias', 'scale'.",
        message);
    ParameterLayout fewer = ParameterLayout.builder().add("scale", Role.NORM).build();
    message = assertThrows(UserError.class, () -> ParameterFile.read(file, fewer)).getMessage();
    assertEquals(
        file
            + " has arrays that the network has no parameters for: 'hidden.0.weight',"
            + " 'hidden.0.bias'.",
        message);
    assertRefused(directory.resolve("absent"), "absent");
  }

  @Test
  void checkpointsAreReadToo() {
    CheckpointStore store = new CheckpointStore(directory, warning -> {});
    store.write(
        new Checkpoint.Builder()
            .put(
                StoredRun.MAIN_PARAMETERS, new Parameters(LAYOUT, Tensor.of(VALUES, VALUES.length)))
            .put("models/teacher/parameters", new Parameters(LAYOUT, Tensor.zeros(VALUES.length)))
            .build(3, 0),
        2);
    assertArrayEquals(VALUES, ParameterFile.read(store.data(3), LAYOUT));
  }
}
