package org.genlab.analyses.grokking;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.genlab.api.evaluation.History;
import org.genlab.api.evaluation.RunRecord;
import org.genlab.api.evaluation.Series;
import org.genlab.api.model.Parameters;

/** A run with curves, made up. */
record Run(String arm, long seed, Map<String, Object> settings, Map<String, Series> all)
    implements RunRecord {
  @Override
  public History history() {
    return new History() {
      @Override
      public Set<String> names() {
        return all.keySet();
      }

      @Override
      public Optional<Series> series(String name) {
        return Optional.ofNullable(all.get(name));
      }
    };
  }

  @Override
  public Optional<double[]> array(String name) {
    return Optional.empty();
  }

  @Override
  public Parameters parameters() {
    throw new AssertionError("not used");
  }
}
