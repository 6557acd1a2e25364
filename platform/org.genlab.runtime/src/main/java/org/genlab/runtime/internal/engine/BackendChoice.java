package org.genlab.runtime.internal.engine;

import java.util.List;
import java.util.Optional;
import org.genlab.api.SettingException;
import org.genlab.runtime.engine.RunPlan;
import org.genlab.tensor.Compute;
import org.genlab.tensor.backend.Backend;
import org.genlab.tensor.backend.BackendProvider;

/**
 * The backend that a run computes on, found by the device and the backend of its experiment.
 *
 * @param plan what asked for it
 * @param name the name of the backend
 * @param deterministic whether it gives the same bits on every machine
 */
public record BackendChoice(RunPlan plan, String name, boolean deterministic) {
  private static final String AUTO = "auto";
  private static final String SCALAR = "scalar";
  private static final String ND4J = "nd4j";
  private static final String CPU = "cpu";
  private static final String CUDA = "cuda";
  private static final String DEVICE = "device";
  private static final String BACKEND = "backend";

  /**
   * Chooses.
   *
   * @throws org.genlab.store.UserError when what was asked for is not installed; the sentence says
   *     what installs it
   */
  public static BackendChoice of(RunPlan plan) {
    String device = plan.device();
    String wanted = plan.backend();
    if (!device.equals(CPU) && !device.equals(CUDA)) {
      throw refused(plan, DEVICE, "the device '" + device + "' is not known; use 'device: cpu'");
    }
    List<BackendProvider> installed = Compute.installed();
    if (device.equals(CUDA)) {
      return onCuda(plan, wanted, installed);
    }
    if (wanted.equals(SCALAR)) {
      return new BackendChoice(plan, SCALAR, true);
    }
    List<BackendProvider> onCpu = installed.stream().filter(p -> p.device().equals(CPU)).toList();
    if (wanted.equals(AUTO)) {
      return onCpu.stream()
          .filter(BackendProvider::isAvailable)
          .findFirst()
          .map(p -> new BackendChoice(plan, p.name(), p.isDeterministic()))
          .orElseGet(() -> new BackendChoice(plan, SCALAR, true));
    }
    Optional<BackendProvider> named =
        onCpu.stream().filter(p -> p.name().equals(wanted)).findFirst();
    return named
        .map(p -> new BackendChoice(plan, p.name(), p.isDeterministic()))
        .orElseThrow(() -> refused(plan, BACKEND, missing(wanted)));
  }

  private static BackendChoice onCuda(
      RunPlan plan, String wanted, List<BackendProvider> installed) {
    if (!wanted.equals(AUTO) && !wanted.equals(ND4J)) {
      throw refused(
          plan,
          BACKEND,
          "the backend '"
              + wanted
              + "' computes on the CPU only; use 'backend: nd4j', or 'device: cpu'");
    }
    return installed.stream()
        .filter(p -> p.device().equals(CUDA))
        .findFirst()
        .map(p -> new BackendChoice(plan, p.name(), p.isDeterministic()))
        .orElseThrow(
            () ->
                refused(
                    plan,
                    DEVICE,
                    "the CUDA compute layer is not installed; './genlab compute cuda' installs it,"
                        + " or use 'device: cpu'"));
  }

  private static String missing(String backend) {
    return backend.equals(ND4J)
        ? "the backend 'nd4j' is not installed; './genlab compute nd4j' installs it, or use"
            + " 'backend: auto'"
        : "the backend '" + backend + "' is not installed; use 'backend: auto'";
  }

  /**
   * Makes the backend.
   *
   * @throws org.genlab.store.UserError when it cannot be used on this machine
   */
  public Backend create(int threads) {
    if (name.equals(SCALAR)) {
      return Compute.create(SCALAR, threads);
    }
    try {
      return Compute.installed().stream()
          .filter(p -> p.name().equals(name))
          .findFirst()
          .orElseThrow()
          .create(threads);
    } catch (IllegalStateException | LinkageError e) {
      String setting = plan.device().equals(CUDA) ? DEVICE : BACKEND;
      throw refused(
          plan,
          setting,
          "the "
              + setting
              + " '"
              + name
              + "' cannot be used here: "
              + reason(e)
              + "; "
              + way(reason(e)));
    }
  }

  private String way(String reason) {
    // A driver that is missing is not in the layer.
    if (plan.device().equals(CUDA) && !reason.contains("not installed")) {
      return "use 'device: cpu' without it";
    }
    if (plan.device().equals(CUDA)) {
      return "'./genlab compute cuda' installs the compute layer for CUDA, or use 'device: cpu'";
    }
    return name.equals(ND4J)
        ? "'./genlab compute nd4j' installs it, or use 'backend: auto'"
        : "use 'backend: auto'";
  }

  private static String reason(Throwable problem) {
    String message = problem.getMessage();
    return (message == null ? problem.toString() : message).strip().replaceFirst("[.;]+$", "");
  }

  private static RuntimeException refused(RunPlan plan, String setting, String problem) {
    return plan.explanation().apply("", new SettingException(setting, problem));
  }
}
