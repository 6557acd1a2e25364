package org.genlab.analyses.curves;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.genlab.api.evaluation.History;
import org.genlab.api.evaluation.Recorder;
import org.genlab.api.evaluation.RunRecord;
import org.genlab.api.evaluation.Series;
import org.genlab.api.model.Parameters;

/** A run with one curve, made up. */
record Run(String arm, long seed, Map<String, Object> settings, Series curve) implements RunRecord {
  /** Takes down findings. */
  record Notes(Map<String, Double> numbers, Map<String, double[]> arrays) implements Recorder {
    @Override
    public void number(String series, double value) {
      numbers.put(series, value);
    }

    @Override
    public void array(String name, double... values) {
      arrays.put(name, values);
    }
  }

  @Override
  public History history() {
    return new History() {
      @Override
      public Set<String> names() {
        return Set.of(curve.name());
      }

      @Override
      public Optional<Series> series(String name) {
        return name.equals(curve.name()) ? Optional.of(curve) : Optional.empty();
      }
    };
  }

  @Override
  public Optional<double[]> array(String name) {
    return Optional.empty();
  }

  @Override
  public Parameters parameters() {
    throw new AssertionError("no analysis here reads parameters");
  }
}
