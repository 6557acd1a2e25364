package org.genlab.cli.internal;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.lang.model.SourceVersion;
import org.genlab.api.Kind;
import org.genlab.runtime.config.Nearest;
import org.genlab.store.UserError;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Makes a project for a new plugin, with a working example of its kind. */
@Command(
    name = "new",
    description = {
      "Make a Maven project for a new plugin, with a working example of its kind and its tests.",
      "What is not given is asked for on a terminal."
    },
    footer = "genlab plugin new optimizer lion --package com.example.lion")
final class PluginNewCommand implements Callable<Integer> {
  private static final Pattern ID = Pattern.compile("[a-z][a-z0-9]*(-[a-z0-9]+)*");

  private final Terminal terminal;
  private final Path sdk;
  private final UnaryOperator<String> question;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  boolean help;

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "KIND",
      description = "dataset, architecture, optimizer, regularizer, metric, procedure or analysis.")
  private String kind;

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "ID",
      description = "The name of the plugin in experiments, such as lion or sign-momentum.")
  private String id;

  @Option(
      names = "--package",
      paramLabel = "PACKAGE",
      description = "The Java package, and the name of the bundle; org.example.<id> by default.")
  private String packageName;

  @Option(
      names = "--directory",
      paramLabel = "DIRECTORY",
      description = "Where the project is made; a directory named like the id by default.")
  private Path directory;

  PluginNewCommand(Terminal terminal) {
    this(terminal, sdkOfInstallation(), ofTerminal(terminal));
  }

  /**
   * @param sdk the directory that projects take the jars of the platform from
   * @param question asks for what is missing; null when there is nobody to ask
   */
  PluginNewCommand(Terminal terminal, Path sdk, UnaryOperator<String> question) {
    this.terminal = terminal;
    this.sdk = sdk;
    this.question = question;
  }

  private static Path sdkOfInstallation() {
    String sdk = System.getProperty("genlab.sdk");
    return sdk == null ? Path.of(System.getProperty("genlab.home", "."), "sdk") : Path.of(sdk);
  }

  /** Asks whoever sits at the terminal, if somebody does. */
  private static UnaryOperator<String> ofTerminal(Terminal terminal) {
    if (!Terminal.isTerminal(0) || !Terminal.isTerminal(1)) {
      return null;
    }
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, Charset.defaultCharset()));
    return prompt -> {
      terminal.out().print(prompt);
      terminal.out().flush();
      try {
        return in.readLine();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    };
  }

  @Override
  public Integer call() {
    kind = kind(kind != null ? kind : ask("Kind (" + String.join(", ", Kind.ALL) + "): ", "KIND"));
    id = id(id != null ? id : ask("Id, by which experiments name it: ", "ID"));
    String byDefault = "org.example." + packagePart(id);
    if (packageName == null) {
      String answer = question == null ? "" : question.apply("Package [" + byDefault + "]: ");
      packageName = answer == null || answer.isBlank() ? byDefault : answer.strip();
    }
    checkPackage(packageName);
    Path place = directory == null ? Path.of(id) : directory;
    checkEmpty(place);
    ProjectTemplate template = ProjectTemplate.of(archetype(), kind);
    String className = className(id);
    if (template.uses(className) || isOfJava(className)) {
      throw new UserError(
          "a plugin '"
              + id
              + "' would be a class "
              + className
              + ", and there is one of that name already that it needs; choose a more telling id.");
    }
    template.write(
        place,
        new ProjectTemplate.Names(
            id, className, packageName, sdk.toAbsolutePath().normalize().toString()));
    tell(place, className);
    return Genlab.OK;
  }

  private void tell(Path place, String className) {
    String path = packageName.replace('.', '/');
    String jar = packageName + "-" + ProjectTemplate.VERSION + ".jar";
    TextTable table = new TextTable("", "");
    terminal.out().println("Made " + place + " for the " + kind + " '" + id + "':");
    table.row(
        "src/main/java/" + path + "/" + className + ".java", "the plugin; change what it does");
    table.row("src/test/java/" + path + "/" + className + "Test.java", "runs the test kit on it");
    table.row("experiment.yaml", kind.equals(Kind.ANALYSIS) ? "a study with it" : "a run with it");
    table.lines("  ").stream().filter(l -> !l.isBlank()).forEach(terminal.out()::println);
    terminal.out().println("Next:");
    terminal.out().println("  cd " + place);
    terminal.out().println("  mvn verify");
    terminal
        .out()
        .println(
            "  GENLAB_PLUGINS=target genlab "
                + (kind.equals(Kind.ANALYSIS) ? "reproduce" : "run")
                + " experiment.yaml");
    terminal.out().println("Its jar is target/" + jar + ".");
  }

  private String ask(String prompt, String what) {
    String answer = question == null ? null : question.apply(prompt);
    if (answer == null || answer.isBlank()) {
      throw new UserError(
          "genlab plugin new needs " + what + ", as in 'genlab plugin new optimizer lion'.");
    }
    return answer.strip();
  }

  private static String kind(String given) {
    if (!Kind.ALL.contains(given)) {
      String hint = Nearest.hint(given, Kind.ALL);
      throw new UserError(
          "there is no kind '"
              + given
              + "'"
              + (hint.isEmpty() ? "; there are " + String.join(", ", Kind.ALL) + "." : hint));
    }
    return given;
  }

  private static String id(String given) {
    if (!ID.matcher(given).matches()) {
      throw new UserError(
          "'"
              + given
              + "' is no id of a plugin; ids have lower-case letters, digits and hyphens and begin"
              + " with a letter, as in lion or sign-momentum.");
    }
    return given;
  }

  private static void checkPackage(String name) {
    boolean lowerCase = name.equals(name.toLowerCase(java.util.Locale.ROOT));
    if (!SourceVersion.isName(name, SourceVersion.RELEASE_17)
        || !lowerCase
        || !name.contains(".")
        || !name.matches("[a-z0-9_.]+")) {
      throw new UserError(
          "'"
              + name
              + "' is no package for a plugin; packages have lower-case words of Java separated by"
              + " dots, as in org.example.lion.");
    }
    for (String reserved : List.of("java", "javax", "jdk", "org.genlab")) {
      if (name.equals(reserved) || name.startsWith(reserved + ".")) {
        throw new UserError(
            "the package '"
                + name
                + "' is not yours, because "
                + reserved
                + " is taken; choose one of your own, as in org.example.lion.");
      }
    }
  }

  private static void checkEmpty(Path place) {
    if (!Files.exists(place)) {
      return;
    }
    try (Stream<Path> entries = Files.isDirectory(place) ? Files.list(place) : Stream.of(place)) {
      if (entries.findAny().isPresent()) {
        throw new UserError(
            place + " is there already and is not overwritten; take another --directory.");
      }
    } catch (IOException e) {
      throw new UserError("cannot read " + place + ": " + e.getMessage() + ".", e);
    }
  }

  private static boolean isOfJava(String className) {
    try {
      Class.forName("java.lang." + className, false, null);
      return true;
    } catch (ClassNotFoundException e) {
      return false;
    }
  }

  /** The class of a plugin: sign-momentum is SignMomentum. */
  static String className(String id) {
    StringBuilder name = new StringBuilder();
    for (String word : id.split("-", -1)) {
      name.append(Character.toUpperCase(word.charAt(0))).append(word, 1, word.length());
    }
    return name.toString();
  }

  private static String packagePart(String id) {
    String part = id.replace("-", "");
    return SourceVersion.isKeyword(part) ? part + "_" : part;
  }

  /** The jar with the templates, which is in the repository of the sdk. */
  private Path archetype() {
    Path versions = sdk.resolve("repository/org/genlab/org.genlab.archetype");
    if (Files.isDirectory(versions)) {
      try (DirectoryStream<Path> all = Files.newDirectoryStream(versions)) {
        for (Path version : all) {
          Path jar = version.resolve("org.genlab.archetype-" + version.getFileName() + ".jar");
          if (Files.isRegularFile(jar)) {
            return jar;
          }
        }
      } catch (IOException e) {
        throw new UserError("cannot read " + versions + ": " + e.getMessage() + ".", e);
      }
    }
    throw new UserError(
        "there are no templates in " + versions + "; the installation is incomplete.");
  }
}
