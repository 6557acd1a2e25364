package org.genlab.provisioning.repository;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.genlab.store.AtomicFiles;
import org.genlab.store.UserError;

/**
 * The repositories that the user knows: the file {@code repositories} in the user's configuration
 * directory, a line with a name and an address for each. Comments, behind {@code #}, are kept.
 */
public final class RepositoryList {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,99}");

  private final Path file;

  /**
   * @param configuration the user's configuration directory, which need not exist
   */
  public RepositoryList(Path configuration) {
    file = configuration.resolve("repositories");
  }

  /** The addresses of their indexes, by name, in the order of the file. */
  public Map<String, URI> all() {
    Map<String, URI> all = new LinkedHashMap<>();
    int number = 0;
    for (String line : lines()) {
      number++;
      String text = line.strip();
      if (text.isEmpty() || text.startsWith("#")) {
        continue;
      }
      String[] words = text.split("\\s+", 2);
      if (words.length != 2 || all.containsKey(words[0])) {
        throw new UserError(
            file
                + ":"
                + number
                + ": "
                + (words.length == 2
                    ? "the name '" + words[0] + "' is given twice."
                    : "a line must be a name and an address, not '" + text + "'."));
      }
      all.put(words[0], Repository.indexOf(words[1]));
    }
    return all;
  }

  private List<String> lines() {
    if (!Files.exists(file)) {
      return List.of();
    }
    try {
      return Files.readAllLines(file, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw AtomicFiles.cannotRead(file, e);
    }
  }

  /**
   * Adds a repository.
   *
   * @throws UserError when the name is taken or malformed
   */
  public void add(String name, String address) {
    if (!NAME.matcher(name).matches()) {
      throw new UserError(
          "'" + name + "' cannot name a repository; a name has letters, digits and . _ - only.");
    }
    URI index = Repository.indexOf(address);
    Map<String, URI> all = all();
    if (all.containsKey(name)) {
      throw new UserError("there is a repository " + name + " already, at " + all.get(name) + ".");
    }
    List<String> lines = new ArrayList<>(lines());
    lines.add(name + " " + index);
    write(lines);
  }

  /**
   * Forgets a repository.
   *
   * @throws UserError when there is none of that name
   */
  public void remove(String name) {
    Map<String, URI> all = all();
    if (!all.containsKey(name)) {
      throw new UserError(
          "there is no repository '"
              + name
              + "'; "
              + (all.isEmpty()
                  ? "none is known."
                  : "there is " + String.join(", ", all.keySet()) + "."));
    }
    write(lines().stream().filter(line -> !line.strip().startsWith(name + " ")).toList());
  }

  private void write(List<String> lines) {
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
    } catch (IOException e) {
      throw AtomicFiles.cannotWrite(file, e);
    }
    AtomicFiles.write(file, String.join("\n", lines) + (lines.isEmpty() ? "" : "\n"));
  }
}
