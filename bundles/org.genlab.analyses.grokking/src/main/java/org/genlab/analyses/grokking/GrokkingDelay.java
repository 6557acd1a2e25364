package org.genlab.analyses.grokking;

import jakarta.inject.Inject;
import java.util.List;
import java.util.OptionalLong;
import org.genlab.api.Default;
import org.genlab.api.Doc;
import org.genlab.api.Kind;
import org.genlab.api.Plugin;
import org.genlab.api.Range;
import org.genlab.api.evaluation.Analysis;
import org.genlab.api.evaluation.ArmSelection;
import org.genlab.api.evaluation.Recorder;
import org.genlab.api.evaluation.RunRecord;

/**
 * How long after it has fitted its training data a network generalises: for each run t_fit, the
 * first step at which one series lastingly reaches a level, t_gen, the same of another series, the
 * delay t_gen - t_fit and the ratio t_gen / t_fit (Power, Burda, Edwards, Babuschkin and Misra,
 * arXiv 2201.02177, section 3.1), and the regime of data that they speak of (Zhu, Fu, Zhou and Lin,
 * arXiv 2401.10463, section 3):
 *
 * <ol start="0">
 *   <li>the training data are not fitted;
 *   <li>insufficiency: fitted, and never generalised;
 *   <li>sufficiency, or grokking: t_gen is at least {@code grokking-ratio} times t_fit;
 *   <li>surplus: both come together.
 * </ol>
 *
 * <p>Findings for each arm, with a value for each seed, seeds ascending: the arrays {@code
 * arm/fit}, {@code arm/generalise}, {@code arm/delay}, {@code arm/ratio} and {@code arm/regime}. A
 * level that is never reached is at step Infinity; then delay and ratio are Infinity, too, and NaN
 * when the data are not fitted. A ratio is taken to a t_fit of 1 at least: evaluations before the
 * first step say nothing of it.
 */
@Plugin(
    kind = Kind.ANALYSIS,
    id = "grokking-delay",
    version = "1.0.1",
    summary = "Steps to fit and to generalise, the delay between them, and the regime of data",
    source = "arXiv:2201.02177, section 3.1; arXiv:2401.10463, section 3")
public final class GrokkingDelay implements Analysis {
  /**
   * The settings.
   *
   * @param arms the arms that are used, as {@link ArmSelection} takes them
   * @param fitted series that says how much is fitted
   * @param fitLevel its level at t_fit
   * @param generalised series that says how much is generalised
   * @param level its level at t_gen
   * @param hold evaluations in a row that must be at the level or above it
   * @param grokkingRatio least t_gen / t_fit that is called a delay
   */
  public record Settings(
      @Default("[]") @Doc("arms that are used, * for any text; [] for all") List<String> arms,
      @Default("train/accuracy") @Doc("series that says how much is fitted") String fitted,
      @Default("0.99") @Doc("its level at t_fit") double fitLevel,
      @Default("validation/accuracy") @Doc("series that says how much is generalised")
          String generalised,
      @Default("0.95") @Doc("its level at t_gen") double level,
      @Default("3") @Range(min = 1) @Doc("evaluations in a row that must be at a level") int hold,
      @Default("2") @Range(min = 1) @Doc("least t_gen / t_fit that is called a delay")
          double grokkingRatio) {
    public Settings {
      arms = List.copyOf(arms);
    }
  }

  private final Settings settings;

  @Inject
  public GrokkingDelay(Settings settings) {
    this.settings = settings;
  }

  @Override
  public void analyse(List<RunRecord> runs, Recorder recorder) {
    ArmSelection.byArm(runs, settings.arms()).forEach((arm, all) -> report(arm, all, recorder));
  }

  private void report(String arm, List<RunRecord> runs, Recorder recorder) {
    int seeds = runs.size();
    double[] fit = new double[seeds];
    double[] generalise = new double[seeds];
    double[] delay = new double[seeds];
    double[] ratio = new double[seeds];
    double[] regime = new double[seeds];
    for (int i = 0; i < seeds; i++) {
      fit[i] = step(runs.get(i), settings.fitted(), settings.fitLevel());
      generalise[i] = step(runs.get(i), settings.generalised(), settings.level());
      boolean fitted = Double.isFinite(fit[i]);
      delay[i] = fitted ? generalise[i] - fit[i] : Double.NaN;
      ratio[i] = fitted ? generalise[i] / Math.max(1, fit[i]) : Double.NaN;
      regime[i] = regime(fit[i], generalise[i], settings.grokkingRatio());
    }
    recorder.array(arm + "/fit", fit);
    recorder.array(arm + "/generalise", generalise);
    recorder.array(arm + "/delay", delay);
    recorder.array(arm + "/ratio", ratio);
    recorder.array(arm + "/regime", regime);
  }

  /** 0 not fitted, 1 insufficiency, 2 sufficiency, 3 surplus. */
  static int regime(double fit, double generalise, double grokkingRatio) {
    if (Double.isInfinite(fit)) {
      return 0;
    }
    if (Double.isInfinite(generalise)) {
      return 1;
    }
    return generalise >= grokkingRatio * Math.max(1, fit) ? 2 : 3;
  }

  private double step(RunRecord run, String name, double level) {
    OptionalLong step =
        run.history()
            .series(name)
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "arm '"
                            + run.arm()
                            + "' has no series '"
                            + name
                            + "', only "
                            + run.history().names()))
            .firstLasting(value -> value >= level, settings.hold());
    return step.isPresent() ? step.getAsLong() : Double.POSITIVE_INFINITY;
  }
}
