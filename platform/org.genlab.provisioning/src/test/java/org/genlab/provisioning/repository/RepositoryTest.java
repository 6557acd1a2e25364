package org.genlab.provisioning.repository;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.genlab.provisioning.TestJar;
import org.genlab.provisioning.bundles.BundleResource;
import org.genlab.provisioning.repository.Repository.Access;
import org.genlab.provisioning.trust.Endorsement;
import org.genlab.provisioning.trust.InvalidSignature;
import org.genlab.provisioning.trust.TrustStore;
import org.genlab.store.UserError;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RepositoryTest {
  @TempDir Path work;
  private final Map<String, String> redirections = new ConcurrentHashMap<>();
  private HttpServer server;
  private Path folder;

  @BeforeEach
  void start() throws Exception {
    folder = Files.createDirectories(work.resolve("folder"));
    new TestJar("org.example.a", "1").plugin("optimizer", "a", "1").into(folder);
    Folder.index(folder, "n", null, s -> {});
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          String path = exchange.getRequestURI().getPath();
          Path file = folder.resolve(path.substring(1));
          if (redirections.containsKey(path)) {
            exchange.getResponseHeaders().add("Location", redirections.get(path));
            exchange.sendResponseHeaders(302, -1);
          } else if (Files.isRegularFile(file)) {
            byte[] bytes = Files.readAllBytes(file);
            exchange.sendResponseHeaders(200, bytes.length == 0 ? -1 : bytes.length);
            exchange.getResponseBody().write(bytes);
          } else {
            exchange.sendResponseHeaders(404, -1);
          }
          exchange.close();
        });
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private URI web(String path) {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + path);
  }

  private Access access(boolean offline) {
    return new Access(trust(), work.resolve("cache"), offline);
  }

  private TrustStore trust() {
    return new TrustStore(work.resolve("configuration"));
  }

  private Repository open(URI index) {
    return Repository.open("lab", index, access(false));
  }

  private String failure(URI index) {
    return assertThrows(UserError.class, () -> open(index)).getMessage();
  }

  @Test
  void bundlesAreFetchedOverHttp() {
    Repository repository = open(web("/index.xml"));
    assertEquals(TrustStore.Source.REMOTE, repository.source());
    assertEquals(Endorsement.NONE, repository.endorsement());
    BundleResource bundle = repository.bundles().get(0);
    Repository.Verified file = repository.fetch(bundle, work.resolve("got.jar"), trust());
    assertEquals(bundle.content().orElseThrow().sha256(), file.sha256());
    assertTrue(Files.isRegularFile(work.resolve("got.jar")));
  }

  @Test
  void anIndexFromTheCacheSaysSo() throws Exception {
    assertTrue(open(web("/index.xml")).note().isEmpty());
    server.stop(0);
    Repository offline = open(web("/index.xml"));
    assertEquals("[org.example.a 1.0.0]", offline.bundles().toString());
    assertTrue(
        offline
            .note()
            .orElseThrow()
            .matches(
                "the repository lab was not read \\(.+\\); its index of [-0-9]{10} [0-9:]{5} UTC is"
                    + " used\\."),
        offline.note().orElseThrow());
    Repository asked = Repository.open("lab", web("/index.xml"), access(true));
    assertTrue(asked.note().orElseThrow().contains("(--offline was given)"));
    // A cache that was changed is none.
    try (var files = Files.walk(work.resolve("cache"))) {
      Path kept = files.filter(f -> f.endsWith("index.xml")).findFirst().orElseThrow();
      Files.writeString(kept, Files.readString(kept).replace("org.example.a", "org.example.e"));
    }
    assertTrue(failure(web("/index.xml")).startsWith("the repository lab ("));
    String sentence =
        assertThrows(UserError.class, () -> Repository.open("lab", web("/index.xml"), access(true)))
            .getMessage();
    assertEquals(
        "the index of the repository lab was never fetched, so it cannot be used offline.",
        sentence);
  }

  @Test
  void whatIsNotThereIsNamed() {
    assertEquals(
        "the repository lab ("
            + web("/no/index.xml")
            + ") cannot be read: there is no "
            + web("/no/index.xml")
            + ".",
        failure(web("/no/index.xml")));
    assertTrue(
        failure(work.resolve("no/index.xml").toUri()).endsWith("no/index.xml."),
        failure(work.resolve("no/index.xml").toUri()));
  }

  @Test
  void redirectionsAreFollowedButNeverToLessSecurity() throws Exception {
    redirections.put("/moved.xml", "/index.xml");
    assertEquals(1, open(web("/moved.xml")).bundles().size());
    redirections.put("/circle.xml", "/circle.xml");
    assertTrue(failure(web("/circle.xml")).contains("leads in circles"));
    redirections.put("/file.xml", folder.resolve("index.xml").toUri().toString());
    assertTrue(failure(web("/file.xml")).contains("which is less secure"));
    URI secure = URI.create("https://example.org/index.xml");
    assertThrows(IOException.class, () -> Transport.redirection(secure, "http://example.org/x"));
    assertThrows(IOException.class, () -> Transport.redirection(secure, "file:/etc/passwd"));
    assertEquals(URI.create("https://example.org/x"), Transport.redirection(secure, "/x"));
    assertEquals(
        URI.create("https://example.com/x"),
        Transport.redirection(URI.create("http://example.org/"), "https://example.com/x"));
  }

  @Test
  void answersAreLimited() {
    assertThrows(IOException.class, () -> Transport.read(web("/index.xml"), 100));
    assertThrows(IOException.class, () -> Transport.read(folder.resolve("index.xml").toUri(), 100));
  }

  private void pointTo(String url) throws IOException {
    Path index = folder.resolve("index.xml");
    Files.writeString(
        index, Files.readString(index).replace("\"org.example.a-1.jar\"", "\"" + url + "\""));
  }

  @Test
  void anIndexCannotPointOutOfItsFolder() throws Exception {
    Files.move(folder.resolve("org.example.a-1.jar"), work.resolve("outside.jar"));
    String original = Files.readString(folder.resolve("index.xml"));
    for (String url :
        List.of(
            "../outside.jar",
            work.resolve("outside.jar").toUri().toString(),
            "x/../../outside.jar",
            "%2e%2e/outside.jar",
            "http://127.0.0.1:1/outside.jar")) {
      Files.writeString(folder.resolve("index.xml"), original);
      pointTo(url);
      Repository repository = open(folder.resolve("index.xml").toUri());
      BundleResource bundle = repository.bundles().get(0);
      UserError error =
          assertThrows(
              UserError.class, () -> repository.fetch(bundle, work.resolve("got"), trust()));
      assertTrue(error.getMessage().contains("leads out of the folder"), error.getMessage());
    }
    Files.writeString(folder.resolve("index.xml"), original);
    pointTo(work.resolve("outside.jar").toUri().toString());
    Repository remote = open(web("/index.xml"));
    UserError error =
        assertThrows(
            UserError.class,
            () -> remote.fetch(remote.bundles().get(0), work.resolve("got"), trust()));
    assertTrue(error.getMessage().contains("is less secure"), error.getMessage());
  }

  @Test
  void anotherFileThanTheIndexSaysIsRefused() throws Exception {
    Repository repository = open(web("/index.xml"));
    new TestJar("org.example.a", "1").plugin("optimizer", "b", "1").into(folder);
    InvalidSignature error =
        assertThrows(
            InvalidSignature.class,
            () -> repository.fetch(repository.bundles().get(0), work.resolve("got"), trust()));
    assertTrue(error.getMessage().contains("its SHA-256 is"), error.getMessage());
  }

  @Test
  void repositoriesAreKeptInAFile() throws Exception {
    Path configuration = work.resolve("configuration");
    RepositoryList list = new RepositoryList(configuration);
    assertEquals(Map.of(), list.all());
    list.add("lab", "https://example.org/genlab/");
    Path file = configuration.resolve("repositories");
    Files.writeString(file, "# mine\n" + Files.readString(file));
    list.add("here", folder.toString());
    assertEquals(
        Map.of(
            "lab", URI.create("https://example.org/genlab/index.xml"),
            "here", folder.resolve("index.xml").toUri()),
        list.all());
    assertEquals(
        "there is a repository lab already, at https://example.org/genlab/index.xml.",
        assertThrows(UserError.class, () -> list.add("lab", "x")).getMessage());
    assertThrows(UserError.class, () -> list.add("ftp", "ftp://example.org"));
    list.remove("lab");
    assertEquals(
        "# mine\nhere " + folder.resolve("index.xml").toUri() + "\n", Files.readString(file));
    assertEquals(
        "there is no repository 'lab'; there is here.",
        assertThrows(UserError.class, () -> list.remove("lab")).getMessage());
    Files.writeString(file, "lab\n");
    assertTrue(
        assertThrows(UserError.class, list::all).getMessage().contains("repositories:1: a line"));
  }
}
