package org.genlab.itests;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** The bundles of {@code distribution/example}, built once by their own project. */
final class ThirdParty {
  private static final Path SOURCE = Path.of("../example");
  private static Path built;

  private ThirdParty() {}

  /** The bundle of the optimizer {@code sign-momentum}, whose plugin has the same version. */
  static Path optimizer(String version) {
    return build().resolve("sign-momentum/target/org.example.signmomentum-" + version + ".jar");
  }

  /** The bundle of the dataset {@code two-spirals}. */
  static Path dataset() {
    return build().resolve("two-spirals/target/org.example.spirals-1.0.0.jar");
  }

  /** Builds everything with its tests, in a copy outside of the sources; both versions. */
  private static synchronized Path build() {
    if (built == null) {
      Path copy = Path.of("target/example").toAbsolutePath();
      copy(SOURCE, copy);
      Maven.run(copy, "clean", "verify");
      Maven.run(copy, "verify", "-Pnext", "-pl", "sign-momentum");
      built = copy;
    }
    return built;
  }

  private static void copy(Path from, Path to) {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path relative = from.relativize(file);
        if (!relative.toString().contains("target")) {
          Path target = to.resolve(relative.toString());
          Files.createDirectories(target.getParent());
          Files.write(target, Files.readAllBytes(file));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
