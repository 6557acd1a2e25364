package org.genlab.runtime.internal.plugins;

import java.util.List;
import org.genlab.api.Kind;
import org.genlab.api.evaluation.Analysis;
import org.genlab.runtime.config.Node;
import org.genlab.runtime.plugins.Experiment;
import org.genlab.runtime.plugins.Experiment.Block;
import org.genlab.runtime.plugins.HostServices;
import org.genlab.runtime.plugins.Plan;
import org.genlab.runtime.plugins.PluginCatalog;
import org.genlab.runtime.plugins.Resolution;
import org.genlab.runtime.plugins.Wiring;

/** Plans with the plugins of a catalog. */
public final class Wirer implements Wiring {
  private final PluginCatalog catalog;

  public Wirer(PluginCatalog catalog) {
    this.catalog = catalog;
  }

  @Override
  public PluginCatalog catalog() {
    return catalog;
  }

  @Override
  public Plan plan(Experiment experiment, Resolution resolution) {
    return new BoundPlan(
        this, experiment, experiment.blocks().stream().map(b -> Part.of(b, resolution)).toList());
  }

  @Override
  public Analysis analysis(String path, String name, Node block, HostServices host) {
    Part part = Part.of(Block.of(path, Kind.ANALYSIS, block, name), latest());
    return (Analysis) new Assembly(List.of(part), host).make(part);
  }
}
