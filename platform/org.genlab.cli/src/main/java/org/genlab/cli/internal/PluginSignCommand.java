package org.genlab.cli.internal;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.genlab.provisioning.bundles.JarReader;
import org.genlab.provisioning.trust.SignatureFile;
import org.genlab.provisioning.trust.SigningKey;
import org.genlab.store.UserError;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Signs jars. */
@Command(
    name = "sign",
    description = "Sign jars that are not published in a repository: write JAR.sig beside each.",
    footer = "genlab plugin sign sam-1.0.0.jar --key ~/.genlab-key")
final class PluginSignCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  boolean help;

  @Option(
      names = "--key",
      required = true,
      paramLabel = "KEY",
      description = "The file of a private key.")
  private Path key;

  @Parameters(index = "0..*", arity = "1..*", paramLabel = "JAR", description = "What to sign.")
  private List<Path> jars;

  PluginSignCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    SigningKey signing = SigningKey.read(key);
    for (Path jar : jars) {
      if (!Files.isRegularFile(jar)) {
        throw new UserError("there is no file " + jar + ".");
      }
      JarReader.read(jar, null);
    }
    for (Path jar : jars) {
      terminal.out().println("Wrote " + signing.sign(SignatureFile.Kind.JAR, jar) + ".");
    }
    return Genlab.OK;
  }
}
