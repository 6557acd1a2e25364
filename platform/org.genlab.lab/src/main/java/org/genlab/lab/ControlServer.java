package org.genlab.lab;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.genlab.runtime.plugins.PluginException;
import org.genlab.store.UserError;

/**
 * Takes requests of other processes of the same user: HTTP on 127.0.0.1 at a port of the system's
 * choice, with JSON, and a secret that stands in the {@link Endpoint}'s file.
 *
 * <p>What a web page in the user's browser, or another user of the machine, could send is refused:
 * requests without the secret (401), for another host name, as after a rebinding of DNS (403), from
 * a page (403), and such with large bodies (413).
 */
public final class ControlServer implements AutoCloseable {
  /** The largest body that is read, in bytes. */
  static final int MAX_BODY = 4 << 20;

  private static final int MAX_THREADS = 256;
  private static final JsonMapper JSON = new JsonMapper();

  private final HttpServer server;
  private final ExecutorService executor;
  private final Path file;
  private final Endpoint endpoint;
  private final byte[] authorization;
  private final Handler handler;
  private final AtomicInteger answering = new AtomicInteger();

  /** Answers requests. */
  @FunctionalInterface
  public interface Handler {
    /**
     * Answers a request.
     *
     * @throws UserError answered with 422 and its sentence
     */
    void handle(Call call) throws IOException;
  }

  /** A request that was let in. */
  public static final class Call {
    private final HttpExchange exchange;
    private final JsonNode body;

    private Call(HttpExchange exchange, JsonNode body) {
      this.exchange = exchange;
      this.body = body;
    }

    /** {@code GET} or {@code POST}, a space and the path, e.g. {@code POST /runs}. */
    public String what() {
      return exchange.getRequestMethod() + " " + exchange.getRequestURI().getPath();
    }

    /** The parts of the path, decoded. */
    public List<String> path() {
      return List.of(exchange.getRequestURI().getPath().substring(1).split("/", -1));
    }

    public String method() {
      return exchange.getRequestMethod();
    }

    /** What was sent; an empty object when nothing was. */
    public JsonNode body() {
      return body;
    }

    /** Answers with JSON. */
    public void reply(int status, JsonNode answer) throws IOException {
      byte[] bytes = (answer + "\n").getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("Content-Type", "application/json");
      exchange.sendResponseHeaders(status, bytes.length);
      try (OutputStream out = exchange.getResponseBody()) {
        out.write(bytes);
      }
    }

    /** Answers that there is nothing of that name. */
    public void notFound() throws IOException {
      reply(404, problem("there is no '" + what() + "' here."));
    }

    /** Begins an answer of unknown length, one line after the other. */
    public OutputStream stream() throws IOException {
      exchange.getResponseHeaders().set("Content-Type", "application/x-ndjson");
      exchange.sendResponseHeaders(200, 0);
      return exchange.getResponseBody();
    }
  }

