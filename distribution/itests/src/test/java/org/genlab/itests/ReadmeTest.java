package org.genlab.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.genlab.itests.Genlab.Result;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The examples of the README do what it says of them. */
class ReadmeTest {
  private static final String SHORT = "procedure.steps=2";

  @TempDir Path work;

  @Test
  void theExperimentRunsAndTakesTheOverrides() throws IOException {
    Experiments.write(work, "division.yaml", example("yaml"));
    Result result =
        new Genlab(work)
            .run(
                "run",
                "division.yaml",
                SHORT,
                "dataset.modulus=13",
                "regularizers.dropout.probability=0.1",
                "~metrics.weight-norm",
                "seed=0..1",
                "optimizer=adam,adamw@[1,2)");
    assertEquals(0, result.code(), result.describe());
    assertEquals(4, Experiments.runs(work).size(), result.describe());
  }

  @Test
  void theSentenceAboutAMistakeIsTheOneShown() throws IOException {
    String yaml = example("yaml").replace("weight-decay: 1", "weigth-decay: 1");
    Experiments.write(work, "division.yaml", yaml);
    Result result = new Genlab(work).run("run", "division.yaml");
    assertEquals(2, result.code(), result.describe());
    assertTrue(readme().contains(result.err().strip()), result.describe());
  }

  @Test
  void theOptimizerCompilesIsFoundAndTrains() throws IOException {
    Experiments.write(work, "division.yaml", example("yaml"));
    Path plugins = bundle(compile(example("java")));
    Result result =
        new Genlab(work)
            .with("GENLAB_PLUGINS", plugins.toString())
            .run(
                "run",
                "division.yaml",
                SHORT,
                "dataset.modulus=13",
                "optimizer=lion",
                "optimizer.weight-decay=1");
    assertEquals(0, result.code(), result.describe());
    String lock = Files.readString(Experiments.onlyRun(work).resolve("lock.json"));
    assertTrue(lock.contains("org.example.lion"), lock);
  }

  private static String readme() throws IOException {
    return Files.readString(Path.of("../../README.md"));
  }

  /** The first code block of a language. */
  private static String example(String language) throws IOException {
    Matcher matcher =
        Pattern.compile("```" + language + "\n(.*?)```", Pattern.DOTALL).matcher(readme());
    assertTrue(matcher.find(), "the README has no example in " + language);
    return matcher.group(1);
  }

  private Path compile(String source) throws IOException {
    Path file = Files.createDirectories(work.resolve("src")).resolve("Lion.java");
    Files.writeString(file, source);
    Path classes = Files.createDirectories(work.resolve("classes"));
    String classPath;
    try (Stream<Path> lib = Files.list(Genlab.home().resolve("lib"));
        Stream<Path> bundles = Files.list(Genlab.home().resolve("bundles"))) {
      classPath =
          Stream.concat(lib, bundles)
              .map(jar -> jar.toAbsolutePath().toString())
              .collect(Collectors.joining(File.pathSeparator));
    }
    int code =
        ToolProvider.getSystemJavaCompiler()
            .run(
                null,
                null,
                null,
                "--release",
                "17",
                "-proc:none",
                "-cp",
                classPath,
                "-d",
                classes.toString(),
                file.toString());
    assertEquals(0, code, "the optimizer does not compile");
    return classes;
  }

  /** Packs classes with the headers that bnd makes of the annotation. */
  private Path bundle(Path classes) throws IOException {
    Manifest manifest = new Manifest();
    Attributes headers = manifest.getMainAttributes();
    headers.putValue("Manifest-Version", "1.0");
    headers.putValue("Bundle-ManifestVersion", "2");
    headers.putValue("Bundle-SymbolicName", "org.example.lion");
    headers.putValue("Bundle-Version", "1.0.0");
    headers.putValue(
        "Provide-Capability",
        "genlab.plugin;class=\"org.example.Lion\";id=lion;kind=optimizer;source=\"\";"
            + "summary=\"Sign of a momentum\";version:Version=\"1.0.0\"");
    headers.putValue(
        "Import-Package",
        "jakarta.inject;version=\"[2.0,3)\",org.genlab.api;version=\"[1.0,2)\","
            + "org.genlab.api.model;version=\"[1.0,2)\",org.genlab.api.training;version=\"[1.0,2)\","
            + "org.genlab.tensor;version=\"[1.0,2)\"");
    Path plugins = Files.createDirectories(work.resolve("plugins"));
    try (OutputStream out = Files.newOutputStream(plugins.resolve("lion.jar"));
        JarOutputStream jar = new JarOutputStream(out, manifest);
        Stream<Path> files = Files.walk(classes)) {
      for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
        jar.putNextEntry(new JarEntry(classes.relativize(file).toString()));
        Files.copy(file, jar);
        jar.closeEntry();
      }
    }
    return plugins;
  }

  /** What the README shows of the command line parses. */
  @Test
  void everyCommandShownExists() throws IOException {
    Result help = new Genlab(work).run("help");
    assertEquals(0, help.code(), help.describe());
    Matcher matcher = Pattern.compile("\\./genlab ([a-z]+)").matcher(readme());
    List<String> commands = matcher.results().map(r -> r.group(1)).distinct().toList();
    for (String command : commands) {
      assertTrue(help.out().contains("  " + command), command + " is not in\n" + help.out());
    }
  }
}
