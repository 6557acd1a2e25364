package org.genlab.provisioning.trust;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Enumeration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.genlab.provisioning.TestJar;
import org.genlab.provisioning.repository.Folder;
import org.genlab.provisioning.repository.Repository;
import org.genlab.provisioning.trust.TrustStore.Policy;
import org.genlab.provisioning.trust.TrustStore.Source;
import org.genlab.store.Digests;
import org.genlab.store.UserError;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrustTest {
  private static final int ENTRIES = 50;

  @TempDir Path work;

  private TrustStore trusting(String name, Path key) {
    TrustStore trust = new TrustStore(work.resolve("configuration"));
    trust.add(name, Keys.readPublic(key));
    return trust;
  }

  /** A jar with many entries of content that compresses badly. */
  private Path jar(Path folder) throws IOException {
    TestJar jar = new TestJar("org.example.signed", "1").plugin("optimizer", "signed", "1");
    Random random = new Random(1);
    for (int i = 1; i < ENTRIES; i++) {
      byte[] content = new byte[200 + i];
      random.nextBytes(content);
      jar.entry("entry" + i + ".class", content);
    }
    return jar.into(folder);
  }

  /** Where in the file the compressed bytes of each entry begin and end. */
  private static List<int[]> spans(Path jar) throws IOException {
    byte[] bytes = Files.readAllBytes(jar);
    List<int[]> spans = new ArrayList<>();
    try (ZipFile zip = new ZipFile(jar.toFile())) {
      int at = 0;
      for (Enumeration<? extends ZipEntry> e = zip.entries(); e.hasMoreElements(); ) {
        ZipEntry entry = e.nextElement();
        byte[] name = entry.getName().getBytes(StandardCharsets.UTF_8);
        // The local header has 30 bytes, then the name; "PK\3\4" begins it.
        while (!(bytes[at] == 'P'
            && bytes[at + 1] == 'K'
            && bytes[at + 2] == 3
            && new String(bytes, at + 30, name.length, StandardCharsets.UTF_8)
                .equals(entry.getName()))) {
          at++;
        }
        int from = at + 30 + name.length;
        spans.add(new int[] {from, from + (int) entry.getCompressedSize()});
        at = from + (int) entry.getCompressedSize();
      }
    }
    return spans;
  }

  @Test
  void oneFlippedByteInAnyEntryIsRefused() throws Exception {
    Path folder = Files.createDirectories(work.resolve("folder"));
    Path jar = jar(folder);
    Path shared = Keys.generate(work.resolve("key"));
    SigningKey key = SigningKey.read(work.resolve("key"));
    TrustStore trust = trusting("alice", shared);
    key.sign(SignatureFile.Kind.JAR, jar);
    Folder.index(folder, "n", key, s -> {});
    Repository repository =
        Repository.open(
            "n",
            folder.resolve("index.xml").toUri(),
            new Repository.Access(trust, work.resolve("cache"), false));
    assertEquals("signed by alice", repository.endorsement().toString());
    byte[] good = Files.readAllBytes(jar);
    List<int[]> spans = spans(jar);
    assertEquals(ENTRIES, spans.size());
    URI alone = jar.toUri();
    Path got = work.resolve("got.jar");
    int refused = 0;
    Random random = new Random(2);
    for (int[] span : spans) {
      byte[] bad = good.clone();
      bad[span[0] + random.nextInt(span[1] - span[0])] ^= (byte) (1 << random.nextInt(8));
      Files.write(jar, bad);
      assertThrows(InvalidSignature.class, () -> Repository.fetch(alone, got, trust));
      assertThrows(
          InvalidSignature.class, () -> repository.fetch(repository.bundles().get(0), got, trust));
      refused++;
    }
    assertEquals(ENTRIES, refused);
    Files.write(jar, good);
    Repository.Verified fetched = Repository.fetch(alone, got, trust);
    assertEquals("signed by alice", fetched.endorsement().toString());
    assertEquals(Digests.sha256(jar), fetched.sha256());
  }

  @Test
  void flippedBytesOfIndexAndSignatureAreRefused() throws Exception {
    Path folder = Files.createDirectories(work.resolve("folder"));
    jar(folder);
    TrustStore trust = trusting("alice", Keys.generate(work.resolve("key")));
    Folder.index(folder, "n", SigningKey.read(work.resolve("key")), s -> {});
    Path index = folder.resolve("index.xml");
    Repository.Access access = new Repository.Access(trust, work.resolve("cache"), false);
    for (Path file : List.of(index, SignatureFile.beside(index))) {
      byte[] good = Files.readAllBytes(file);
      int step = file.equals(index) ? 11 : 1;
      int tried = 0;
      for (int i = 0; i < good.length; i += step) {
        byte[] bad = good.clone();
        bad[i] ^= (byte) (1 << (i % 7));
        Files.write(file, bad);
        assertThrows(
            InvalidSignature.class,
            () -> Repository.open("n", index.toUri(), access),
            file + " byte " + i);
        tried++;
      }
      assertTrue(tried >= ENTRIES, file + " " + tried);
      Files.write(file, good);
      // One byte less or more is as wrong.
      Files.write(file, java.util.Arrays.copyOf(good, good.length - 1));
      assertThrows(InvalidSignature.class, () -> Repository.open("n", index.toUri(), access));
      Files.write(file, java.util.Arrays.copyOf(good, good.length + 1));
      assertThrows(InvalidSignature.class, () -> Repository.open("n", index.toUri(), access));
      Files.write(file, good);
    }
    assertEquals(SignatureFile.LENGTH, Files.size(SignatureFile.beside(index)));
    assertTrue(Repository.open("n", index.toUri(), access).endorsement().isTrusted());
  }

  @Test
  void aSignatureOfAJarIsNoneOfAnIndex() throws Exception {
    Keys.generate(work.resolve("key"));
    SigningKey key = SigningKey.read(work.resolve("key"));
    String digest = "ab".repeat(32);
    byte[] signature = key.sign(SignatureFile.Kind.JAR, digest).getBytes(StandardCharsets.US_ASCII);
    SignatureFile.verify(signature, SignatureFile.Kind.JAR, digest, "x");
    assertThrows(
        InvalidSignature.class,
        () -> SignatureFile.verify(signature, SignatureFile.Kind.INDEX, digest, "x"));
  }

  /** The pair of keys in RFC 8410, sections 10.1 and 10.3. */
  @Test
  void keysAreInTheFormsOfTheStandard() throws Exception {
    Path key = work.resolve("rfc");
    Files.writeString(
        key,
        """
        -----BEGIN PRIVATE KEY-----
        MC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC
        -----END PRIVATE KEY-----
        """);
    Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
    assertTrue(
        assertThrows(UserError.class, () -> SigningKey.read(key))
            .getMessage()
            .contains("the public key of"));
    Path shared =
        Files.writeString(
            work.resolve("rfc.pub"),
            """
            -----BEGIN PUBLIC KEY-----
            MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=
            -----END PUBLIC KEY-----
            """);
    String signature = SigningKey.read(key).sign(SignatureFile.Kind.JAR, "0".repeat(64));
    assertTrue(
        signature.contains(
            "key 19bf44096984cdfe8541bac167dc3b96c85086aa30b6b6cb0c5c38ad703166e1\n"));
    assertEquals(Files.readString(shared), Keys.pem(Keys.readPublic(shared)));
    assertTrue(
        assertThrows(UserError.class, () -> Keys.readPublic(key))
            .getMessage()
            .endsWith("has a private key, and a public one is needed here."));
    Files.copy(Keys.generate(work.resolve("other")), work.resolve("copy.pub"));
    Files.copy(key, work.resolve("copy"), java.nio.file.StandardCopyOption.COPY_ATTRIBUTES);
    assertTrue(
        assertThrows(UserError.class, () -> SigningKey.read(work.resolve("copy")))
            .getMessage()
            .contains("is the public key of another key"));
  }

  @Test
  void privateKeysArePrivate() throws Exception {
    Path key = work.resolve("key");
    Keys.generate(key);
    assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(key)));
    assertThrows(UserError.class, () -> Keys.generate(key));
    Files.delete(key);
    assertTrue(
        assertThrows(UserError.class, () -> Keys.generate(key)).getMessage().contains("key.pub"));
    Keys.generate(work.resolve("two"));
    Files.setPosixFilePermissions(
        work.resolve("two"), PosixFilePermissions.fromString("rw-r-----"));
    assertTrue(
        assertThrows(UserError.class, () -> SigningKey.read(work.resolve("two")))
            .getMessage()
            .contains("can be read by others"));
  }

  @Test
  void keysHaveNames() {
    Path one = Keys.generate(work.resolve("one"));
    Path two = Keys.generate(work.resolve("two"));
    TrustStore trust = trusting("alice", one);
    trust.add("alice", Keys.readPublic(one));
    assertTrue(
        assertThrows(UserError.class, () -> trust.add("alice", Keys.readPublic(two)))
            .getMessage()
            .startsWith("another key is trusted as alice"));
    assertEquals(
        "this key is trusted already, as alice.",
        assertThrows(UserError.class, () -> trust.add("bob", Keys.readPublic(one))).getMessage());
    assertThrows(UserError.class, () -> trust.add("../x", Keys.readPublic(two)));
    assertEquals(
        "no key is trusted as 'bob'; there is alice.",
        assertThrows(UserError.class, () -> trust.remove("bob")).getMessage());
    trust.remove("alice");
    assertEquals(Map.of(), trust.keys());
  }

  @Test
  void policiesDecideOnWhatNobodyTrustedSigned() throws Exception {
    TrustStore trust = new TrustStore(work.resolve("configuration"));
    assertEquals(
        Map.of(Source.REMOTE, Policy.REQUIRE, Source.LOCAL, Policy.WARN), trust.policies());
    trust.setPolicy(Source.LOCAL, Policy.REQUIRE);
    assertEquals(Policy.REQUIRE, trust.policies().get(Source.LOCAL));
    List<String> warnings = new ArrayList<>();
    Endorsement alice = new Endorsement(Optional.of("alice"), Optional.of("0".repeat(64)));
    Endorsement unknown = new Endorsement(Optional.empty(), Optional.of("0".repeat(64)));
    TrustStore.judge(Policy.REQUIRE, Source.REMOTE, alice, "x", warnings::add);
    TrustStore.judge(Policy.ALLOW, Source.REMOTE, Endorsement.NONE, "x", warnings::add);
    assertEquals(List.of(), warnings);
    TrustStore.judge(Policy.WARN, Source.REMOTE, Endorsement.NONE, "x", warnings::add);
    TrustStore.judge(Policy.WARN, Source.REMOTE, unknown, "x", warnings::add);
    assertEquals(
        List.of(
            "x is not signed.",
            "x is signed by the key 0000000000000000..., which you do not trust."),
        warnings);
    assertEquals(
        "x is not signed, and what is remote must be signed by a trusted key; ask its author to"
            + " sign it, or allow this once with --policy warn.",
        assertThrows(
                UserError.class,
                () ->
                    TrustStore.judge(
                        Policy.REQUIRE, Source.REMOTE, Endorsement.NONE, "x", warnings::add))
            .getMessage());
    Files.writeString(work.resolve("configuration/policy"), "remote maybe\n");
    assertTrue(
        assertThrows(UserError.class, trust::policies).getMessage().contains("policy:1: a line"));
  }
}
