package org.genlab.runtime.internal.engine;

import java.util.LinkedHashMap;
import java.util.Map;
import org.genlab.api.evaluation.History;
import org.genlab.api.evaluation.Recorder;
import org.genlab.store.MetricsHistory;
import org.genlab.store.MetricsLog;
import org.genlab.store.RunDirectory;

/** What is measured: this moment's row and arrays, and everything before. */
final class MetricsRecord implements Recorder {
  private final Progress progress;
  private final RunDirectory directory;
  private final MetricsHistory history;
  private final MetricsLog log;
  private Map<String, Double> row = new LinkedHashMap<>();
  private Map<String, double[]> arrays = new LinkedHashMap<>();

  MetricsRecord(Progress progress, RunDirectory directory, MetricsHistory history, MetricsLog log) {
    this.progress = progress;
    this.directory = directory;
    this.history = history;
    this.log = log;
  }

  /** Another record with the same history, which grows apart from this one. */
  MetricsRecord copyFor(Progress other) {
    return new MetricsRecord(other, directory, history.copy(), log);
  }

  History history() {
    return history;
  }

  boolean has(String series) {
    return row.containsKey(series);
  }

  @Override
  public void number(String series, double value) {
    row.put(series, value);
    history.add(progress.recordedStep(), series, value);
  }

  @Override
  public void array(String name, double... values) {
    arrays.put(name, values.clone());
  }

  /** Writes what was recorded since the last time as the row of the current step. */
  Map<String, Double> write() {
    Map<String, Double> written = row;
    if (!arrays.isEmpty()) {
      directory.writeArrays(progress.step(), arrays);
      arrays = new LinkedHashMap<>();
    }
    if (!row.isEmpty()) {
      log.append(new MetricsLog.Row(progress.step(), row));
      row = new LinkedHashMap<>();
    }
    return written;
  }

  /** Forces the rows to the disk and returns the length of the file. */
  long sync() {
    return log.sync();
  }
}