  private ControlServer(HttpServer server, Path file, Endpoint endpoint, Handler handler) {
    this.server = server;
    this.file = file;
    this.endpoint = endpoint;
    this.handler = handler;
    this.authorization = ("Bearer " + endpoint.token()).getBytes(StandardCharsets.UTF_8);
    AtomicInteger number = new AtomicInteger();
    // Threads come and go with requests; no more than a limit, whoever knocks.
    executor =
        new ThreadPoolExecutor(
            0,
            MAX_THREADS,
            10,
            TimeUnit.SECONDS,
            new SynchronousQueue<>(),
            task -> {
              Thread thread = new Thread(task, "control-" + number.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
  }

  /**
   * Opens a port and writes the file that tells where it is.
   *
   * @param file of the {@link Endpoint}
   * @throws UserError when that is not possible
   */
  public static ControlServer open(Path file, Handler handler) {
    // Read once, when the first server is made: how long, in seconds, a request may take to arrive.
    if (System.getProperty("sun.net.httpserver.maxReqTime") == null) {
      System.setProperty("sun.net.httpserver.maxReqTime", "20");
    }
    byte[] secret = new byte[32];
    new SecureRandom().nextBytes(secret);
    try {
      HttpServer server =
          HttpServer.create(
              new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), 0), 0);
      Endpoint endpoint =
          new Endpoint(
              server.getAddress().getPort(),
              HexFormat.of().formatHex(secret),
              ProcessHandle.current().pid());
      ControlServer control = new ControlServer(server, file, endpoint, handler);
      server.setExecutor(control.executor);
      server.createContext("/", control::accept);
      server.start();
      try {
        endpoint.write(file);
      } catch (UserError e) {
        control.close();
        throw e;
      }
      return control;
    } catch (IOException e) {
      throw new UserError("cannot open a port on 127.0.0.1: " + e.getMessage() + ".", e);
    }
  }

  Endpoint endpoint() {
    return endpoint;
  }

  private void accept(HttpExchange exchange) throws IOException {
    answering.incrementAndGet();
    try (exchange) {
      Call call = new Call(exchange, JSON.createObjectNode());
      String refusal = refusal(exchange);
      if (refusal != null) {
        call.reply(403, problem(refusal));
        return;
      }
      String given = exchange.getRequestHeaders().getFirst("Authorization");
      if (given == null
          || !MessageDigest.isEqual(given.getBytes(StandardCharsets.UTF_8), authorization)) {
        call.reply(401, problem("the token is wrong; it stands in " + file + "."));
        return;
      }
      byte[] bytes = exchange.getRequestBody().readNBytes(MAX_BODY + 1);
      if (bytes.length > MAX_BODY) {
        call.reply(413, problem("a request may have " + (MAX_BODY >> 20) + " MiB."));
        return;
      }
      try {
        JsonNode body = bytes.length == 0 ? call.body() : JSON.readTree(bytes);
        if (call.what().equals("GET /alive")) {
          call.reply(200, JSON.createObjectNode().put("pid", endpoint.pid()));
          return;
        }
        handle(new Call(exchange, body));
      } catch (JsonProcessingException e) {
        call.reply(400, problem("the request is not JSON."));
      }
    } finally {
      answering.decrementAndGet();
    }
  }

  private void handle(Call call) throws IOException {
    try {
      handler.handle(call);
    } catch (UserError | PluginException e) {
      call.reply(422, problem(e.getMessage()));
    } catch (RuntimeException | Error e) {
      // Whatever it is, the server and the runs go on.
      call.reply(500, problem("internal error: " + e));
      if (e instanceof VirtualMachineError && !(e instanceof StackOverflowError)) {
        throw e;
      }
    }
  }

  /** Why a request is not even looked at; null when it may be. */
  private String refusal(HttpExchange exchange) {
    String host = exchange.getRequestHeaders().getFirst("Host");
    if (!("127.0.0.1:" + endpoint.port()).equals(host)) {
      return "requests must be for the host 127.0.0.1:" + endpoint.port() + ".";
    }
    if (exchange.getRequestHeaders().containsKey("Origin")) {
      return "requests of web pages are refused.";
    }
    String method = exchange.getRequestMethod();
    return method.equals("GET") || method.equals("POST") ? null : "there are only GET and POST.";
  }

  static ObjectNode problem(String sentence) {
    return JSON.createObjectNode().put("error", sentence);
  }

  /** Closes the port and removes the file. */
  @Override
  public void close() {
    try {
      // Only its own file: another process may have written one since.
      if (Endpoint.read(file).equals(Optional.of(endpoint))) {
        Files.deleteIfExists(file);
      }
    } catch (IOException | UserError e) {
      // A file that stays behind is recognised as stale.
    }
    try {
      // What was asked for just before the end gets its answer.
      for (int i = 0; i < 100 && answering.get() > 0; i++) {
        Thread.sleep(10);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    server.stop(0);
    executor.shutdownNow();
  }
}
