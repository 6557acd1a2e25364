package org.genlab.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Named arrays in the safetensors format: the length of the header (8 bytes, little-endian), the
 * header (a JSON object that gives each tensor its type, shape and byte range, and texts under
 * {@code __metadata__}), then the values, little-endian, without gaps. Arrays are kept in the order
 * in which they were added.
 */
public final class Safetensors {
  private static final String METADATA = "__metadata__";
  private static final int MAX_HEADER = 100_000_000;
  private static final int ALIGNMENT = 8;
  private static final int CHUNK = 1 << 14;
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  /** An array with its shape, row-major. */
  public sealed interface Array permits Floats, Doubles, Longs {
    /** The dimensions; empty for a scalar. */
    int[] shape();
  }

  /** 32-bit floats, type {@code F32}. */
  public record Floats(float[] values, int... shape) implements Array {
    public Floats {
      check(values.length, shape);
    }
  }

  /** 64-bit floats, type {@code F64}. */
  public record Doubles(double[] values, int... shape) implements Array {
    public Doubles {
      check(values.length, shape);
    }
  }

  /** 64-bit integers, type {@code I64}. */
  public record Longs(long[] values, int... shape) implements Array {
    public Longs {
      check(values.length, shape);
    }
  }

  private final Map<String, Array> arrays;
  private final Map<String, String> metadata;

  /**
   * @param arrays by name, in the order in which they are written
   * @param metadata texts by key
   */
  public Safetensors(Map<String, ? extends Array> arrays, Map<String, String> metadata) {
    if (arrays.containsKey(METADATA)) {
      throw new IllegalArgumentException("no array can be called " + METADATA);
    }
    this.arrays = Collections.unmodifiableMap(new LinkedHashMap<>(arrays));
    this.metadata = Collections.unmodifiableMap(new LinkedHashMap<>(metadata));
  }

  /** The arrays by name, in their order in the file. */
  public Map<String, Array> arrays() {
    return arrays;
  }

  /** The texts under {@code __metadata__}. */
  public Map<String, String> metadata() {
    return metadata;
  }

  private static void check(int length, int... shape) {
    if (count(shape) != length) {
      throw new IllegalArgumentException(
          length + " values do not fill shape " + Arrays.toString(shape));
    }
  }

  private static long count(int... shape) {
    long product = 1;
    for (int d : shape) {
      product = Math.multiplyExact(product, (long) d);
    }
    return product;
  }

