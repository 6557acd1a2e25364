package org.genlab.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.genlab.store.UserError;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who is let in, and who is not. */
class ControlServerTest {
  @TempDir Path directory;
  private Path file;
  private final AtomicInteger handled = new AtomicInteger();
  private ControlServer server;

  @BeforeEach
  void open() {
    file = directory.resolve("endpoint.json");
    server =
        ControlServer.open(
            file,
            call -> {
              handled.incrementAndGet();
              switch (call.path().get(0)) {
                case "wrong" -> throw new UserError("this is wrong.");
                case "broken" -> throw new IllegalStateException("broken");
                case "lines" -> {
                  try (OutputStream out = call.stream()) {
                    out.write("{\"n\":1}\n\n{\"n\":2}\n".getBytes(StandardCharsets.UTF_8));
                  }
                }
                case "echo" -> call.reply(200, call.body());
                default -> call.notFound();
              }
            });
  }

  @AfterEach
  void close() {
    server.close();
  }

  /** The status that a request gets which is written out in full. */
  private int raw(String method, String host, String headers, int length) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.endpoint().port())) {
      String request =
          method
              + " /echo HTTP/1.1\r\nHost: "
              + host
              + "\r\n"
              + headers
              + "Content-Length: "
              + length
              + "\r\n\r\n";
      OutputStream out = socket.getOutputStream();
      out.write(request.getBytes(StandardCharsets.ISO_8859_1));
      out.write(
          "x"
              .repeat(Math.min(length, ControlServer.MAX_BODY + 1))
              .getBytes(StandardCharsets.ISO_8859_1));
      out.flush();
      String line = new String(socket.getInputStream().readNBytes(12), StandardCharsets.ISO_8859_1);
      return Integer.parseInt(line.substring(9));
    }
  }

  private String host() {
    return "127.0.0.1:" + server.endpoint().port();
  }

  private String token() {
    return "Authorization: Bearer " + server.endpoint().token() + "\r\n";
  }

  private ControlClient client() {
    return ControlClient.of(file).orElseThrow();
  }

  @Test
  void ownerWithTheTokenIsAnswered() {
    JsonNode body = JsonNodeFactory.instance.objectNode().put("text", "ü\n");
    assertEquals(body, client().post("/echo", body));
  }

  @Test
  void fileIsReadableByItsOwnerOnly() throws IOException {
    assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
    assertEquals(
        64, new JsonMapper().readTree(Files.readString(file)).path("token").asText().length());
    assertFalse(server.endpoint().toString().contains(server.endpoint().token()));
  }

  @Test
  void strangersAreTurnedAwayUnheard() throws IOException {
    assertEquals(401, raw("POST", host(), "", 0), "no token");
    assertEquals(401, raw("POST", host(), "Authorization: Bearer 0000\r\n", 0), "another token");
    assertEquals(401, raw("POST", host(), token().replace("Bearer", "Basic"), 0));
    assertEquals(403, raw("POST", "evil.example:80", token(), 0), "a name rebound to this machine");
    assertEquals(403, raw("POST", "localhost:" + server.endpoint().port(), token(), 0));
    assertEquals(403, raw("POST", host(), token() + "Origin: http://evil.example\r\n", 0));
    assertEquals(403, raw("POST", host(), token() + "Origin: null\r\n", 0), "a local page");
    assertEquals(403, raw("DELETE", host(), token(), 0));
    assertEquals(413, raw("POST", host(), token(), ControlServer.MAX_BODY + 1));
    assertEquals(400, raw("POST", host(), token(), 5), "no JSON");
    assertEquals(0, handled.get());
    assertEquals(200, raw("POST", host(), token(), 0));
  }

  @Test
  void mistakesAreSentencesAndFailuresHarmNobody() {
    assertEquals(
        "this is wrong.", assertThrows(UserError.class, () -> client().get("/wrong")).getMessage());
    assertEquals(
        "internal error: java.lang.IllegalStateException: broken",
        assertThrows(UserError.class, () -> client().get("/broken")).getMessage());
    assertEquals(
        "there is no 'GET /nothing' here.",
        assertThrows(UserError.class, () -> client().get("/nothing")).getMessage());
  }

  @Test
  void linesAreReadAsTheyCome() {
    List<Integer> numbers = new ArrayList<>();
    client().stream("/lines", line -> numbers.add(line.path("n").asInt()));
    assertEquals(List.of(1, 2), numbers);
  }

  @Test
  void filesOfDeadProcessesAreRecognised() throws IOException {
    String dead = Files.readString(file);
    server.close();
    assertFalse(Files.exists(file), "removed at the end");
    assertTrue(ControlClient.of(file).isEmpty());
    Files.writeString(file, dead);
    assertTrue(ControlClient.of(file).isEmpty(), "nobody listens");
    // The port may be somebody else's by now, who does not know the token.
    Path other = directory.resolve("other.json");
    try (ControlServer stranger = ControlServer.open(other, call -> call.reply(200, call.body()))) {
      Files.writeString(
          file, dead.replaceFirst("\"port\":\\d+", "\"port\":" + stranger.endpoint().port()));
      assertTrue(ControlClient.of(file).isEmpty());
    }
  }

  @Test
  void damagedFileIsASentence() throws IOException {
    Files.writeString(file, "{\"port\":");
    UserError error = assertThrows(UserError.class, () -> ControlClient.of(file));
    assertEquals(file + " is not JSON; delete it and start the lab again.", error.getMessage());
    server.close();
    assertTrue(Files.exists(file), "only what it wrote itself");
  }
}
