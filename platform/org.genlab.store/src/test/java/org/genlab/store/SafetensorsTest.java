package org.genlab.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SafetensorsTest {
  private static byte[] file(String header, int... data) {
    byte[] json = header.getBytes(StandardCharsets.UTF_8);
    byte[] bytes = new byte[8 + json.length + data.length];
    bytes[0] = (byte) json.length;
    bytes[1] = (byte) (json.length >> 8);
    System.arraycopy(json, 0, bytes, 8, json.length);
    for (int i = 0; i < data.length; i++) {
      bytes[8 + json.length + i] = (byte) data[i];
    }
    return bytes;
  }

  @Test
  void readsBytesWrittenByHand() throws IOException {
    // 1.0f = 3F800000, -2.0f = C0000000; 0.5 = 3FE0000000000000; all little-endian.
    Safetensors read =
        Safetensors.read(
            file(
                "{\"__metadata__\":{\"k\":\"v\"},"
                    + "\"a\":{\"dtype\":\"F32\",\"shape\":[2,1],\"data_offsets\":[0,8]},"
                    + "\"b\":{\"dtype\":\"F64\",\"shape\":[],\"data_offsets\":[8,16]},"
                    + "\"c\":{\"dtype\":\"I64\",\"shape\":[1],\"data_offsets\":[16,24]}}  ",
                0,
                0,
                0x80,
                0x3F,
                0,
                0,
                0,
                0xC0,
                0,
                0,
                0,
                0,
                0,
                0,
                0xE0,
                0x3F,
                0xFE,
                0xFF,
                0xFF,
                0xFF,
                0xFF,
                0xFF,
                0xFF,
                0xFF));
    assertEquals(List.of("a", "b", "c"), List.copyOf(read.arrays().keySet()));
    assertEquals(Map.of("k", "v"), read.metadata());
    Safetensors.Floats a = (Safetensors.Floats) read.arrays().get("a");
    assertArrayEquals(new float[] {1, -2}, a.values());
    assertArrayEquals(new int[] {2, 1}, a.shape());
    assertArrayEquals(new double[] {0.5}, ((Safetensors.Doubles) read.arrays().get("b")).values());
    assertArrayEquals(new long[] {-2}, ((Safetensors.Longs) read.arrays().get("c")).values());
  }

  @Test
  void writesTheBytesOfTheFormat() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    new Safetensors(Map.of("a", new Safetensors.Floats(new float[] {1, -2}, 2)), Map.of())
        .writeTo(out);
    String header = "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}";
    String padded = header + " ".repeat((8 - header.length() % 8) % 8);
    assertArrayEquals(file(padded, 0, 0, 0x80, 0x3F, 0, 0, 0, 0xC0), out.toByteArray());
  }

  @Test
  void keepsOrderTypesAndLargeArrays() throws IOException {
    Map<String, Safetensors.Array> arrays = new LinkedHashMap<>();
    float[] large = new float[100_003];
    for (int i = 0; i < large.length; i++) {
      large[i] = i * 0.1f;
    }
    arrays.put("z", new Safetensors.Floats(large, large.length));
    arrays.put("a", new Safetensors.Doubles(new double[] {Double.NaN, 1e-300}, 1, 2));
    arrays.put("m", new Safetensors.Longs(new long[] {Long.MIN_VALUE}, 1));
    arrays.put("empty", new Safetensors.Floats(new float[0], 0, 3));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    new Safetensors(arrays, Map.of("umlaut", "\u00e4\"")).writeTo(out);
    Safetensors read = Safetensors.read(out.toByteArray());
    assertEquals(List.of("z", "a", "m", "empty"), List.copyOf(read.arrays().keySet()));
    assertEquals("\u00e4\"", read.metadata().get("umlaut"));
    assertArrayEquals(large, ((Safetensors.Floats) read.arrays().get("z")).values());
    assertArrayEquals(
        new double[] {Double.NaN, 1e-300}, ((Safetensors.Doubles) read.arrays().get("a")).values());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,4]}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}}",
        "{\"a\":{\"dtype\":\"F16\",\"shape\":[2],\"data_offsets\":[0,4]}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[-1],\"data_offsets\":[0,4]}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1.5],\"data_offsets\":[0,4]}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1]}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2147483647,2147483647,8],\"data_offsets\":[0,4]}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]},\"a\":{}}",
        "{\"a\":1}",
        "[]",
        "{}",
        "{"
      })
  void refusesWhatIsNotOfTheFormat(String header) {
    assertThrows(IOException.class, () -> Safetensors.read(file(header, 0, 0, 0, 0)));
  }

  @Test
  void refusesAHeaderLongerThanTheFile() {
    IOException e =
        assertThrows(
            IOException.class, () -> Safetensors.read(new byte[] {9, 9, 9, 0, 0, 0, 0, 0, '{'}));
    assertTrue(e.getMessage().contains("header"), e.getMessage());
  }
}
