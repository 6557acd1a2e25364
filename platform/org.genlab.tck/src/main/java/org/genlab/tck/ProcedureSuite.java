package org.genlab.tck;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.genlab.api.Kind;
import org.genlab.api.training.Procedure;
import org.genlab.runtime.config.Node;
import org.genlab.runtime.config.Setting;
import org.genlab.runtime.config.Yaml;
import org.genlab.tck.internal.Bench;
import org.genlab.tck.internal.Bench.Outcome;
import org.genlab.tck.internal.Bench.Use;
import org.genlab.tck.internal.Setup;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * What every procedure must do. Settings {@code steps} and {@code batch-size} are made small where
 * they exist and {@link #settings} does not give them; longer runs are stopped after 12 steps.
 */
public abstract class ProcedureSuite extends PluginSuite {
  private static final Map<String, Integer> SMALL = Map.of("steps", 6, "batch-size", 8);

  protected ProcedureSuite(Class<? extends Procedure> plugin) {
    super(Kind.PROCEDURE, plugin);
  }

  @Override
  final List<String> shortSettings() {
    List<Setting> schema = bench().schema().settings();
    List<String> all = new ArrayList<>();
    for (String settings : settings()) {
      Node.MapNode map =
          Yaml.parse(settings, "settings()")
              .asMap()
              .orElseThrow(() -> new IllegalArgumentException("settings() must give maps in YAML"));
      for (Setting setting : schema) {
        Integer small = SMALL.get(setting.name());
        if (small != null && !map.has(setting.name())) {
          map = map.with(setting.name(), Node.of(small, map.where()));
        }
      }
      all.add(map.toFlow());
    }
    return all;
  }

  @Test
  @DisplayName("ends, after no more steps than it announces")
  void end() {
    for (Setup setup : setups()) {
      Outcome outcome = bench().run(Use.of(setup));
      check(
          outcome.totalSteps() > 0,
          "with %s, totalSteps() is %d; it must be the number of steps planned, at least 1.",
          setup,
          outcome.totalSteps());
      check(
          outcome.steps() > 0,
          "with %s, the run ends before its first step; finished(training) must be false at step"
              + " 0.",
          setup);
      check(
          outcome.finished() || outcome.totalSteps() >= Bench.LIMIT,
          "with %s, %d steps are announced and the run goes on after %d; finished(training) must be"
              + " true by then at the latest.",
          setup,
          outcome.totalSteps(),
          outcome.steps());
      check(
          outcome.steps() <= outcome.totalSteps(),
          "with %s, the run has %d steps and announces %d; totalSteps() must be an upper bound.",
          setup,
          outcome.steps(),
          outcome.totalSteps());
    }
  }

  @Test
  @DisplayName("takes a training split of one example")
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
              "with %s, a training split of one example fails with %s; train on it, or refuse it"
                  + " with an IllegalArgumentException that says why.",
              setup,
              root(e));
        }
      }
    }
  }
}
