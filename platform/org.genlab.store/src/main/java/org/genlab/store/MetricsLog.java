package org.genlab.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.io.JsonStringEncoder;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The file {@code metrics.jsonl}: one JSON object a line, {@code
 * {"step":100,"train/accuracy":0.5}}. Rows are only ever appended; when a run goes on from a
 * checkpoint, what was written after the checkpoint is cut off first, so that the file of an
 * interrupted run has the bytes of an uninterrupted one.
 */
public final class MetricsLog implements AutoCloseable {
  private static final JsonMapper JSON = new JsonMapper();

  /**
   * A line of the file.
   *
   * @param step the number of steps made
   * @param values by series, in the order in which they were recorded
   */
  public record Row(long step, Map<String, Double> values) {
    public Row {
      values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
    }
  }

  private final Path file;
  private final FileChannel channel;

  private MetricsLog(Path file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
  }

  /**
   * Opens the file for appending, creating it when there is none.
   *
   * @param keep the number of bytes to keep; what follows is cut off
   * @throws UserError when the file is shorter than that or cannot be written
   */
  public static MetricsLog open(Path file, long keep) {
    FileChannel channel = null;
    try {
      channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      if (channel.size() < keep) {
        throw new UserError(
            file
                + " has "
                + channel.size()
                + " bytes, but the checkpoint was written when it had "
                + keep
                + "; restore the file, or start the run anew.");
      }
      channel.truncate(keep);
      channel.position(keep);
      return new MetricsLog(file, channel);
    } catch (IOException e) {
      closeQuietly(channel);
      throw AtomicFiles.cannotWrite(file, e);
    } catch (UserError e) {
      closeQuietly(channel);
      throw e;
    }
  }

  private static void closeQuietly(FileChannel channel) {
    try {
      if (channel != null) {
        channel.close();
      }
    } catch (IOException e) {
      // Nothing was written that closing could lose.
    }
  }

  /** Appends a row. A reader sees it at once; {@link #sync} makes it survive a power cut. */
  public void append(Row row) {
    ByteBuffer line = ByteBuffer.wrap((line(row) + "\n").getBytes(StandardCharsets.UTF_8));
    try {
      while (line.hasRemaining()) {
        channel.write(line);
      }
    } catch (IOException e) {
      throw AtomicFiles.cannotWrite(file, e);
    }
  }

  /** The row as it stands in the file, without the line feed. */
  public static String line(Row row) {
    StringBuilder line = new StringBuilder("{\"step\":").append(row.step());
    row.values()
        .forEach(
            (name, value) -> {
              String number = Numbers.toText(value);
              String quote = Double.isFinite(value) ? "" : "\"";
              line.append(",\"")
                  .append(JsonStringEncoder.getInstance().quoteAsString(name))
                  .append("\":")
                  .append(quote)
                  .append(number)
                  .append(quote);
            });
    return line.append('}').toString();
  }

  /** Forces what was appended to the disk and returns the number of bytes of the file. */
  public long sync() {
    try {
      AtomicFiles.force(channel);
      return channel.position();
    } catch (IOException e) {
      throw AtomicFiles.cannotWrite(file, e);
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw AtomicFiles.cannotWrite(file, e);
    }
  }

  /**
   * Reads all rows. A last line without line feed, which a killed process may leave, is ignored; a
   * missing file has no rows.
   *
   * @throws UserError when a line is not a row; the message names file and line
   */
  public static List<Row> read(Path file) {
    String text;
    try {
      // Not readString: a torn last line may end within a character.
      text = Files.exists(file) ? new String(Files.readAllBytes(file), StandardCharsets.UTF_8) : "";
    } catch (IOException e) {
      throw AtomicFiles.cannotRead(file, e);
    }
    return parse(text, file);
  }

  /** The rows of the file's text; a last line without line feed is ignored. */
  static List<Row> parse(String text, Path file) {
    List<Row> rows = new ArrayList<>();
    int number = 0;
    for (int from = 0, to; (to = text.indexOf('\n', from)) >= 0; from = to + 1) {
      number++;
      rows.add(parse(text.substring(from, to), file, number));
    }
    return rows;
  }

  private static Row parse(String line, Path file, int number) {
    try {
      JsonNode node = JSON.readTree(line);
      if (!node.isObject() || !node.path("step").isIntegralNumber()) {
        throw new UserError(file + ":" + number + ": this line is not a row with a step.");
      }
      Map<String, Double> values = new LinkedHashMap<>();
      for (Map.Entry<String, JsonNode> entry : node.properties()) {
        if (!entry.getKey().equals("step")) {
          values.put(entry.getKey(), value(entry.getValue()));
        }
      }
      return new Row(node.get("step").longValue(), values);
    } catch (JsonProcessingException | NumberFormatException e) {
      throw new UserError(
          file + ":" + number + ": this line is damaged; every line must be one JSON object.", e);
    }
  }

  private static double value(JsonNode node) {
    return node.isNumber() ? node.doubleValue() : Numbers.parse(node.asText());
  }
}
