package org.genlab.itests;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Locale;
import org.genlab.itests.zoo.Animals;

/** Bundles with one optimizer each that misbehaves. */
final class Zoo {
  static final String IMPORTS =
      "jakarta.inject;version=\"[2,3)\",org.genlab.api;version=\"[1,2)\","
          + "org.genlab.api.model;version=\"[1,2)\",org.genlab.api.training;version=\"[1,2)\","
          + "org.genlab.tensor;version=\"[1,2)\",org.genlab.tensor.random;version=\"[1,2)\"";

  private Zoo() {}

  /** A bundle {@code org.example.<id>} with the animal of that id, in a version. */
  static TestBundle bundle(Class<?> animal, String version) {
    try {
      String id = animal.getSimpleName().toLowerCase(Locale.ROOT);
      TestBundle bundle =
          new TestBundle("org.example." + id)
              .header("Bundle-Version", version)
              .header("Import-Package", IMPORTS)
              .header(
                  "Provide-Capability",
                  "genlab.plugin;kind=optimizer;id="
                      + id
                      + ";version:Version=\""
                      + version
                      + "\";summary=\"of the zoo\";class=\""
                      + animal.getName()
                      + "\"")
              .classes(
                  animal, Animals.class, sleeping(Animals.class.getPackageName() + ".Descent"));
      if (animal == Animals.Landmine.class) {
        bundle.classes(sleeping(Animals.Landmine.class.getName() + "$Settings"));
      }
      return bundle;
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A class that is not initialised, which some of them would not survive. */
  private static Class<?> sleeping(String name) throws ClassNotFoundException {
    return Class.forName(name, false, Zoo.class.getClassLoader());
  }

  /** Puts a bundle into a plugin directory, whole at once, as {@code <name>.jar}. */
  static Path drop(TestBundle bundle, Path directory, String name) throws IOException {
    Path made = bundle.into(Files.createTempDirectory(directory.getParent(), "made"));
    Path jar = Files.createDirectories(directory).resolve(name + ".jar");
    return Files.move(
        made, jar, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
  }
}
