package org.genlab.runtime.internal.engine;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.genlab.api.Kind;
import org.genlab.runtime.engine.RecordedSwap;
import org.genlab.runtime.engine.RunPlan;
import org.genlab.runtime.engine.SwapOutcome;
import org.genlab.runtime.plugins.Revision;
import org.genlab.store.Checkpoint;
import org.genlab.store.UserError;

/**
 * A change of a run at a step boundary. The new modules are made beside the old ones, from the
 * state of the run, and make the next step; only when that went well does the run go on with them.
 * The old ones are not touched meanwhile, so that a run that is rolled back has the bits of one
 * that was never asked.
 */
final class Swap {
  private static final List<String> FIXED =
      List.of("name", "seed", "device", "backend", "threads", "initialize-from");

  private final Execution run;
  private final Wired before;
  private final List<String> overrides;
  private final Optional<List<Revision>> recorded;
  private final long step;

  /**
   * @param recorded the revisions to take when a swap is repeated
   */
  Swap(Execution run, List<String> overrides, Optional<List<Revision>> recorded) {
    this.run = run;
    this.before = run.wired();
    this.overrides = overrides;
    this.recorded = recorded;
    this.step = before.progress().step();
  }

  /** Tries it. The run has a checkpoint of this step. */
  SwapOutcome make() {
    RunPlan plan;
    try {
      plan = replanned();
      checkAllowed(plan);
    } catch (UserError e) {
      return refused(e.getMessage());
    } catch (RuntimeException | LinkageError e) {
      return rolledBack(List.of(), e);
    }
    Wired trial = null;
    try {
      CarryOver carry = new CarryOver(before.plan(), before.revisions(), plan, plan.revisions());
      Checkpoint state = carried(carry);
      trial = Wired.of(plan, run.leases(), run.journal(), Optional.of(state), carry::keepsSlots);
      checkSpec(trial);
      trial.prepare(
          run.recordOf(trial.progress()),
          trial.network().layout().equals(before.network().layout())
              ? run.given()
              : Optional.empty(),
          Optional.of(state),
          Optional.of(carry));
      checkGoesOn(trial);
      trial.tryMetrics(
          run.recordOf(trial.progress()), name -> !carry.isUnchanged("metrics." + name));
      trial.step();
      trial.checkFinite();
    } catch (RuntimeException
        | LinkageError
        | StackOverflowError
        | AssertionError
        | OutOfMemoryError e) {
      if (trial != null) {
        trial.close();
      }
      return e instanceof Refusal ? refused(e.getMessage()) : rolledBack(plan.revisions(), e);
    }
    List<Revision> after = trial.revisions();
    String sentence =
        "Swapped at step " + step + asked() + changes(before.revisions(), after) + ".";
    // The lock first: without it the steps that follow could not be repeated.
    if (recorded.isEmpty()) {
      note(SwapOutcome.Result.SWAPPED, sentence, after);
    }
    run.goOnWith(trial);
    run.journal().say(sentence);
    return new SwapOutcome(SwapOutcome.Result.SWAPPED, step, sentence);
  }

  private RunPlan replanned() {
    RunPlan.Replanning replanning =
        before
            .plan()
            .replanning()
            .orElseThrow(() -> new UserError("the plugins of this run cannot be changed."));
    return recorded.isPresent()
        ? replanning.repeated(overrides, recorded.get())
        : replanning.changed(overrides);
  }

  private void checkAllowed(RunPlan plan) {
    for (String key : FIXED) {
      if (!Objects.equals(before.plan().settings().get(key), plan.settings().get(key))) {
        throw new UserError(
            "'"
                + key
                + "' is fixed when a run begins; start a new run to change it, or swap one of"
                + " its modules.");
      }
    }
    if (recorded.isEmpty()
        && plan.settings().equals(before.plan().settings())
        && same(plan.revisions(), before.revisions())) {
      throw new UserError("that is how the run goes already, so there is nothing to swap.");
    }
  }

  private static boolean same(List<Revision> a, List<Revision> b) {
    if (a.size() != b.size()) {
      return false;
    }
    for (int i = 0; i < a.size(); i++) {
      if (!a.get(i).path().equals(b.get(i).path()) || !a.get(i).isSame(b.get(i))) {
        return false;
      }
    }
    return true;
  }

  /** The state of the run, without the models of a procedure that it will not have any more. */
  private Checkpoint carried(CarryOver carry) {
    Checkpoint state = run.state();
    if (carry.keepsSlots(Kind.PROCEDURE)) {
      return state;
    }
    return new Checkpoint.Builder()
        .copy(TrainedModel.PREFIX + "/" + RunTraining.MAIN, state)
        .copy(SlotStore.PREFIX, state)
        .build(state.step(), state.metricsBytes());
  }

  /** Says that a swap cannot be made as it was asked for. */
  private static final class Refusal extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Refusal(String sentence) {
      super(sentence);
    }
  }

  private void checkSpec(Wired trial) {
    if (!trial.spec().equals(before.spec())) {
      throw new Refusal(
          "the dataset of a run can only be swapped for one with the same inputs and targets ("
              + before.spec()
              + "), and the new one has others ("
              + trial.spec()
              + ").");
    }
  }

  private void checkGoesOn(Wired trial) {
    if (trial.isFinished()) {
      throw new Refusal(
          "the run would have nothing left to do with this procedure, which ends at step "
              + trial.progress().totalSteps()
              + "; stop the run instead.");
    }
  }

  private SwapOutcome refused(String sentence) {
    run.journal().say("The swap at step " + step + asked() + " was refused: " + sentence);
    return new SwapOutcome(SwapOutcome.Result.REFUSED, step, sentence);
  }

  private SwapOutcome rolledBack(List<Revision> wanted, Throwable cause) {
    String reason = cause.getMessage() == null ? cause.toString() : cause.getMessage();
    String sentence =
        "The swap at step "
            + step
            + asked()
            + " was rolled back, and the run goes on as before: "
            + reason
            + (reason.endsWith(".") ? "" : ".");
    if (recorded.isEmpty()) {
      note(SwapOutcome.Result.ROLLED_BACK, sentence, wanted);
    }
    run.journal().say(sentence);
    return new SwapOutcome(SwapOutcome.Result.ROLLED_BACK, step, sentence);
  }

  private void note(SwapOutcome.Result result, String sentence, List<Revision> after) {
    run.note(new RecordedSwap(step, overrides, result, sentence, before.revisions(), after));
  }

  private String asked() {
    return " (" + String.join(" ", overrides) + ")";
  }

  /** {@code : optimizer adamw 1.0.0 -> sam 2.0.0, optimizer.base -> adamw 1.0.0}. */
  private static String changes(List<Revision> before, List<Revision> after) {
    Map<String, Revision> old = new LinkedHashMap<>();
    before.forEach(r -> old.put(r.path(), r));
    List<String> changes = new ArrayList<>();
    for (Revision revision : after) {
      Revision was = old.remove(revision.path());
      if (was == null || !was.isSame(revision)) {
        changes.add(
            revision.path()
                + (was == null ? "" : " " + name(was, revision))
                + " -> "
                + name(revision, was));
      }
    }
    old.values().forEach(gone -> changes.add(gone.path() + " " + name(gone, null) + " -> none"));
    return changes.isEmpty() ? ": new settings" : ": " + String.join(", ", changes);
  }

  /** As short as it can be without being the same as the other one. */
  private static String name(Revision revision, Revision other) {
    String name = revision.id() + " " + revision.version();
    return other != null && name.equals(other.id() + " " + other.version())
        ? revision.describe()
        : name;
  }
}
