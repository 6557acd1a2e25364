package org.genlab.itests;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Predicate;
import org.genlab.itests.Genlab.Result;
import org.genlab.itests.Genlab.Running;

/** A lab that is being served in a directory, and those who talk to it. */
final class RunningLab implements AutoCloseable {
  final Path work;
  final Path plugins;
  private final Genlab genlab;
  private Running serve;

  /** A lab with a plugin directory of its own, not started yet. */
  RunningLab(Path work) throws IOException {
    this.work = work;
    this.plugins = Files.createDirectories(work.resolve("dropped"));
    this.genlab =
        new Genlab(work)
            .with("GENLAB_PLUGINS", plugins.toString())
            .with("GENLAB_ARCHIVE", work.resolve("archive").toString());
  }

  Genlab genlab() {
    return genlab;
  }

  Running serve(String... options) throws Exception {
    String[] arguments = new String[options.length + 1];
    arguments[0] = "serve";
    System.arraycopy(options, 0, arguments, 1, options.length);
    serve = genlab.start(arguments);
    await(serve.err(), text -> text.contains("The lab serves "));
    return serve;
  }

  Running serving() {
    return serve;
  }

  /** Waits until a file has what it should; a process that has ended will not write it. */
  void await(Path file, Predicate<String> content) throws Exception {
    while (true) {
      boolean alive = serve.process().isAlive();
      if (Files.exists(file) && content.test(Files.readString(file))) {
        return;
      }
      if (!alive) {
        throw new AssertionError("the lab has ended: " + Files.readString(serve.err()));
      }
      Thread.sleep(20);
    }
  }

  /** Waits until the lab has said something. */
  void awaitSaid(String text) throws Exception {
    await(serve.err(), said -> said.contains(text));
  }

  String said() throws IOException {
    return Files.readString(serve.err());
  }

  /** Submits an experiment and returns the name of its run. */
  String submit(String... arguments) {
    String[] all = new String[arguments.length + 1];
    all[0] = "submit";
    System.arraycopy(arguments, 0, all, 1, arguments.length);
    Result result = genlab.run(all);
    if (result.code() != 0) {
      throw new AssertionError(result.describe());
    }
    return result.out().lines().findFirst().orElseThrow();
  }

  Path run(String name) {
    return work.resolve("runs").resolve(name);
  }

  @Override
  public void close() {
    if (serve != null) {
      // The workers end with their input.
      serve.close();
    }
  }
}
