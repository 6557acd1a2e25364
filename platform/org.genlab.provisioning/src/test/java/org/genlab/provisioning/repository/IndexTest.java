package org.genlab.provisioning.repository;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.genlab.provisioning.TestJar;
import org.genlab.provisioning.bundles.BundleResource;
import org.genlab.store.UserError;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.osgi.resource.Capability;
import org.osgi.resource.Requirement;

class IndexTest {
  private static final String BEGIN = "<repository xmlns='" + IndexWriter.NAMESPACE + "'>";
  private static final String IDENTITY =
      "<capability namespace='osgi.identity'><attribute name='osgi.identity' value='a.b'/>"
          + "<attribute name='version' type='Version' value='1'/>"
          + "<attribute name='type' value='osgi.bundle'/></capability>";

  @TempDir Path work;

  private Path folder() throws Exception {
    Path folder = Files.createDirectories(work.resolve("folder"));
    new TestJar("org.example.b", "1.10")
        .plugin("optimizer", "sam", "1.2.0")
        .header("Export-Package", "a.b;version=1;uses:=\"c.d\"")
        .header("Import-Package", "c.d;version=\"[1,2)\";resolution:=optional")
        .add(
            "Provide-Capability", "n;l:List<Version>=\"1,2\";s=\"<&>'\";e:List<String>=\"a\\\\,b\"")
        .into(folder);
    new TestJar("org.example.b", "1.9").into(folder);
    new TestJar("org.example.a", "1").into(folder.resolve("deeper"));
    return folder;
  }

  private static List<String> facts(BundleResource bundle) {
    List<String> facts = new ArrayList<>(List.of(bundle.toString()));
    for (Capability c : bundle.getCapabilities(null)) {
      facts.add(c.getNamespace() + c.getAttributes() + c.getDirectives());
    }
    for (Requirement r : bundle.getRequirements(null)) {
      facts.add(r.getNamespace() + r.getAttributes() + r.getDirectives());
    }
    return facts;
  }

  @Test
  void whatIsReadIsWhatWasWritten() throws Exception {
    Path folder = folder();
    List<BundleResource> written = Folder.index(folder, "n", null, s -> {});
    byte[] bytes = Files.readAllBytes(folder.resolve("index.xml"));
    List<BundleResource> read = IndexReader.read(bytes, "here");
    assertEquals(
        List.of("org.example.a 1.0.0", "org.example.b 1.10.0", "org.example.b 1.9.0"),
        read.stream().map(BundleResource::toString).toList());
    assertEquals(
        written.stream().map(IndexTest::facts).toList(),
        read.stream().map(IndexTest::facts).toList());
    assertEquals("deeper/org.example.a-1.jar", read.get(0).content().orElseThrow().url());
    // Its own index is no part of a folder, and times of files are not either.
    Files.setLastModifiedTime(
        folder.resolve("org.example.b-1.9.jar"), java.nio.file.attribute.FileTime.fromMillis(0));
    Folder.index(folder, "n", null, s -> {});
    assertArrayEquals(bytes, Files.readAllBytes(folder.resolve("index.xml")));
  }

  @Test
  void anOldSignatureDoesNotStayBesideANewIndex() throws Exception {
    Path folder = folder();
    Path signature = Files.writeString(folder.resolve("index.xml.sig"), "old");
    Folder.index(folder, "n", null, s -> {});
    assertTrue(Files.notExists(signature));
  }

  @Test
  void twoFilesOfOneVersionAreRefused() throws Exception {
    Path folder = folder();
    new TestJar("org.example.a", "1").to(folder.resolve("copy.jar"));
    UserError error = assertThrows(UserError.class, () -> Folder.index(folder, "n", null, s -> {}));
    assertEquals(
        "copy.jar and deeper/org.example.a-1.jar are both org.example.a 1.0.0; a repository has"
            + " one file of each version.",
        error.getMessage());
  }

  private static String refusal(String index) {
    return assertThrows(
            UserError.class, () -> IndexReader.read(index.getBytes(StandardCharsets.UTF_8), "here"))
        .getMessage();
  }

  @Test
  void externalEntitiesAreNotRead() throws Exception {
    Path secret = Files.writeString(work.resolve("secret"), "top-secret");
    String message =
        refusal(
            "<!DOCTYPE repository [<!ENTITY x SYSTEM '"
                + secret.toUri()
                + "'>]>\n"
                + BEGIN
                + "<resource>"
                + IDENTITY.replace("a.b", "&x;")
                + "</resource></repository>");
    assertTrue(message.contains("it has a document type declaration"), message);
    assertTrue(!message.contains("top-secret"), message);
  }

  @Test
  void externalDocumentTypesAreNotFetched() {
    String message =
        refusal(
            "<!DOCTYPE repository SYSTEM 'http://127.0.0.1:1/evil.dtd'>\n"
                + BEGIN
                + "</repository>");
    assertTrue(message.contains("it has a document type declaration"), message);
  }

  @Test
  void entitiesDoNotExpand() {
    StringBuilder laughs = new StringBuilder("<!DOCTYPE r [<!ENTITY l0 'lol'>");
    for (int i = 1; i < 10; i++) {
      laughs.append("<!ENTITY l" + i + " '" + ("&l" + (i - 1) + ";").repeat(10) + "'>");
    }
    laughs.append("]>" + BEGIN + "&l9;</repository>");
    assertTrue(refusal(laughs.toString()).contains("it has a document type declaration"));
    assertTrue(refusal(BEGIN + "&l9;</repository>").contains("is malformed in line 1"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "no xml",
        "<repository/>",
        BEGIN,
        BEGIN + "<resource><capability/></resource></repository>",
        BEGIN
            + "<resource><capability namespace='osgi.identity'><attribute name='version'"
            + " type='Version' value='x'/></capability></resource></repository>"
      })
  void whatIsNoIndexIsRefused(String text) {
    String message = refusal(text);
    assertTrue(message.startsWith("the index here is malformed"), message);
    assertTrue(message.endsWith(".") && message.lines().count() == 1, message);
  }

  @Test
  void namesThatWouldLeaveTheDirectoryAreRefused() {
    String message =
        refusal(
            BEGIN + "<resource>" + IDENTITY.replace("a.b", "../../x") + "</resource></repository>");
    assertTrue(message.contains("'../../x' is no symbolic name of a bundle"), message);
  }

  @Test
  void whatIsUnknownIsPassedOver() {
    List<BundleResource> bundles =
        IndexReader.read(
            (BEGIN
                    + "<!-- c --><referral url='x' depth='1'/><resource><more><x/></more>"
                    + IDENTITY
                    + "</resource><resource><capability namespace='osgi.identity'><attribute"
                    + " name='type' value='text'/></capability></resource></repository>")
                .getBytes(StandardCharsets.UTF_8),
            "here");
    assertEquals("[a.b 1.0.0]", bundles.toString());
  }
}
