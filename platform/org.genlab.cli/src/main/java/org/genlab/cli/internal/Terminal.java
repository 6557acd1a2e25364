package org.genlab.cli.internal;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.LongSupplier;

/**
 * Where the command line writes: results to one stream, progress and messages to the other.
 *
 * @param out takes results
 * @param err takes progress and messages
 * @param live whether lines on {@code err} can be redrawn
 * @param colourOut whether results may have colours
 * @param nanoTime a clock
 */
record Terminal(
    PrintStream out, PrintStream err, boolean live, boolean colourOut, LongSupplier nanoTime) {
  /** A colour or weight of text. */
  enum Style {
    BOLD("1"),
    QUIET("2"),
    RED("31"),
    GREEN("32"),
    YELLOW("33");

    private final String code;

    Style(String code) {
      this.code = code;
    }
  }

  /**
   * The streams of this process. The start script says in {@code GENLAB_TTY} whether standard error
   * is a terminal; Java cannot tell.
   */
  static Terminal ofProcess() {
    boolean dumb = "dumb".equals(System.getenv("TERM"));
    String noColour = System.getenv("NO_COLOR");
    boolean colours = !dumb && (noColour == null || noColour.isEmpty());
    PrintStream out =
        new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
    return new Terminal(
        out,
        utf8(System.err),
        !dumb && "1".equals(System.getenv("GENLAB_TTY")),
        colours && isTerminal(1),
        System::nanoTime);
  }

  private static PrintStream utf8(PrintStream stream) {
    return new PrintStream(stream, true, StandardCharsets.UTF_8);
  }

  /**
   * Whether a file descriptor is a terminal; where the system does not say, it is taken for none.
   */
  static boolean isTerminal(int descriptor) {
    try {
      String target = Files.readSymbolicLink(Path.of("/proc/self/fd/" + descriptor)).toString();
      return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty");
    } catch (IOException | RuntimeException e) {
      return false;
    }
  }

  /** Text in a style where results have colours, else as it is. */
  String style(Style style, String text) {
    return colourOut ? "\u001b[" + style.code + "m" + text + "\u001b[0m" : text;
  }
}
