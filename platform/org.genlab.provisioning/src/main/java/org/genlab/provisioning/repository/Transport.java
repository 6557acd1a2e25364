package org.genlab.provisioning.repository;

import java.io.ByteArrayOutputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;

/**
 * Reads files and what is behind http and https addresses, with limits on size and time. A
 * redirection never leads from https to anything else.
 */
final class Transport {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final int MOST_REDIRECTIONS = 5;
  private static final int BUFFER = 1 << 16;

  private Transport() {}

  /** Whether an address leads over a network. */
  static boolean isRemote(URI address) {
    return address.getScheme() != null && !address.getScheme().equalsIgnoreCase("file");
  }

  /**
   * Reads all that is behind an address.
   *
   * @param limit the most bytes that are accepted
   * @throws FileNotFoundException when there is nothing
   * @throws IOException when it cannot be reached, is larger, or leads where it must not
   */
  static byte[] read(URI address, int limit) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    copy(address, bytes, limit);
    return bytes.toByteArray();
  }

  /** Like {@link #read}, to a stream. */
  static void copy(URI address, OutputStream to, long limit) throws IOException {
    try (InputStream in = open(address)) {
      byte[] buffer = new byte[BUFFER];
      long total = 0;
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        total += read;
        if (total > limit) {
          throw new IOException(address + " has more than " + limit + " bytes");
        }
        to.write(buffer, 0, read);
      }
    }
  }

  private static InputStream open(URI address) throws IOException {
    if (!isRemote(address)) {
      try {
        return Files.newInputStream(Path.of(address));
      } catch (NoSuchFileException e) {
        throw notFound(address);
      }
    }
    URI at = address;
    for (int hop = 0; hop <= MOST_REDIRECTIONS; hop++) {
      HttpURLConnection connection = connect(at);
      int status = connection.getResponseCode();
      if (status == HttpURLConnection.HTTP_OK) {
        return connection.getInputStream();
      }
      connection.disconnect();
      String location = connection.getHeaderField("Location");
      if (status / 100 == 3 && location != null) {
        at = redirection(at, location);
      } else if (status == HttpURLConnection.HTTP_NOT_FOUND
          || status == HttpURLConnection.HTTP_GONE) {
        throw notFound(at);
      } else {
        throw new IOException(at + " answered with HTTP status " + status);
      }
    }
    throw new IOException(address + " leads in circles");
  }

  private static FileNotFoundException notFound(URI address) {
    return new FileNotFoundException("there is no " + address);
  }

  private static HttpURLConnection connect(URI address) throws IOException {
    String scheme = String.valueOf(address.getScheme()).toLowerCase(Locale.ROOT);
    if (!scheme.equals("http") && !scheme.equals("https")) {
      throw new IOException(address + " is neither a file nor an http or https address");
    }
    HttpURLConnection connection = (HttpURLConnection) address.toURL().openConnection();
    connection.setInstanceFollowRedirects(false);
    connection.setConnectTimeout((int) PATIENCE.toMillis());
    connection.setReadTimeout((int) PATIENCE.toMillis());
    connection.setUseCaches(false);
    connection.setRequestProperty("User-Agent", "genlab");
    return connection;
  }

  /** Where a redirection leads; package-private for tests, which have no server with https. */
  static URI redirection(URI from, String location) throws IOException {
    URI to;
    try {
      to = from.resolve(location);
    } catch (IllegalArgumentException e) {
      throw new IOException(from + " redirects to '" + location + "', which is no address", e);
    }
    boolean secure = "https".equalsIgnoreCase(from.getScheme());
    if (secure ? !"https".equalsIgnoreCase(to.getScheme()) : !isHttp(to)) {
      throw new IOException(from + " redirects to " + to + ", which is less secure");
    }
    return to;
  }

  private static boolean isHttp(URI address) {
    return "http".equalsIgnoreCase(address.getScheme())
        || "https".equalsIgnoreCase(address.getScheme());
  }
}
