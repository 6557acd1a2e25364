package org.genlab.cli.internal;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.genlab.provisioning.bundles.BundleResource;
import org.genlab.provisioning.repository.Folder;
import org.genlab.provisioning.trust.SigningKey;
import org.genlab.store.UserError;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Makes a repository of a folder. */
@Command(
    name = "index",
    description = {
      "Make a repository of a folder of jars: write index.xml, and index.xml.sig with a key.",
      "The folder can then be used as it is, or be put on any web server."
    },
    footer = "genlab plugin index my-plugins --sign ~/.genlab-key")
final class PluginIndexCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  boolean help;

  @Option(names = "--sign", paramLabel = "KEY", description = "The file of a private key.")
  private Path key;

  @Option(
      names = "--name",
      paramLabel = "NAME",
      defaultValue = "genlab",
      description = "What the repository calls itself; genlab unless given.")
  private String name;

  @Parameters(index = "0", paramLabel = "DIR", description = "A folder with jars, at any depth.")
  private Path folder;

  PluginIndexCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    if (!Files.isDirectory(folder)) {
      throw new UserError("there is no folder " + folder + ".");
    }
    SigningKey signing = key == null ? null : SigningKey.read(key);
    List<BundleResource> bundles =
        Folder.index(folder, name, signing, s -> terminal.err().println("genlab: " + s));
    bundles.forEach(bundle -> terminal.out().println(bundle));
    terminal
        .out()
        .println(
            "Wrote "
                + folder.resolve("index.xml")
                + " with "
                + bundles.size()
                + (bundles.size() == 1 ? " bundle" : " bundles")
                + (signing == null ? ", not signed." : ", and its signature."));
    return Genlab.OK;
  }
}
