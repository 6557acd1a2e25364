package org.genlab.runtime.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.genlab.api.SettingException;
import org.genlab.runtime.config.Node;
import org.genlab.runtime.config.Yaml;
import org.genlab.runtime.plugins.Experiment;
import org.genlab.runtime.plugins.HostServices;
import org.genlab.runtime.plugins.Pipeline;
import org.genlab.runtime.plugins.Plan;
import org.genlab.runtime.plugins.PluginDescriptor;
import org.genlab.runtime.plugins.Revision;
import org.genlab.store.UserError;
import org.junit.jupiter.api.Test;

class RunPlanTest {
  private static List<Long> schedule(long every, double growth, long until) {
    RunPlan.Evaluation evaluation = new RunPlan.Evaluation(every, growth, List.of());
    List<Long> steps = new ArrayList<>();
    for (long step = 0; step <= until; step = evaluation.after(step)) {
      steps.add(step);
    }
    return steps;
  }

  @Test
  void evaluationsGrowApartUpToALimit() {
    List<Long> steps = schedule(100, 1.1, 3000);
    assertEquals(
        List.of(0L, 1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L, 10L, 11L, 13L), steps.subList(0, 13));
    for (int i = 1; i < steps.size(); i++) {
      long gap = steps.get(i) - steps.get(i - 1);
      assertTrue(gap >= 1 && gap <= 100);
    }
    for (long multiple = 0; multiple <= 3000; multiple += 100) {
      assertTrue(steps.contains(multiple), steps + " has no " + multiple);
    }
  }

  @Test
  void withoutGrowthEvaluationsAreRegular() {
    assertEquals(List.of(0L, 10L, 20L, 30L), schedule(10, 1, 30));
    assertEquals(List.of(0L, 1L, 2L, 3L), schedule(1, 1.1, 3));
  }

  @Test
  void checkpointsAreRegular() {
    assertTrue(new RunPlan.Checkpoints(5, 2).at(0));
    assertTrue(new RunPlan.Checkpoints(5, 2).at(10));
    assertFalse(new RunPlan.Checkpoints(5, 2).at(11));
    assertThrows(IllegalArgumentException.class, () -> new RunPlan.Checkpoints(0, 2));
    assertThrows(IllegalArgumentException.class, () -> new RunPlan.Checkpoints(1, 1));
  }

  @Test
  void aPlanCarriesAllSettingsByPath() {
    Node resolved =
        Yaml.parse(
            """
            name: tiny
            seed: 4
            threads: 2
            dataset: {plugin: d, share: 0.5, sizes: [1, 2.5, x]}
            architecture: {plugin: a, deep: {wide: true}}
            optimizer: {plugin: o, steps: 1e3, limit: .inf}
            procedure: {plugin: p}
            evaluation: {every: 10, growth: 2, splits: [train]}
            checkpoints: {every: 7, keep: 3}
            """,
            "tiny.yaml");
    RunPlan plan = RunPlan.of(new Resolved(resolved));
    assertEquals("tiny", plan.name());
    assertEquals(4, plan.seed());
    assertEquals("cpu", plan.device());
    assertEquals(OptionalInt.of(2), plan.threads());
    assertEquals(new RunPlan.Evaluation(10, 2, List.of("train")), plan.evaluation());
    assertEquals(new RunPlan.Checkpoints(7, 3), plan.checkpoints());
    assertEquals(resolved, Yaml.parse(plan.experiment(), "again"));
    assertEquals(0.5, plan.settings().get("dataset.share"));
    assertEquals(List.of(1L, 2.5, "x"), plan.settings().get("dataset.sizes"));
    assertEquals(true, plan.settings().get("architecture.deep.wide"));
    assertEquals(1000L, plan.settings().get("optimizer.steps"));
    assertEquals(".inf", plan.settings().get("optimizer.limit"));
    assertEquals("p", plan.settings().get("procedure.plugin"));
  }

  private record Resolved(Node node) implements Plan {
    @Override
    public Experiment experiment() {
      return Experiment.of(node);
    }

    @Override
    public Node.MapNode resolved() {
      return node.asMap().orElseThrow();
    }

    @Override
    public String digest() {
      return "";
    }

    @Override
    public List<Revision> revisions() {
      return List.of();
    }

    @Override
    public List<PluginDescriptor> plugins() {
      return List.of();
    }

    @Override
    public Plan changed(List<String> overrides) {
      throw new AssertionError("nothing is changed here");
    }

    @Override
    public Plan repeated(List<String> overrides, List<Revision> recorded) {
      throw new AssertionError("nothing is repeated here");
    }

    @Override
    public Pipeline wire(HostServices host) {
      throw new AssertionError("nothing is wired here");
    }

    @Override
    public UserError explain(String path, SettingException problem) {
      return new UserError(path);
    }
  }
}
