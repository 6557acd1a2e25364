package org.genlab.cli.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.felix.resolver.Logger;
import org.apache.felix.resolver.ResolverImpl;
import org.genlab.api.Default;
import org.genlab.api.Doc;
import org.genlab.api.Kind;
import org.genlab.api.Plugin;
import org.genlab.api.Range;
import org.genlab.api.evaluation.Analysis;
import org.genlab.api.evaluation.Recorder;
import org.genlab.api.evaluation.RunRecord;
import org.genlab.lab.Plugins;
import org.genlab.provisioning.install.Provisioning;
import org.genlab.runtime.plugins.ClassCatalog;
import org.genlab.runtime.plugins.Leases;
import org.genlab.runtime.plugins.PluginArchive;
import org.genlab.runtime.plugins.PluginCatalog;
import org.genlab.runtime.plugins.Wiring;
import org.genlab.store.RunDirectory;
import org.genlab.store.RunStatus;
import org.genlab.study.StudyCatalog;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GenlabTest {
  @TempDir Path work;
  private Capture capture;

  /** A plugin to list. */
  @Plugin(
      kind = Kind.ANALYSIS,
      id = "trend",
      version = "1.2.0",
      summary = "Fits a trend.",
      source = "Gauss 1809")
  static final class Trend implements Analysis {
    private final int degree;

    /** Its settings. */
    record Settings(
        @Default("2") @Range(min = 0, max = 9) @Doc("degree of the polynomial") int degree) {}

    @jakarta.inject.Inject
    Trend(Settings settings) {
      degree = settings.degree();
    }

    @Override
    public void analyse(List<RunRecord> runs, Recorder recorder) {
      recorder.number("degree", degree);
    }
  }

  private final class TestLab implements Lab {
    private final PluginCatalog catalog = ClassCatalog.of(Trend.class);

    @Override
    public PluginCatalog plugins() {
      return catalog;
    }

    @Override
    public Wiring wiring() {
      return Wiring.with(catalog);
    }

    @Override
    public Leases leases() {
      return Leases.none();
    }

    @Override
    public Optional<PluginArchive> archive() {
      return Optional.empty();
    }

    @Override
    public LabPlugins labPlugins(boolean start, Consumer<Path> finished) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Plugins livePlugins() {
      throw new UnsupportedOperationException();
    }

    @Override
    public StudyCatalog studies() {
      return StudyCatalog.of(List.of(work));
    }

    @Override
    public Provisioning provisioning() {
      return new Provisioning(
          new Provisioning.Surroundings(
              new ResolverImpl(new Logger(0)),
              List::of,
              List.of(),
              work.resolve("installed"),
              work.resolve("configuration"),
              work.resolve("cache"),
              Clock.systemUTC()));
    }

    @Override
    public void deploy(List<Path> jars) {
      throw new AssertionError("nothing is installed here: " + jars);
    }

    @Override
    public List<String> inactive() {
      return List.of();
    }

    @Override
    public String version() {
      return "9.8.7";
    }
  }

  @BeforeEach
  void newTerminal() {
    capture = new Capture();
  }

  private int genlab(String... arguments) {
    return Genlab.run(new TestLab(), capture.terminal(false), arguments);
  }

  private String error(String... arguments) {
    assertEquals(2, genlab(arguments), () -> capture.out() + capture.err());
    assertEquals("", capture.out());
    assertEquals(1, capture.err().lines().count(), capture.err());
    return capture.err().strip();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "reprodcue             | genlab: there is no command 'reprodcue'; did you mean"
            + " 'reproduce'?",
        "zzzz                  | genlab: there is no command 'zzzz'; 'genlab help' shows what there"
            + " is.",
        "runs --runs-dri x     | genlab: genlab runs has no option '--runs-dri'; did you mean"
            + " '--runs-dir'?",
        "run                   | genlab: genlab run needs FILE, as in 'genlab run experiment.yaml"
            + " optimizer.weight-decay=0 seed=0..4'.",
        "papers x              | genlab: genlab papers has no use for 'x'; 'genlab help papers'"
            + " shows what it takes.",
        "plugins trent         | genlab: there is no plugin and no kind 'trent'; did you mean"
            + " 'trend'?",
        "resume nowhere        | genlab: there is no directory nowhere, neither here nor in runs;"
            + " 'genlab runs' lists what there is.",
        "reproduce gork        | genlab: there is no study 'gork'; 'genlab papers' lists them, and"
            + " a path that ends in .yaml names a file",
        "reproduce x --threads=y | genlab: genlab reproduce: Invalid value for option '--threads':"
            + " 'y' is not an int."
      })
  void mistakesGetOneSentence(String line, String sentence) {
    assertEquals(sentence, error(line.strip().split(" ")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "plugin instal | genlab: genlab plugin has no command 'instal'; did you mean 'install'?",
        "plugin install sam | genlab: plugin 'sam' is not installed, and no repository is known;"
            + " 'genlab plugin repository add NAME ADDRESS' adds one.",
        "plugin install none.jar | genlab: there is no file none.jar.",
        "plugin install sam --repository nowhere | genlab: there is no repository 'nowhere' and no"
            + " folder of that name; 'genlab plugin repository list' shows those that are known.",
        "plugin update sam | genlab: plugin 'sam' is not installed; 'genlab plugin install sam'"
            + " installs it.",
        "plugin remove sam | genlab: plugin 'sam' is not installed; 'genlab plugin list' shows what"
            + " is.",
        "plugin search sam | genlab: no repository is known; 'genlab plugin repository add NAME"
            + " ADDRESS' adds one.",
        "plugin why sam | genlab: plugin 'sam' is neither installed nor in a repository.",
        "plugin index nowhere | genlab: there is no folder nowhere.",
        "plugin trust policy local=no | genlab: 'local=no' must be remote or local, '=', and"
            + " require, warn or allow, as in remote=require.",
        "plugin trust remove bob | genlab: no key is trusted as 'bob'; none is trusted.",
        "plugin repository remove lab | genlab: there is no repository 'lab'; none is known.",
        "plugin repository add lab ftp://x | genlab: 'ftp://x' is no address of a repository; it"
            + " must be a folder, or begin with https://, http:// or file:/.",
        "plugin install sam --policy never | genlab: genlab plugin install: Invalid value for"
            + " option '--policy': expected one of [REQUIRE, WARN, ALLOW] (case-insensitive) but"
            + " was 'never'."
      })
  void mistakesWithPluginsGetOneSentence(String line, String sentence) {
    assertEquals(sentence, error(line.strip().split(" ")));
  }

  @Test
  void keysAndRepositoriesAreKept() throws IOException {
    Path key = work.resolve("key");
    assertEquals(0, genlab("plugin", "keygen", key.toString()));
    assertEquals(0, genlab("plugin", "trust", "add", "alice", key + ".pub"));
    assertEquals(0, genlab("plugin", "trust", "policy", "local=require"));
    assertEquals(0, genlab("plugin", "repository", "add", "lab", "https://example.org/plugins"));
    newTerminal();
    assertEquals(0, genlab("plugin", "trust", "list"));
    assertTrue(capture.out().contains("alice"), capture.out());
    assertTrue(
        capture.out().contains("What is local and not signed by them: require"), capture.out());
    newTerminal();
    assertEquals(0, genlab("plugin", "repository", "list"));
    assertTrue(
        capture.out().contains("lab   https://example.org/plugins/index.xml"), capture.out());
    newTerminal();
    assertEquals(2, genlab("plugin", "keygen", key.toString()));
    assertTrue(capture.err().contains("exists already"), capture.err());
  }

  @Test
  void doctorTellsProblemsByItsExitCode() throws IOException {
    assertEquals(0, genlab("doctor"), capture.out());
    assertTrue(capture.out().startsWith("All is well: 1 plugins, Java "), capture.out());
    Files.createDirectories(work.resolve("configuration"));
    Files.writeString(work.resolve("configuration/policy"), "nonsense\n");
    newTerminal();
    assertEquals(1, genlab("doctor", "--json"));
    assertTrue(capture.out().contains("\"well\" : false"), capture.out());
    assertTrue(capture.out().contains("policy:1: a line must be"), capture.out());
  }

  @Test
  void missingExperimentFileIsNamedAndNothingIsWritten() throws IOException {
    Path runs = work.resolve("runs");
    String message =
        error("run", work.resolve("none.yaml").toString(), "--runs-dir", runs.toString());
    assertTrue(message.contains("none.yaml"), message);
    assertFalse(Files.exists(runs));
  }

  @Test
  void badExperimentIsNamedWithFileAndLine() throws IOException {
    Path file = work.resolve("bad.yaml");
    Files.writeString(file, "seed: 0\ndatset: trend\n");
    String message = error("run", file.toString(), "--runs-dir", work.resolve("runs").toString());
    assertTrue(message.contains("bad.yaml:2"), message);
    assertTrue(message.contains("did you mean 'dataset'?"), message);
    assertFalse(Files.exists(work.resolve("runs")));
  }

  @Test
  void pluginsAreListedAndDescribed() {
    assertEquals(0, genlab("plugins", "analysis"));
    assertTrue(capture.out().contains("analysis  trend  1.2.0    class-path 0.0.0"), capture.out());
    newTerminal();
    assertEquals(0, genlab("plugins", "trend"));
    List<String> lines = capture.out().lines().toList();
    assertEquals("trend  analysis 1.2.0, bundle class-path 0.0.0", lines.get(0));
    assertEquals("  source: Gauss 1809", lines.get(2));
    assertEquals(
        "  degree   integer  from 0 to 9  2        degree of the polynomial", lines.get(4));
  }

  @Test
  void runsAreListedWithTheirState() {
    Path runs = work.resolve("runs");
    assertEquals(0, genlab("runs", "--runs-dir", runs.toString()));
    assertTrue(capture.err().contains("There are no runs in"), capture.err());
    RunDirectory killed = RunDirectory.createAt(runs.resolve("killed-run"), "seed: 0\n");
    killed.writeStatus(new RunStatus(RunStatus.State.RUNNING, 120, 1000));
    newTerminal();
    assertEquals(0, genlab("runs", "--runs-dir", runs.toString()));
    assertEquals(
        "name        kind  state   outcome\nkilled-run  run   killed  step 120 of 1000\n",
        capture.out());
  }

  @Test
  void versionAndHelpGoToStandardOutput() {
    assertEquals(0, genlab("--version"));
    assertTrue(capture.out().startsWith("genlab 9.8.7 (Java "), capture.out());
    newTerminal();
    assertEquals(0, genlab());
    for (String command :
        List.of(
            "reproduce",
            "run",
            "resume",
            "serve",
            "submit",
            "queue",
            "watch",
            "stop",
            "swap",
            "plugins",
            "papers",
            "report",
            "runs",
            "help")) {
      assertTrue(capture.out().contains("\n  " + command), capture.out());
    }
    newTerminal();
    assertEquals(0, genlab("help", "reproduce"));
    assertTrue(capture.out().contains("--quick"), capture.out());
    assertEquals("", capture.err());
  }
}
