package org.genlab.cli.internal;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** A terminal whose output is kept and whose clock is set by hand. */
final class Capture {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private long nanos;

  Terminal terminal(boolean live) {
    return new Terminal(stream(out), stream(err), live, false, () -> nanos);
  }

  private static PrintStream stream(ByteArrayOutputStream bytes) {
    return new PrintStream(bytes, true, StandardCharsets.UTF_8);
  }

  void passSeconds(double seconds) {
    nanos += Math.round(seconds * 1e9);
  }

  String out() {
    return out.toString(StandardCharsets.UTF_8).replace(System.lineSeparator(), "\n");
  }

  String err() {
    return err.toString(StandardCharsets.UTF_8).replace(System.lineSeparator(), "\n");
  }

  /** What was written to the messages since the last call. */
  String newErr() {
    String text = err();
    err.reset();
    return text;
  }
}
