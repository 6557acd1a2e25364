package org.genlab.lab;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.genlab.store.AtomicFiles;
import org.genlab.store.UserError;

/**
 * The queue of a lab on the disk: a file to which a line is added, and forced to the disk, whenever
 * something changes. A submission is one line, so a sweep is accepted as a whole or not at all. A
 * last line that was cut short when the machine went down does not count.
 */
final class JobJournal implements AutoCloseable {
  /** How many jobs that are over are still listed after the next start. */
  private static final int REMEMBERED = 100;

  private static final JsonMapper JSON = new JsonMapper();

  private final Path file;
  private final FileChannel channel;
  private final NavigableMap<Long, Job> jobs;

  private JobJournal(Path file, FileChannel channel, NavigableMap<Long, Job> jobs) {
    this.file = file;
    this.channel = channel;
    this.jobs = jobs;
  }

  /**
   * Reads the file and writes it anew, without what is long over.
   *
   * @throws UserError when it is damaged; the message names file and line
   */
  static JobJournal open(Path file) {
    NavigableMap<Long, Job> jobs = read(file);
    List<Job> over = jobs.values().stream().filter(j -> j.state().isOver()).toList();
    // The highest number is kept: numbers must not be used again.
    over.subList(0, Math.max(0, over.size() - REMEMBERED)).stream()
        .filter(j -> j.number() != jobs.lastKey())
        .forEach(j -> jobs.remove(j.number()));
    AtomicFiles.write(file, jobs.isEmpty() ? "" : line(jobs.values()));
    try {
      return new JobJournal(
          file, FileChannel.open(file, StandardOpenOption.WRITE, StandardOpenOption.APPEND), jobs);
    } catch (IOException e) {
      throw AtomicFiles.cannotWrite(file, e);
    }
  }

  private static NavigableMap<Long, Job> read(Path file) {
    String text;
    try {
      text = Files.exists(file) ? new String(Files.readAllBytes(file), StandardCharsets.UTF_8) : "";
    } catch (IOException e) {
      throw AtomicFiles.cannotRead(file, e);
    }
    NavigableMap<Long, Job> jobs = new TreeMap<>();
    int number = 0;
    for (int from = 0, to; (to = text.indexOf('\n', from)) >= 0; from = to + 1) {
      number++;
      try {
        apply(JSON.readTree(text.substring(from, to)), jobs);
      } catch (JsonProcessingException | IllegalArgumentException e) {
        throw new UserError(
            file
                + ":"
                + number
                + ": this line of the lab's queue is damaged; delete the line, or the file to begin"
                + " with an empty queue.",
            e);
      }
    }
    return jobs;
  }

  private static void apply(JsonNode line, Map<Long, Job> jobs) {
    for (JsonNode node : line.path("jobs")) {
      Job job = Job.of(node);
      jobs.put(job.number(), job);
    }
    Job job = jobs.get(line.path("job").asLong());
    if (job != null) {
      Job changed = Job.of(job.toJson().setAll((ObjectNode) line.path("now")));
      jobs.put(
          job.number(),
          job.in(changed.state(), changed.step(), line.path("now").path("message").asText("")));
    }
  }

  private static String line(Collection<Job> jobs) {
    ObjectNode line = JSON.createObjectNode();
    ArrayNode list = line.putArray("jobs");
    jobs.forEach(j -> list.add(j.toJson()));
    return line + "\n";
  }

  /** All jobs, in the order of their numbers. */
  List<Job> jobs() {
    return new ArrayList<>(jobs.values());
  }

  /** The number after the highest that was ever given. */
  long nextNumber() {
    return jobs.isEmpty() ? 1 : jobs.lastKey() + 1;
  }

  /** Adds jobs, all of them or, when that fails, none. */
  void add(List<Job> added) {
    append(line(added));
    added.forEach(j -> jobs.put(j.number(), j));
  }

  /** Notes how a job stands now. It does so in memory even when the disk is full. */
  void change(Job job) {
    jobs.put(job.number(), job);
    ObjectNode line = JSON.createObjectNode().put("job", job.number());
    ObjectNode now = line.putObject("now").put("state", job.state().text()).put("step", job.step());
    if (!job.message().isEmpty()) {
      now.put("message", job.message());
    }
    append(line + "\n");
  }

  private void append(String line) {
    ByteBuffer bytes = ByteBuffer.wrap(line.getBytes(StandardCharsets.UTF_8));
    try {
      long before = channel.size();
      try {
        while (bytes.hasRemaining()) {
          channel.write(bytes);
        }
        channel.force(true);
      } catch (IOException e) {
        // Half a line would swallow the next one.
        channel.truncate(before);
        throw e;
      }
    } catch (IOException e) {
      throw AtomicFiles.cannotWrite(file, e);
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      // Every line was forced to the disk.
    }
  }
}
