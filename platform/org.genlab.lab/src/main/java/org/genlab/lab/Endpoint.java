package org.genlab.lab;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;
import org.genlab.store.AtomicFiles;
import org.genlab.store.UserError;

/**
 * Where a process can be reached by other processes of the same user: a port on 127.0.0.1 and a
 * secret, in a file that only its owner can read.
 *
 * @param port on 127.0.0.1
 * @param token to be sent with each request
 * @param pid of the process
 */
public record Endpoint(int port, String token, long pid) {
  /** The endpoint of a single run, in its directory. */
  public static final String OF_RUN = ".control.json";

  private static final JsonMapper JSON = new JsonMapper();

  /** The secret is never shown. */
  @Override
  public String toString() {
    return "127.0.0.1:" + port + " of process " + pid;
  }

  /**
   * Writes the endpoint to a file that is never readable by others, not even for a moment, and
   * appears whole.
   */
  void write(Path file) {
    ObjectNode node = JSON.createObjectNode();
    node.put("port", port).put("token", token).put("pid", pid);
    Path temporary = file.resolveSibling(file.getFileName() + "." + pid + ".tmp");
    try {
      Files.deleteIfExists(temporary);
      try (FileChannel channel =
          FileChannel.open(
              temporary,
              Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
              ownerOnly(file))) {
        ByteBuffer bytes = ByteBuffer.wrap((node + "\n").getBytes(StandardCharsets.UTF_8));
        while (bytes.hasRemaining()) {
          channel.write(bytes);
        }
      }
      Files.move(
          temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw AtomicFiles.cannotWrite(file, e);
    }
  }

  private static FileAttribute<?>[] ownerOnly(Path file) {
    return file.getFileSystem().supportedFileAttributeViews().contains("posix")
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
        }
        : new FileAttribute<?>[0];
  }

  /**
   * Reads an endpoint.
   *
   * @return empty when there is no such file
   * @throws UserError when it cannot be read or is damaged
   */
  static Optional<Endpoint> read(Path file) {
    try {
      if (!Files.exists(file)) {
        return Optional.empty();
      }
      JsonNode node = JSON.readTree(Files.readString(file));
      int port = node.path("port").asInt();
      String token = node.path("token").asText();
      if (port < 1 || port > 65535 || token.isEmpty()) {
        throw new UserError(file + " names no port and token; delete it and start the lab again.");
      }
      return Optional.of(new Endpoint(port, token, node.path("pid").asLong()));
    } catch (JsonProcessingException e) {
      throw new UserError(file + " is not JSON; delete it and start the lab again.", e);
    } catch (IOException e) {
      throw AtomicFiles.cannotRead(file, e);
    }
  }
}
