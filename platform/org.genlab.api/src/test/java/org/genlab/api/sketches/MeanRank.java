package org.genlab.api.sketches;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.genlab.api.evaluation.Analysis;
import org.genlab.api.evaluation.Recorder;
import org.genlab.api.evaluation.RunRecord;
import org.genlab.api.evaluation.Series;

/** A ranking of systems over many runs: the mean over seeds of each arm's rank. */
record MeanRank(String series) implements Analysis {
  @Override
  public void analyse(List<RunRecord> runs, Recorder recorder) {
    Map<Long, List<RunRecord>> bySeed = new TreeMap<>();
    for (RunRecord run : runs) {
      bySeed.computeIfAbsent(run.seed(), s -> new ArrayList<>()).add(run);
    }
    Map<String, Double> rank = new LinkedHashMap<>();
    for (List<RunRecord> same : bySeed.values()) {
      List<RunRecord> order =
          same.stream().sorted(Comparator.comparingDouble(this::score).reversed()).toList();
      for (int i = 0; i < order.size(); i++) {
        rank.merge(order.get(i).arm(), (i + 1.0) / bySeed.size(), Double::sum);
      }
    }
    rank.forEach((arm, mean) -> recorder.number("rank/" + arm, mean));
  }

  private double score(RunRecord run) {
    return run.history().series(series).map(Series::last).orElseThrow().orElse(Double.NaN);
  }
}
