package org.genlab.runtime.plugins;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.genlab.api.Kind;
import org.genlab.runtime.config.Location;
import org.genlab.runtime.config.Nearest;
import org.genlab.store.UserError;

/** The plugins that are available now, in any number of versions side by side. */
public interface PluginCatalog {
  /** The order of {@link #all()}: by kind as in {@link Kind#ALL}, id, and descending version. */
  Comparator<PluginDescriptor> ORDER =
      Comparator.comparingInt((PluginDescriptor p) -> Kind.ALL.indexOf(p.kind()))
          .thenComparing(PluginDescriptor::id)
          .thenComparing(PluginDescriptor::version, Comparator.reverseOrder())
          .thenComparing(PluginDescriptor::bundle)
          .thenComparing(PluginDescriptor::bundleVersion, Comparator.reverseOrder());

  /** All plugins, in {@link #ORDER}. A snapshot. */
  List<PluginDescriptor> all();

  /** All versions of all plugins of a kind. */
  default List<PluginDescriptor> ofKind(String kind) {
    return all().stream().filter(p -> p.kind().equals(kind)).toList();
  }

  /**
   * The plugin a reference means: the highest version that it allows.
   *
   * @param kind one of the constants of {@link Kind}
   * @param reference see {@link PluginReference}
   * @param where the reference was written
   * @throws MissingPlugin when there is none; the message says what there is
   * @throws UserError when the reference is malformed
   */
  default PluginDescriptor resolve(String kind, String reference, Location where) {
    PluginReference wanted = PluginReference.parse(reference, where);
    List<PluginDescriptor> all = all();
    List<PluginDescriptor> versions =
        all.stream().filter(p -> p.kind().equals(kind) && p.id().equals(wanted.id())).toList();
    if (versions.isEmpty()) {
      throw new MissingPlugin(kind, reference, where, absent(kind, wanted.id(), all));
    }
    return versions.stream()
        .filter(p -> wanted.versions().includes(p.version()))
        .findFirst()
        .orElseThrow(
            () ->
                new MissingPlugin(
                    kind,
                    reference,
                    where,
                    "no installed version of "
                        + kind
                        + " '"
                        + wanted.id()
                        + "' fits '"
                        + reference
                        + "'; there is "
                        + versions.stream()
                            .map(p -> p.version().toString())
                            .distinct()
                            .collect(Collectors.joining(", "))));
  }

  /** The plugin of exactly a recorded revision, if it is still there. */
  default Optional<PluginDescriptor> find(Revision revision) {
    return all().stream().filter(plugin -> plugin.is(revision)).findFirst();
  }

  private static String absent(String kind, String id, List<PluginDescriptor> all) {
    TreeSet<String> ids =
        all.stream()
            .filter(p -> p.kind().equals(kind))
            .map(PluginDescriptor::id)
            .collect(Collectors.toCollection(TreeSet::new));
    List<String> elsewhere =
        all.stream().filter(p -> p.id().equals(id)).map(PluginDescriptor::kind).distinct().toList();
    String there =
        ids.isEmpty()
            ? "; no " + kind + " is installed"
            : Nearest.of(id, ids)
                .map(n -> "; did you mean '" + n + "'?")
                .orElse("; there is " + String.join(", ", ids));
    if (!elsewhere.isEmpty()) {
      return "'"
          + id
          + "' is "
          + elsewhere.stream().map(PluginCatalog::withArticle).collect(Collectors.joining(" and "))
          + ", not "
          + withArticle(kind)
          + there;
    }
    return "there is no " + kind + " '" + id + "'" + there;
  }

  private static String withArticle(String kind) {
    return ("aeiou".indexOf(kind.charAt(0)) >= 0 ? "an " : "a ") + kind;
  }
}
