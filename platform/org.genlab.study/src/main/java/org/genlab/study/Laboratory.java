package org.genlab.study;

import java.nio.file.Path;
import org.genlab.api.evaluation.Analysis;
import org.genlab.api.evaluation.RunRecord;
import org.genlab.runtime.config.Node;
import org.genlab.runtime.engine.RunListener;
import org.genlab.runtime.engine.RunResult;
import org.genlab.runtime.engine.StopSignal;

/** Where a study's experiments are run. Its methods may be called from several threads at once. */
public interface Laboratory {
  /**
   * Checks an experiment and makes it ready to run.
   *
   * @param experiment as in an experiment file, with {@code name} and {@code seed}
   * @throws org.genlab.store.UserError when anything in it is wrong; nothing is written
   */
  Prepared prepare(Node.MapNode experiment);

  /**
   * Wires an analysis.
   *
   * @param name in the study file
   * @param block its plugin and settings
   * @throws org.genlab.store.UserError when anything in it is wrong
   */
  Analysis analysis(String name, Node block);

  /**
   * Reads a finished run.
   *
   * @param arm as which it is read
   */
  RunRecord read(Path directory, String arm);

  /** How far the run in a directory got. */
  RunEntry.Status status(Path directory);

  /** An experiment that can be run. */
  interface Prepared {
    /** Equal for experiments that give the same run; covers all settings and the seed. */
    String digest();

    /** The number of steps at most; 0 when that is not known before the run. */
    long totalSteps();

    /**
     * Runs it in a new directory, or goes on with the run in an existing one.
     *
     * @param threads to compute with; the results do not depend on it
     */
    RunResult run(Path directory, int threads, RunListener listener, StopSignal stop);
  }
}
