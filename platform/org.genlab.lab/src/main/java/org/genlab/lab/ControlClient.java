package org.genlab.lab;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;
import org.genlab.store.UserError;

/** Sends requests to a running lab, or to a running run. */
public final class ControlClient {
  private static final JsonMapper JSON = new JsonMapper();
  private static final int CONNECT_MILLIS = 5_000;

  /** Streams send an empty line more often than this. */
  private static final int SILENCE_MILLIS = 60_000;

  private final Endpoint endpoint;

  private ControlClient(Endpoint endpoint) {
    this.endpoint = endpoint;
  }

  /**
   * A client of the process that wrote a file.
   *
   * @return empty when there is no file, or nobody answers any more
   */
  public static Optional<ControlClient> of(Path file) {
    return Endpoint.read(file).map(ControlClient::new).filter(ControlClient::answers);
  }

  private boolean answers() {
    try {
      return open("GET", "/alive", CONNECT_MILLIS).getResponseCode() == 200;
    } catch (IOException e) {
      return false;
    }
  }

  /** Asks. */
  public JsonNode get(String path) {
    return exchange("GET", path, null, SILENCE_MILLIS);
  }

  /**
   * Asks for something to be done, and waits until it is.
   *
   * @param body null for none
   */
  public JsonNode post(String path, JsonNode body) {
    return exchange("POST", path, body, 0);
  }

  private JsonNode exchange(String method, String path, JsonNode body, int patience) {
    try {
      HttpURLConnection connection = open(method, path, patience);
      if (method.equals("POST")) {
        byte[] bytes =
            body == null ? new byte[0] : body.toString().getBytes(StandardCharsets.UTF_8);
        connection.setDoOutput(true);
        connection.setFixedLengthStreamingMode(bytes.length);
        try (OutputStream out = connection.getOutputStream()) {
          out.write(bytes);
        }
      }
      check(connection);
      try (InputStream in = connection.getInputStream()) {
        return JSON.readTree(in);
      }
    } catch (IOException e) {
      throw gone(e);
    }
  }

  /**
   * Reads lines until there are no more.
   *
   * @throws UserError when the other process ends before the last line
   */
  public void stream(String path, Consumer<JsonNode> lines) {
    try {
      HttpURLConnection connection = open("GET", path, SILENCE_MILLIS);
      check(connection);
      try (BufferedReader reader =
          new BufferedReader(
              new InputStreamReader(connection.getInputStream(), StandardCharsets.UTF_8))) {
        for (String line; (line = reader.readLine()) != null; ) {
          if (!line.isEmpty()) {
            lines.accept(JSON.readTree(line));
          }
        }
      }
    } catch (IOException e) {
      throw gone(e);
    }
  }

  private void check(HttpURLConnection connection) throws IOException {
    int status = connection.getResponseCode();
    if (status == 200) {
      return;
    }
    String sentence = "";
    try (InputStream in = connection.getErrorStream()) {
      sentence = in == null ? "" : JSON.readTree(in).path("error").asText();
    } catch (JsonProcessingException e) {
      // Nothing that answers like this is a lab of ours.
    }
    throw new UserError(
        sentence.isEmpty()
            ? "the process " + endpoint.pid() + " answers " + status + "."
            : sentence);
  }

  private UserError gone(IOException cause) {
    String how =
        cause instanceof ConnectException
            ? "does not answer any more"
            : cause instanceof SocketTimeoutException
                ? "has not answered for a minute"
                : "has ended";
    return new UserError("the process " + endpoint.pid() + " " + how + ".", cause);
  }

  private HttpURLConnection open(String method, String path, int patience) throws IOException {
    try {
      URI uri = new URI("http", null, "127.0.0.1", endpoint.port(), path, null, null);
      HttpURLConnection connection = (HttpURLConnection) uri.toURL().openConnection(Proxy.NO_PROXY);
      connection.setRequestMethod(method);
      connection.setRequestProperty("Authorization", "Bearer " + endpoint.token());
      connection.setConnectTimeout(CONNECT_MILLIS);
      connection.setReadTimeout(patience);
      connection.setUseCaches(false);
      return connection;
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException(path, e);
    }
  }
}
