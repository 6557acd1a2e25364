package org.genlab.tck;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.genlab.api.Kind;
import org.genlab.api.evaluation.Metric;
import org.genlab.store.RunDirectory;
import org.genlab.store.StoredRun;
import org.genlab.tck.internal.Bench;
import org.genlab.tck.internal.Bench.Outcome;
import org.genlab.tck.internal.Bench.Use;
import org.genlab.tck.internal.Bits;
import org.genlab.tck.internal.Setup;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What every metric must do. */
public abstract class MetricSuite extends PluginSuite {
  private static final Map<String, Object> WITHOUT = Map.of("tck-scores", Map.of());

  protected MetricSuite(Class<? extends Metric> plugin) {
    super(Kind.METRIC, plugin);
  }

  private static StoredRun record(Outcome outcome) {
    return RunDirectory.open(outcome.directory()).record("main");
  }

  @Test
  @DisplayName("records something that is a number")
  void recording() {
    for (Setup setup : setups()) {
      // Its names may be those of the kit's metrics; or it may need these to be there.
      boolean numbers = records(Use.of(setup), Use.of(setup).with("metrics", WITHOUT));
      try {
        numbers |=
            records(Use.of(setup).with(Bench.ALONE, true), Use.of(setup).with("metrics", Map.of()));
      } catch (RuntimeException e) {
        check(
            isRefusal(e),
            "with %s and no other metric, it fails with %s; refuse to be alone with a sentence.",
            setup,
            root(e));
      }
      check(
          numbers,
          "with %s, the metric records no number and no array in a run of six steps; call"
              + " recorder.number(split + \"/name\", value) in measure(...), and let settings()"
              + " give settings with which there is something to record in so short a run.",
          setup);
    }
  }

  private boolean records(Use with, Use without) {
    Outcome own = bench().run(with);
    Outcome other = bench().run(without);
    Set<String> names = new HashSet<>(record(own).history().names());
    names.removeAll(record(other).history().names());
    boolean numbers =
        names.stream()
            .flatMapToDouble(n -> Arrays.stream(record(own).history().series(n).get().values()))
            .anyMatch(v -> !Double.isNaN(v));
    return numbers
        || own.files().keySet().stream()
            .anyMatch(
                f ->
                    f.startsWith("the array")
                        && !Arrays.equals(own.files().get(f), other.files().get(f)));
  }

  @Test
  @DisplayName("does not change what it measures")
  void innocence() {
    for (Setup setup : setups()) {
      StoredRun with = record(bench().run(Use.of(setup)));
      StoredRun without = record(bench().run(Use.of(setup).with("metrics", WITHOUT)));
      check(
          Bits.same(with.parameters().flat(), without.parameters().flat()),
          "with %s, a run ends with other parameters than without the metric; a metric must not"
              + " touch the model, and must take random numbers from its own Randomness.",
          setup);
    }
  }

  @Test
  @DisplayName("takes splits of one example")
  void smallBatches() {
    if (!bench().takesForms()) {
      return;
    }
    for (Setup setup : setups()) {
      try {
        bench().run(Use.of(setup).with("dataset.train", 1).with("dataset.validation", 1));
      } catch (RuntimeException e) {
        if (!isRefusal(e)) {
          throw failed(
              e,
              "with %s, splits of one example fail with %s; measure them, or refuse them with an"
                  + " IllegalArgumentException that says why.",
              setup,
              root(e));
        }
      }
    }
  }
}
