package org.genlab.provisioning.trust;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.EnumSet;
import java.util.Set;
import org.genlab.store.AtomicFiles;
import org.genlab.store.UserError;

/**
 * Ed25519 keys (RFC 8032) in files: PEM, PKCS #8 for private and X.509 for public keys, as OpenSSL
 * writes them too.
 */
public final class Keys {
  private static final String ALGORITHM = "Ed25519";
  private static final String PRIVATE = "PRIVATE KEY";
  private static final String PUBLIC = "PUBLIC KEY";
  private static final int LARGEST_FILE = 1 << 14;
  private static final int LINE = 64;
  private static final Set<PosixFilePermission> OWNER =
      EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);

  /** What precedes the 32 bytes of a public key in its X.509 encoding (RFC 8410). */
  private static final byte[] PREFIX = {
    0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00
  };

  private static final int KEY_BYTES = 32;

  private Keys() {}

  /**
   * Makes a pair of keys: the private one in a file that only its owner can read, the public one in
   * the file beside it whose name ends in {@code .pub}.
   *
   * @return the file of the public key
   * @throws UserError when one of the files is there already or cannot be written
   */
  public static Path generate(Path file) {
    Path shared = file.resolveSibling(file.getFileName() + ".pub");
    for (Path target : new Path[] {file, shared}) {
      if (Files.exists(target)) {
        throw exists(target);
      }
    }
    KeyPair pair;
    try {
      pair = KeyPairGenerator.getInstance(ALGORITHM).generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform since 15 has Ed25519", e);
    }
    writePrivate(file, pem(PRIVATE, pair.getPrivate().getEncoded()));
    AtomicFiles.write(shared, pem(PUBLIC, pair.getPublic().getEncoded()));
    return shared;
  }

  private static UserError exists(Path file) {
    return new UserError(
        file + " exists already; a key is never overwritten, so choose another name.");
  }

  private static void writePrivate(Path file, String text) {
    boolean posix = FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
    FileAttribute<?>[] attributes =
        posix
            ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(OWNER)}
            : new FileAttribute<?>[0];
    try (SeekableByteChannel channel =
        Files.newByteChannel(
            file,
            EnumSet.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            attributes)) {
      channel.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)));
    } catch (FileAlreadyExistsException e) {
      throw exists(file);
    } catch (IOException e) {
      throw AtomicFiles.cannotWrite(file, e);
    }
  }

  /** A key as the text of a file. */
  static String pem(PublicKey key) {
    return pem(PUBLIC, key.getEncoded());
  }

  private static String pem(String label, byte[] encoded) {
    return "-----BEGIN "
        + label
        + "-----\n"
        + Base64.getMimeEncoder(LINE, new byte[] {'\n'}).encodeToString(encoded)
        + "\n-----END "
        + label
        + "-----\n";
  }

  /**
   * Reads a private key.
   *
   * @throws UserError when the file has none, or when others can read it
   */
  public static PrivateKey readPrivate(Path file) {
    byte[] encoded = read(file, PRIVATE);
    try {
      if (Files.getFileStore(file).supportsFileAttributeView("posix")
          && !OWNER.containsAll(readers(file))) {
        throw new UserError(
            "the private key "
                + file
                + " can be read by others, so it is not used; 'chmod 600 "
                + file
                + "' makes it private again.");
      }
      return KeyFactory.getInstance(ALGORITHM).generatePrivate(new PKCS8EncodedKeySpec(encoded));
    } catch (IOException e) {
      throw AtomicFiles.cannotRead(file, e);
    } catch (GeneralSecurityException e) {
      throw new UserError(file + " has no Ed25519 key; 'genlab plugin keygen' makes one.", e);
    }
  }

  private static Set<PosixFilePermission> readers(Path file) throws IOException {
    Set<PosixFilePermission> permissions = EnumSet.noneOf(PosixFilePermission.class);
    permissions.addAll(Files.getPosixFilePermissions(file));
    permissions.remove(PosixFilePermission.OWNER_EXECUTE);
    return permissions;
  }

  /**
   * Reads a public key.
   *
   * @throws UserError when the file has none
   */
  public static PublicKey readPublic(Path file) {
    byte[] encoded = read(file, PUBLIC);
    if (encoded.length != PREFIX.length + KEY_BYTES
        || !Arrays.equals(encoded, 0, PREFIX.length, PREFIX, 0, PREFIX.length)) {
      throw new UserError(file + " has no Ed25519 key; 'genlab plugin keygen' makes one.");
    }
    return ofBytes(Arrays.copyOfRange(encoded, PREFIX.length, encoded.length));
  }

  private static byte[] read(Path file, String label) {
    String text;
    try {
      if (Files.size(file) > LARGEST_FILE) {
        throw new UserError(file + " is too large for a file with a key.");
      }
      text = Files.readString(file, StandardCharsets.ISO_8859_1).strip();
    } catch (IOException e) {
      throw AtomicFiles.cannotRead(file, e);
    }
    String begin = "-----BEGIN " + label + "-----";
    String end = "-----END " + label + "-----";
    if (!text.startsWith(begin) || !text.endsWith(end)) {
      boolean other = text.contains("-----BEGIN " + (label.equals(PUBLIC) ? PRIVATE : PUBLIC));
      throw new UserError(
          file
              + (other
                  ? " has a "
                      + (label.equals(PUBLIC) ? "private" : "public")
                      + " key, and a "
                      + (label.equals(PUBLIC) ? "public" : "private")
                      + " one is needed here."
                  : " has no key; it must begin with '" + begin + "'."));
    }
    try {
      return Base64.getMimeDecoder()
          .decode(text.substring(begin.length(), text.length() - end.length()));
    } catch (IllegalArgumentException e) {
      throw new UserError(file + " is damaged: its key is no Base64.", e);
    }
  }

  /** The 32 bytes of a public key. */
  static byte[] bytes(PublicKey key) {
    byte[] encoded = key.getEncoded();
    return Arrays.copyOfRange(encoded, PREFIX.length, encoded.length);
  }

  /**
   * The key of 32 bytes.
   *
   * @throws UserError when they are no key
   */
  static PublicKey ofBytes(byte[] bytes) {
    byte[] encoded = Arrays.copyOf(PREFIX, PREFIX.length + bytes.length);
    System.arraycopy(bytes, 0, encoded, PREFIX.length, bytes.length);
    try {
      return KeyFactory.getInstance(ALGORITHM).generatePublic(new X509EncodedKeySpec(encoded));
    } catch (GeneralSecurityException e) {
      throw new UserError("these bytes are no Ed25519 key: " + e.getMessage() + ".", e);
    }
  }
}
