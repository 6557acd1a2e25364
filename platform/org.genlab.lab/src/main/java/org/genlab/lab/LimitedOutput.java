package org.genlab.lab;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Takes what plugins print: into a file of the run, and no more than a limit of it. What is printed
 * before the run has a directory waits in memory.
 */
final class LimitedOutput extends OutputStream {
  /** The file in the directory of a run. */
  static final String FILE = "output.log";

  static final int LIMIT = 1 << 20;

  private ByteArrayOutputStream waiting = new ByteArrayOutputStream();
  private OutputStream file;
  private int left = LIMIT;

  /** Whatever was and will be printed goes into the directory. */
  synchronized void openIn(Path directory) {
    Path path = directory.resolve(FILE);
    try {
      left = (int) Math.max(0, LIMIT - (Files.exists(path) ? Files.size(path) : 0));
      if (waiting != null && waiting.size() > 0) {
        byte[] before = waiting.toByteArray();
        waiting = null;
        file = open(path);
        write(before, 0, before.length);
      } else {
        waiting = null;
        file = new Lazy(path);
      }
    } catch (IOException e) {
      left = 0; // The run goes on without it.
    }
  }

  private static OutputStream open(Path path) throws IOException {
    return Files.newOutputStream(path, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  @Override
  public synchronized void write(int b) {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public synchronized void write(byte[] bytes, int from, int count) {
    int part = Math.min(count, left);
    if (part == 0 && count > 0) {
      return;
    }
    left -= part;
    put(bytes, from, part);
    if (left == 0) {
      byte[] end =
          ("\n[more than " + (LIMIT >> 20) + " MiB was printed; the rest is left out]\n")
              .getBytes(StandardCharsets.UTF_8);
      put(end, 0, end.length);
    }
  }

  private void put(byte[] bytes, int from, int count) {
    try {
      if (file != null) {
        file.write(bytes, from, count);
      } else if (waiting != null) {
        waiting.write(bytes, from, count);
      }
    } catch (IOException e) {
      left = 0;
    }
  }

  @Override
  public synchronized void close() throws IOException {
    if (file != null) {
      file.close();
    }
  }

  /** Makes its file when something is written. */
  private static final class Lazy extends OutputStream {
    private final Path path;
    private OutputStream out;

    Lazy(Path path) {
      this.path = path;
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int from, int count) throws IOException {
      if (out == null) {
        out = open(path);
      }
      out.write(bytes, from, count);
    }

    @Override
    public void close() throws IOException {
      if (out != null) {
        out.close();
      }
    }
  }
}