  /** Writes the file. */
  public void writeTo(OutputStream out) throws IOException {
    ObjectNode header = JsonNodeFactory.instance.objectNode();
    if (!metadata.isEmpty()) {
      ObjectNode texts = header.putObject(METADATA);
      metadata.forEach(texts::put);
    }
    long offset = 0;
    for (Map.Entry<String, Array> entry : arrays.entrySet()) {
      Array array = entry.getValue();
      ObjectNode node = header.putObject(entry.getKey());
      node.put("dtype", type(array));
      ArrayNode shape = node.putArray("shape");
      for (int d : array.shape()) {
        shape.add(d);
      }
      ArrayNode offsets = node.putArray("data_offsets");
      offsets.add(offset);
      offset += count(array.shape()) * width(type(array));
      offsets.add(offset);
    }
    byte[] json = JSON.writeValueAsBytes(header);
    // Padded with spaces, which the format allows, so that the values are aligned.
    byte[] padded = Arrays.copyOf(json, (json.length + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT);
    Arrays.fill(padded, json.length, padded.length, (byte) ' ');
    out.write(ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(padded.length).array());
    out.write(padded);
    for (Array array : arrays.values()) {
      writeValues(array, out);
    }
  }

  private static void writeValues(Array array, OutputStream out) throws IOException {
    ByteBuffer chunk = ByteBuffer.allocate(CHUNK * 8).order(ByteOrder.LITTLE_ENDIAN);
    int length = (int) count(array.shape());
    for (int from = 0; from < length; from += CHUNK) {
      int n = Math.min(CHUNK, length - from);
      chunk.clear();
      if (array instanceof Floats floats) {
        chunk.asFloatBuffer().put(floats.values(), from, n);
      } else if (array instanceof Doubles doubles) {
        chunk.asDoubleBuffer().put(doubles.values(), from, n);
      } else if (array instanceof Longs longs) {
        chunk.asLongBuffer().put(longs.values(), from, n);
      }
      out.write(chunk.array(), 0, n * width(type(array)));
    }
  }

  private static String type(Array array) {
    if (array instanceof Floats) {
      return "F32";
    }
    return array instanceof Doubles ? "F64" : "I64";
  }

  private static int width(String type) {
    return type.equals("F32") ? 4 : 8;
  }

  /**
   * Reads a file, strictly.
   *
   * @throws IOException when the bytes are not a file of this format with types F32, F64 and I64;
   *     the message says what is wrong
   */
  public static Safetensors read(byte[] file) throws IOException {
    ByteBuffer buffer = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    if (file.length < 8) {
      throw new IOException("it has only " + file.length + " bytes");
    }
    long headerLength = buffer.getLong();
    if (headerLength < 2 || headerLength > MAX_HEADER || headerLength > file.length - 8) {
      throw new IOException("its header cannot have " + headerLength + " bytes");
    }
    JsonNode header;
    try {
      header =
          JSON.readTree(new String(file, 8, (int) headerLength, StandardCharsets.UTF_8).strip());
    } catch (JsonProcessingException e) {
      throw new IOException("its header is not JSON: " + e.getOriginalMessage(), e);
    }
    if (header == null || !header.isObject()) {
      throw new IOException("its header is not a JSON object");
    }
    Map<String, Array> arrays = new LinkedHashMap<>();
    Map<String, String> metadata = new LinkedHashMap<>();
    int start = 8 + (int) headerLength;
    long expected = 0;
    for (Map.Entry<String, JsonNode> entry : header.properties()) {
      if (entry.getKey().equals(METADATA)) {
        for (Map.Entry<String, JsonNode> text : entry.getValue().properties()) {
          if (!text.getValue().isTextual()) {
            throw new IOException("metadata '" + text.getKey() + "' is not a text");
          }
          metadata.put(text.getKey(), text.getValue().textValue());
        }
        continue;
      }
      Header tensor = Header.of(entry.getKey(), entry.getValue());
      if (tensor.from != expected) {
        throw new IOException("the values of '" + tensor.name + "' leave a gap or overlap");
      }
      expected = tensor.to;
      if (start + expected > file.length) {
        throw new IOException("the values of '" + tensor.name + "' are cut off");
      }
      arrays.put(tensor.name, tensor.values(buffer, start));
    }
    if (start + expected != file.length) {
      throw new IOException((file.length - start - expected) + " bytes are left over");
    }
    return new Safetensors(arrays, metadata);
  }

  private record Header(String name, String type, long from, long to, int... shape) {
    static Header of(String name, JsonNode node) throws IOException {
      JsonNode type = node.get("dtype");
      JsonNode dimensions = node.get("shape");
      JsonNode offsets = node.get("data_offsets");
      if (type == null || dimensions == null || offsets == null || node.size() != 3) {
        throw new IOException("'" + name + "' must have dtype, shape and data_offsets");
      }
      String dtype = type.asText();
      if (!dtype.equals("F32") && !dtype.equals("F64") && !dtype.equals("I64")) {
        throw new IOException("'" + name + "' has type " + type + "; known are F32, F64 and I64");
      }
      if (!dimensions.isArray() || !offsets.isArray() || offsets.size() != 2) {
        throw new IOException("'" + name + "' has a shape or data_offsets that is no list");
      }
      int[] shape = new int[dimensions.size()];
      for (int i = 0; i < shape.length; i++) {
        JsonNode d = dimensions.get(i);
        if (!d.canConvertToInt() || !d.isIntegralNumber() || d.intValue() < 0) {
          throw new IOException("'" + name + "' has dimension " + d);
        }
        shape[i] = d.intValue();
      }
      JsonNode from = offsets.get(0);
      JsonNode to = offsets.get(1);
      if (!from.isIntegralNumber() || !to.isIntegralNumber()) {
        throw new IOException("'" + name + "' has data_offsets " + offsets);
      }
      Header header = new Header(name, dtype, from.longValue(), to.longValue(), shape);
      header.checkSize();
      return header;
    }

    private void checkSize() throws IOException {
      long bytes;
      try {
        bytes = Math.multiplyExact(count(shape), (long) width(type));
      } catch (ArithmeticException e) {
        throw new IOException("'" + name + "' is too large", e);
      }
      if (from < 0 || to - from != bytes || bytes > Integer.MAX_VALUE) {
        throw new IOException(
            "'"
                + name
                + "' of shape "
                + Arrays.toString(shape)
                + " does not fit data_offsets ["
                + from
                + ", "
                + to
                + "]");
      }
    }

    Array values(ByteBuffer file, int start) {
      ByteBuffer part = file.slice(start + (int) from, (int) (to - from));
      part.order(ByteOrder.LITTLE_ENDIAN);
      int n = (int) count(shape);
      switch (type) {
        case "F32" -> {
          float[] values = new float[n];
          part.asFloatBuffer().get(values);
          return new Floats(values, shape);
        }
        case "F64" -> {
          double[] values = new double[n];
          part.asDoubleBuffer().get(values);
          return new Doubles(values, shape);
        }
        default -> {
          long[] values = new long[n];
          part.asLongBuffer().get(values);
          return new Longs(values, shape);
        }
      }
    }
  }
}
