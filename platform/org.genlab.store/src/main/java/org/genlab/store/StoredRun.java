package org.genlab.store;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.genlab.api.evaluation.History;
import org.genlab.api.evaluation.RunRecord;
import org.genlab.api.model.ParameterLayout;
import org.genlab.api.model.Parameters;
import org.genlab.tensor.Tensor;

/** A run read back from its directory; parameters and arrays when they are asked for. */
public final class StoredRun implements RunRecord {
  /** The key in {@code lock.json} under which the seed stands. */
  public static final String SEED = "seed";

  /** The key in {@code lock.json} under which the resolved settings stand, by path. */
  public static final String SETTINGS = "settings";

  /** The prefix of the main model's parameters in a checkpoint. */
  public static final String MAIN_PARAMETERS = "models/main/parameters";

  private final RunDirectory directory;
  private final String arm;
  private final long seed;
  private final Map<String, Object> settings;
  private final MetricsHistory history;

  StoredRun(RunDirectory directory, String arm) {
    this.directory = directory;
    this.arm = arm;
    Map<String, Object> lock = directory.lock();
    if (!(lock.get(SEED) instanceof Number number)) {
      throw new UserError(directory.file(RunDirectory.LOCK) + " gives no seed.");
    }
    this.seed = number.longValue();
    Map<String, Object> byPath = new LinkedHashMap<>();
    if (lock.get(SETTINGS) instanceof Map<?, ?> map) {
      map.forEach((path, value) -> byPath.put(String.valueOf(path), value));
    }
    this.settings = Collections.unmodifiableMap(byPath);
    this.history = MetricsHistory.of(directory.metrics());
  }

  /** Where the run lies. */
  public RunDirectory directory() {
    return directory;
  }

  @Override
  public String arm() {
    return arm;
  }

  @Override
  public long seed() {
    return seed;
  }

  @Override
  public Map<String, Object> settings() {
    return settings;
  }

  @Override
  public History history() {
    return history;
  }

  @Override
  public Optional<double[]> array(String name) {
    return directory.array(name);
  }

  /**
   * @throws UserError when the last checkpoint is damaged: an older one would be of another step
   */
  @Override
  public Parameters parameters() {
    Checkpoint checkpoint = directory.checkpoints(warning -> {}).last();
    return checkpoint
        .parameters(MAIN_PARAMETERS)
        .orElseGet(
            () -> new Parameters(ParameterLayout.builder().build(), Tensor.of(new float[0], 0)));
  }
}
