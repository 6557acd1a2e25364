package org.genlab.tck;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.genlab.api.Kind;
import org.genlab.api.evaluation.Analysis;
import org.genlab.api.evaluation.RunRecord;
import org.genlab.tck.internal.Setup;
import org.genlab.tck.internal.Uses;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * What every analysis must do. It is given short runs of two arms, {@code main} and {@code other},
 * with three seeds each and the series {@code loss} and {@code accuracy} of {@code train} and
 * {@code validation}; {@link #experiment} can replace blocks of their experiment.
 */
public abstract class AnalysisSuite extends PluginSuite {
  private List<RunRecord> records;

  protected AnalysisSuite(Class<? extends Analysis> plugin) {
    super(Kind.ANALYSIS, plugin);
  }

  @Override
  final List<RunRecord> records() {
    if (records == null) {
      records = bench().records();
    }
    return records;
  }

  @Override
  final void tryOut(Setup setup) {
    Uses.analysed(bench(), setup.settings(), records());
  }

  @Test
  @DisplayName("finds something in runs that have what it needs")
  void findings() {
    for (Setup setup : setups()) {
      Map<String, byte[]> found = Uses.analysed(bench(), setup.settings(), records());
      check(
          !found.isEmpty(),
          "with %s, the analysis records nothing; call recorder.number(name, value) in"
              + " analyse(...).",
          setup);
      numbers(setup, "the kit's runs", found);
    }
  }

  private static void numbers(Setup setup, String runs, Map<String, byte[]> found) {
    found.forEach(
        (name, value) ->
            check(
                !Arrays.equals(value, "NaN".getBytes(java.nio.charset.StandardCharsets.UTF_8)),
                "with %s, the finding '%s' in %s is not a number; leave it out, or refuse the runs"
                    + " with an IllegalArgumentException that says what is missing.",
                setup,
                name,
                runs));
  }

  @Test
  @DisplayName("takes no run, one run and one arm, or refuses them with a sentence")
  void smallBatches() {
    List<RunRecord> all = records();
    List<List<RunRecord>> few = new ArrayList<>();
    few.add(List.of());
    few.add(all.subList(0, 1));
    few.add(all.subList(0, all.size() / 2));
    for (Setup setup : setups()) {
      for (List<RunRecord> runs : few) {
        String what = runs.size() + " of " + all.size() + " runs";
        try {
          numbers(setup, what, Uses.analysed(bench(), setup.settings(), runs));
        } catch (RuntimeException e) {
          if (!isRefusal(e)) {
            throw failed(
                e,
                "with %s, %s fail with %s; analyse them, or refuse them with an"
                    + " IllegalArgumentException that says what is missing.",
                setup,
                what,
                root(e));
          }
        }
      }
    }
  }
}
