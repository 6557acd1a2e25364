package org.genlab.cli.internal;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.genlab.runtime.plugins.PluginArchive;
import org.genlab.runtime.plugins.PluginCatalog;
import org.genlab.runtime.plugins.PluginDescriptor;
import org.genlab.runtime.plugins.PluginException;
import org.genlab.runtime.plugins.Revision;

/**
 * The plugins of today, and beside them the exact ones that runs of the past were made with, as far
 * as they were obtained from the archive. Only who asks for a recorded revision finds these.
 */
final class RecordedCatalog implements PluginCatalog, AutoCloseable {
  private final PluginCatalog today;
  private final Optional<PluginArchive> archive;
  private final Map<String, PluginArchive.Opened> opened = new LinkedHashMap<>();

  RecordedCatalog(PluginCatalog today, Optional<PluginArchive> archive) {
    this.today = today;
    this.archive = archive;
  }

  @Override
  public List<PluginDescriptor> all() {
    return today.all();
  }

  /**
   * Obtains a revision: it is installed, or is taken from the archive.
   *
   * @return why that is not possible; empty when {@link #find} finds it from now on
   */
  Optional<String> obtain(Revision revision) {
    if (find(revision).isPresent()) {
      return Optional.empty();
    }
    try {
      Optional<PluginArchive.Opened> bundle = archive.flatMap(a -> a.open(revision.sha256()));
      if (bundle.isEmpty()) {
        return Optional.of("it is neither installed nor in the archive of bundles");
      }
      opened.put(revision.sha256(), bundle.get());
      return find(revision).isPresent()
          ? Optional.empty()
          : Optional.of("the archived bundle does not declare it");
    } catch (PluginException e) {
      return Optional.of(e.getMessage());
    }
  }

  @Override
  public Optional<PluginDescriptor> find(Revision revision) {
    Optional<PluginDescriptor> installed = today.find(revision);
    if (installed.isPresent()) {
      return installed;
    }
    List<PluginDescriptor> archived = new ArrayList<>();
    opened.values().forEach(bundle -> archived.addAll(bundle.plugins()));
    return archived.stream().filter(plugin -> plugin.is(revision)).findFirst();
  }

  @Override
  public void close() {
    opened.values().forEach(PluginArchive.Opened::close);
    opened.clear();
  }
}
