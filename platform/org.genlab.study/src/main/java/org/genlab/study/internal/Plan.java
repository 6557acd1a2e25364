package org.genlab.study.internal;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.genlab.runtime.config.Change;
import org.genlab.runtime.config.Node;
import org.genlab.study.Laboratory;

/**
 * Which runs a study needs. Arms whose experiments have the same digest share a run, so a control
 * that equals an arm costs nothing.
 */
public final class Plan {
  private final Map<String, Run> runs = new LinkedHashMap<>();
  private final List<PlannedArm> arms = new ArrayList<>();
  private final List<PlannedControl> controls = new ArrayList<>();
  private final List<Definition.Claim> claims = new ArrayList<>();

  /**
   * A run.
   *
   * @param name unique in the study
   * @param users the arms it stands for; those of a control read {@code control/arm}
   */
  public record Run(String name, long seed, Laboratory.Prepared prepared, Set<String> users) {}

  /**
   * An arm with its runs, one for each seed.
   *
   * @param overrides what it changes in the base experiment, as text
   */
  public record PlannedArm(
      String name, Map<String, String> overrides, List<Long> seeds, List<Run> runs) {}

  /**
   * A control with the arms of its claim, changed.
   *
   * @param name unique in the study
   * @param arms by the names of the arms they stand in for
   */
  public record PlannedControl(
      String name, Definition.Control control, Definition.Claim claim, List<PlannedArm> arms) {}

  /**
   * Plans a study.
   *
   * @param quick the short form
   * @throws org.genlab.store.UserError when an experiment is wrong
   */
  public Plan(Definition study, boolean quick, Laboratory laboratory) {
    Definition.Quick form = study.quick();
    List<String> names = quick ? form.arms() : List.copyOf(study.arms().keySet());
    List<Change> changes = quick ? form.changes() : List.of();
    for (String name : names) {
      Definition.Arm arm = study.arms().get(name);
      List<Long> seeds = quick ? form.seeds().orElse(arm.seeds()) : arm.seeds();
      List<Change> all = new ArrayList<>(arm.changes());
      all.addAll(changes);
      arms.add(arm(study, laboratory, name, name, all, seeds, name));
    }
    for (Definition.Claim claim : study.claims().values()) {
      if (!quick || form.claims().contains(claim.id())) {
        claims.add(claim);
      }
    }
    if (!quick) {
      planControls(study, laboratory);
    }
  }

  private void planControls(Definition study, Laboratory laboratory) {
    Map<String, Integer> counts = new LinkedHashMap<>();
    for (Definition.Control control : study.controls()) {
      int count = counts.merge(control.claim(), 1, Integer::sum);
      String name = "control-" + control.claim() + (count == 1 ? "" : "-" + count);
      Definition.Claim claim = study.claims().get(control.claim());
      List<PlannedArm> changed = new ArrayList<>();
      for (String armName : claim.arms()) {
        Definition.Arm arm = study.arms().get(armName);
        List<Change> all = new ArrayList<>(arm.changes());
        all.addAll(control.changes().getOrDefault(armName, List.of()));
        changed.add(
            arm(
                study,
                laboratory,
                armName,
                name + "-" + armName,
                all,
                control.seeds().orElse(arm.seeds()),
                name + "/" + armName));
      }
      controls.add(new PlannedControl(name, control, claim, changed));
    }
  }

  private PlannedArm arm(
      Definition study,
      Laboratory laboratory,
      String name,
      String runName,
      List<Change> changes,
      List<Long> seeds,
      String user) {
    Node.MapNode experiment = StudyReader.apply(changes, study.experiment());
    List<Run> own = new ArrayList<>();
    for (long seed : seeds) {
      // Every experiment of a study has the same name, so that equal ones are found.
      Node.MapNode seeded =
          experiment
              .with("name", Node.of(study.id(), experiment.where()))
              .with("seed", Node.of(seed, experiment.where()));
      Laboratory.Prepared prepared = laboratory.prepare(seeded);
      Run run =
          runs.computeIfAbsent(
              prepared.digest(),
              digest -> new Run(runName + "-seed" + seed, seed, prepared, new LinkedHashSet<>()));
      run.users().add(user);
      own.add(run);
    }
    return new PlannedArm(name, overrides(changes), seeds, List.copyOf(own));
  }

  private static Map<String, String> overrides(List<Change> changes) {
    Map<String, String> out = new LinkedHashMap<>();
    for (Change change : changes) {
      String path = String.join(".", change.path());
      out.remove(path);
      out.remove("~" + path);
      if (change.value().isPresent()) {
        out.put(path, change.value().get().toFlow());
      } else {
        out.put("~" + path, "");
      }
    }
    return out;
  }

  /** The runs, in the order of the study file. */
  public List<Run> runs() {
    return List.copyOf(runs.values());
  }

  /** The arms that are run. */
  public List<PlannedArm> arms() {
    return List.copyOf(arms);
  }

  /** The controls that are run. */
  public List<PlannedControl> controls() {
    return List.copyOf(controls);
  }

  /** The claims that are judged. */
  public List<Definition.Claim> claims() {
    return List.copyOf(claims);
  }
}
