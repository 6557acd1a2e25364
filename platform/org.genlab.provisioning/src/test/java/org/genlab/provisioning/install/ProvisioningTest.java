package org.genlab.provisioning.install;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.genlab.provisioning.TestContainer;
import org.genlab.provisioning.TestJar;
import org.genlab.provisioning.install.Doctor.Finding;
import org.genlab.provisioning.install.InstalledDirectory.Origin;
import org.genlab.provisioning.repository.Folder;
import org.genlab.provisioning.resolve.Plan;
import org.genlab.provisioning.resolve.Platform;
import org.genlab.provisioning.resolve.Situation;
import org.genlab.provisioning.resolve.Wanted;
import org.genlab.provisioning.trust.InvalidSignature;
import org.genlab.provisioning.trust.Keys;
import org.genlab.provisioning.trust.SignatureFile;
import org.genlab.provisioning.trust.SigningKey;
import org.genlab.provisioning.trust.TrustStore.Policy;
import org.genlab.provisioning.trust.TrustStore.Source;
import org.genlab.store.Digests;
import org.genlab.store.UserError;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProvisioningTest {
  private static final byte[] CLASS_OF_JAVA_99 = {
    (byte) 0xCA, (byte) 0xFE, (byte) 0xBA, (byte) 0xBE, 0, 0, 0, (byte) (99 + 44)
  };

  @TempDir Path work;
  private TestContainer container;
  private Provisioning provisioning;
  private Path folder;
  private Path plugins;
  private final List<String> warnings = new ArrayList<>();

  @BeforeEach
  void start() throws Exception {
    container = new TestContainer(work.resolve("felix"), "org.genlab.api;version=1.2.0");
    plugins = work.resolve("installed");
    provisioning = provisioning(work.resolve("cache"));
    folder = Files.createDirectories(work.resolve("folder"));
  }

  private Provisioning provisioning(Path cache) {
    return new Provisioning(
        new Provisioning.Surroundings(
            container.resolver(),
            () -> Platform.of(container.context(), b -> false),
            List.of(work.resolve("shipped"), plugins),
            plugins,
            work.resolve("configuration"),
            cache,
            Clock.fixed(Instant.parse("2026-02-03T04:05:06.7Z"), ZoneOffset.UTC)));
  }

  @AfterEach
  void stop() throws Exception {
    container.close();
  }

  private static TestJar sam(String version) {
    return new TestJar("org.example.sam", version).plugin("optimizer", "sam", version);
  }

  private Provisioning.Options from(Path repository, Policy policy) {
    return new Provisioning.Options(
        List.of(repository.toString()), false, Optional.ofNullable(policy));
  }

  private Provisioning.Outcome install(Provisioning.Options options, String... words) {
    List<Wanted> wanted = Stream.of(words).map(Wanted::parse).toList();
    Situation situation =
        provisioning.situation(provisioning.open(options, warnings::add), warnings::add);
    Plan plan = provisioning.planner(situation).install(wanted, List.of());
    Provisioning.Outcome outcome = provisioning.apply(plan, options, warnings::add);
    provisioning.request(situation, wanted);
    return outcome;
  }

  private Provisioning.Outcome file(boolean update, Path jar) {
    Provisioning.Given given = provisioning.given(List.of(jar.toString()), work, warnings::add);
    var planner = provisioning.planner(provisioning.situation(given.repositories(), warnings::add));
    Plan plan =
        update
            ? planner.update(List.of(), given.bundles())
            : planner.install(List.of(), given.bundles());
    return provisioning.apply(plan, Provisioning.Options.DEFAULT, warnings::add);
  }

  private void remove(String word) {
    Plan plan =
        provisioning
            .planner(provisioning.situation(List.of(), warnings::add))
            .remove(List.of(Wanted.parse(word)));
    provisioning.apply(plan, Provisioning.Options.DEFAULT, warnings::add);
  }

  /** Everything in the installed directory: names and digests. */
  private Map<String, String> content() throws IOException {
    Map<String, String> content = new TreeMap<>();
    if (Files.isDirectory(plugins)) {
      try (Stream<Path> files = Files.list(plugins)) {
        for (Path file : files.toList()) {
          content.put(file.getFileName().toString(), Digests.sha256(file));
        }
      }
    }
    return content;
  }

  private SigningKey key(String name) {
    Path shared = Keys.generate(work.resolve(name));
    provisioning.trust().add(name, Keys.readPublic(shared));
    return SigningKey.read(work.resolve(name));
  }

  @Test
  void whatIsInstalledIsRecorded() throws Exception {
    Path jar = sam("1.0.0").header("Import-Package", "org.example.math").into(folder);
    new TestJar("org.example.math", "1").header("Export-Package", "org.example.math").into(folder);
    Folder.index(folder, "n", key("alice"), s -> {});
    install(from(folder, Policy.REQUIRE), "sam");
    assertEquals(List.of(), warnings);
    String sha256 = Digests.sha256(jar);
    assertEquals(
        List.of(
            ".lock",
            "SHA256SUMS",
            "installed.json",
            "org.example.math-1.0.0.jar",
            "org.example.sam-1.0.0.jar"),
        List.copyOf(content().keySet()));
    assertEquals(sha256, content().get("org.example.sam-1.0.0.jar"));
    assertTrue(
        Files.readString(plugins.resolve("SHA256SUMS"))
            .endsWith("\n" + sha256 + "  org.example.sam-1.0.0.jar\n"));
    Map<String, Origin> origins = provisioning.directory().origins();
    Origin origin = origins.get("org.example.sam-1.0.0.jar");
    assertEquals("org.example.sam", origin.bundle());
    assertEquals(sha256, origin.sha256());
    assertEquals(jar.toString(), origin.source());
    assertEquals(Optional.of("alice"), origin.signer());
    assertEquals("2026-02-03T04:05:06Z", origin.time());
    assertTrue(origin.requested());
    assertTrue(!origins.get("org.example.math-1.0.0.jar").requested());
    InstalledProvenance provenance = new InstalledProvenance(provisioning.directory());
    assertEquals(Optional.of("alice"), provenance.signer(sha256));
    assertEquals(Optional.empty(), provenance.signer("0".repeat(64)));
    assertEquals(List.of(), new Doctor(provisioning, 17).examine());
    // Asked for afterwards, it stays when what needed it goes.
    install(from(folder, null), "org.example.math");
    remove("sam");
    assertTrue(content().containsKey("org.example.math-1.0.0.jar"));
    remove("org.example.math");
    assertEquals("", Files.readString(plugins.resolve("SHA256SUMS")));
    assertEquals(Map.of(), provisioning.directory().origins());
  }

  @Test
  void noOptionOverridesAWrongDigestOrSignature() throws Exception {
    Path jar = sam("1.0.0").entry("a", "content").into(folder);
    new TestJar("org.example.more", "1").into(folder);
    Folder.index(folder, "n", null, s -> {});
    byte[] bytes = Files.readAllBytes(jar);
    bytes[bytes.length / 2] ^= 1;
    Files.write(jar, bytes);
    for (Policy policy : Policy.values()) {
      // Nothing is put in place, not even what is in order.
      assertThrows(
          InvalidSignature.class, () -> install(from(folder, policy), "org.example.more", "sam"));
      assertEquals(List.of(".lock"), List.copyOf(content().keySet()));
    }
    sam("1.0.0").into(folder);
    key("alice").sign(SignatureFile.Kind.JAR, jar);
    sam("1.0.0").entry("evil", "x").into(folder);
    assertThrows(InvalidSignature.class, () -> file(false, jar));
    assertEquals(List.of(".lock"), List.copyOf(content().keySet()));
  }

  @Test
  void policiesAreKept() throws Exception {
    Path jar = sam("1.0.0").into(folder);
    Folder.index(folder, "n", null, s -> {});
    provisioning.trust().setPolicy(Source.LOCAL, Policy.REQUIRE);
    UserError error = assertThrows(UserError.class, () -> install(from(folder, null), "sam"));
    assertTrue(
        error.getMessage().contains("is not signed, and what is local must be"),
        error.getMessage());
    assertEquals(List.of(".lock"), List.copyOf(content().keySet()));
    install(from(folder, Policy.WARN), "sam");
    assertEquals(List.of("org.example.sam 1.0.0 from " + folder + " is not signed."), warnings);
    // What was let in once does not become right by that.
    Finding finding = new Doctor(provisioning, 17).examine().get(0);
    assertTrue(finding.isProblem());
    assertEquals(
        "org.example.sam 1.0.0 is not signed (what is local must be; it came from " + jar + ").",
        finding.sentence());
  }

  @Test
  void aJarCanBeSignedByItself() throws Exception {
    Path jar = sam("1.0.0").into(folder);
    key("alice").sign(SignatureFile.Kind.JAR, jar);
    assertEquals("signed by alice", file(false, jar).endorsements().get(0).toString());
    assertEquals(List.of(), warnings);
  }

  @Test
  void theSameVersionIsReplacedWhenTheUserSaysSo() throws Exception {
    file(false, sam("1.0.0").entry("a", "one").into(folder));
    Path changed = sam("1.0.0").entry("a", "two").into(folder);
    assertThrows(UserError.class, () -> file(false, changed));
    file(true, changed);
    assertEquals(Digests.sha256(changed), content().get("org.example.sam-1.0.0.jar"));
    assertEquals(
        Digests.sha256(changed), provisioning.directory().sums().get("org.example.sam-1.0.0.jar"));
    file(true, sam("1.1.0").into(folder));
    assertEquals(
        List.of(".lock", "SHA256SUMS", "installed.json", "org.example.sam-1.1.0.jar"),
        List.copyOf(content().keySet()));
  }

  @Test
  void classesForANewerJavaAreNotInstalled() throws Exception {
    Path jar = sam("1.0.0").entry("a/B.class", CLASS_OF_JAVA_99).into(folder);
    UserError error = assertThrows(UserError.class, () -> file(false, jar));
    assertTrue(
        error.getMessage().contains("its class a.B is compiled for Java 99, and this is Java"),
        error.getMessage());
    assertEquals(List.of(".lock"), List.copyOf(content().keySet()));
  }

  @Test
  void anIndexThatLiesIsFound() throws Exception {
    sam("1.0.0").into(folder);
    Folder.index(folder, "n", null, s -> {});
    Path index = folder.resolve("index.xml");
    Files.writeString(
        index,
        Files.readString(index).replace("value=\"org.example.sam\"", "value=\"org.example.lion\""));
    UserError error =
        assertThrows(
            UserError.class, () -> install(from(folder, Policy.ALLOW), "org.example.lion"));
    assertEquals(
        "the file of org.example.lion 1.0.0 is org.example.sam 1.0.0; the index of its repository"
            + " is wrong.",
        error.getMessage());
  }

  @Test
  void anInterruptedChangeIsTidiedUp() throws Exception {
    Path jar = sam("1.0.0").into(folder);
    Path staging = Files.createDirectories(plugins.resolve(".staging"));
    Files.writeString(staging.resolve("half.jar"), "half");
    assertEquals(
        plugins.resolve(".staging")
            + " was left behind by a copy or an installation that was interrupted; remove it, or"
            + " install anything, which does it.",
        new Doctor(provisioning, 17).examine().get(0).sentence());
    file(false, jar);
    assertTrue(Files.notExists(staging));
  }

  private List<String> problems() {
    List<String> problems = new ArrayList<>();
    for (Finding finding : new Doctor(provisioning, 17).examine()) {
      if (finding.isProblem()) {
        problems.add(finding.sentence());
        problems.addAll(finding.details());
      }
    }
    return problems;
  }

  @Test
  void theDoctorFindsWhatWasChangedBehindItsBack() throws Exception {
    file(false, sam("1.0.0").into(folder));
    Path installed = plugins.resolve("org.example.sam-1.0.0.jar");
    byte[] bytes = Files.readAllBytes(installed);
    assertEquals(List.of(), problems());
    sam("1.0.0").entry("a", "b").to(installed);
    assertEquals(1, problems().size());
    assertTrue(
        problems().get(0).startsWith(installed + " is not what was installed: its SHA-256 is "),
        problems().toString());
    Files.write(installed, java.util.Arrays.copyOf(bytes, bytes.length / 2));
    assertTrue(problems().get(0).contains("is damaged or no jar"), problems().toString());
    Files.delete(installed);
    assertEquals(
        List.of(
            installed
                + " was installed but is not there any more; install it again, or take its line out"
                + " of SHA256SUMS."),
        problems());
    Files.write(installed, bytes);
    Files.write(plugins.resolve("download.jar.part"), bytes);
    assertTrue(problems().get(0).contains("download.jar.part was left behind"));
  }

  @Test
  void theDoctorFindsDuplicates() throws Exception {
    sam("1.0.0").into(work.resolve("shipped"));
    sam("1.0.0").entry("a", "b").into(Files.createDirectories(plugins));
    new TestJar("org.example.copy", "1").plugin("optimizer", "sam", "1.0.0").into(plugins);
    assertEquals(
        List.of(
            "org.example.sam 1.0.0 is there twice, with different content: "
                + work.resolve("shipped/org.example.sam-1.0.0.jar")
                + " and "
                + plugins.resolve("org.example.sam-1.0.0.jar")
                + "; remove one of them.",
            "optimizer sam 1.0.0 is in two bundles, org.example.sam 1.0.0 and org.example.copy"
                + " 1.0.0, and an experiment could not tell which it means; remove one of them."),
        problems().stream().sorted(java.util.Comparator.reverseOrder()).toList());
  }

  @Test
  void theDoctorExplainsRecursively() throws Exception {
    Files.createDirectories(plugins);
    sam("1.0.0")
        .header("Import-Package", "org.example.math,org.genlab.api;version=\"[2,3)\"")
        .into(plugins);
    new TestJar("org.example.math", "1")
        .header("Export-Package", "org.example.math")
        .header("Require-Bundle", "org.example.base")
        .into(plugins);
    new TestJar("org.example.young", "1").entry("a/B.class", CLASS_OF_JAVA_99).into(plugins);
    assertEquals(
        List.of(
            "org.example.young 1.0.0 cannot be used: its class a.B is compiled for Java 99, and"
                + " this is Java 17; start GenLab with a newer Java, or ask for a build for this"
                + " one.",
            "org.example.math 1.0.0 cannot be used:",
            "  it needs the bundle org.example.base, which nothing offers",
            "org.example.sam 1.0.0 (optimizer sam 1.0.0) cannot be used:",
            "  it needs the package org.example.math; org.example.math 1.0.0 has it, but cannot be"
                + " used:",
            "    it needs the bundle org.example.base, which nothing offers",
            "  it needs the package org.genlab.api, version at least 2.0.0 and below 3.0.0, and"
                + " there is only version 1.2.0 (the platform)"),
        problems());
  }

  @Test
  void theDoctorKnowsWhoIsTrustedNow() throws Exception {
    sam("1.0.0").into(folder);
    Folder.index(folder, "n", key("alice"), s -> {});
    install(from(folder, null), "sam");
    assertEquals(List.of(), problems());
    provisioning.trust().remove("alice");
    assertEquals(
        List.of(
            "org.example.sam 1.0.0 was signed by alice, whose key is trusted no longer; remove it,"
                + " or trust the key with 'genlab plugin trust add'."),
        problems());
  }

  @Test
  void theDoctorLooksAtDirectoriesAndFilesOfTheUser() throws Exception {
    Files.createDirectories(work.resolve("configuration"));
    Files.writeString(work.resolve("configuration/repositories"), "alone\n");
    provisioning = provisioning(Files.writeString(work.resolve("file"), "x").resolve("cache"));
    sam("1.0.0").into(Files.createDirectories(plugins));
    List<Finding> findings = new Doctor(provisioning, 17).examine();
    assertEquals(3, findings.size(), findings.toString());
    assertTrue(findings.get(0).sentence().contains("repositories:1: a line must be a name"));
    assertTrue(findings.get(1).sentence().contains("cannot be written, so every start"));
    assertTrue(findings.get(2).sentence().contains("by hand") && !findings.get(2).isProblem());
  }
}
