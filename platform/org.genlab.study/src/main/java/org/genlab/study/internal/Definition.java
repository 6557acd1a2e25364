package org.genlab.study.internal;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.genlab.runtime.config.Change;
import org.genlab.runtime.config.Location;
import org.genlab.runtime.config.Node;
import org.genlab.study.Paper;
import org.genlab.study.PlotResult;

/**
 * What a study file says.
 *
 * @param paper or null
 * @param minutes how long the full study takes on two cores; 0 when the file does not say
 * @param experiment the base
 * @param quick the short form
 * @param source the file with everything it refers to written out
 */
public record Definition(
    String id,
    String title,
    Paper paper,
    double minutes,
    Node.MapNode experiment,
    Map<String, Arm> arms,
    Map<String, Claim> claims,
    List<Control> controls,
    Map<String, Node> analyses,
    List<Plot> plots,
    Quick quick,
    List<String> deviations,
    String findings,
    Node.MapNode source) {
  public Definition {
    arms = ordered(arms);
    claims = ordered(claims);
    controls = List.copyOf(controls);
    analyses = ordered(analyses);
    plots = List.copyOf(plots);
    deviations = List.copyOf(deviations);
  }

  private static <T> Map<String, T> ordered(Map<String, T> map) {
    return Collections.unmodifiableMap(new LinkedHashMap<>(map));
  }

  /**
   * An arm.
   *
   * @param changes to the base experiment
   * @param seeds in the order of the study file
   */
  public record Arm(String name, List<Change> changes, List<Long> seeds) {
    public Arm {
      changes = List.copyOf(changes);
      seeds = List.copyOf(seeds);
    }
  }

  /**
   * A claim.
   *
   * @param id by which controls name it
   * @param statement as a sentence
   * @param paper the paper's own figure; empty when it gives none
   * @param checks all of which must hold
   * @param arms the arms they speak of, in the order of the study
   * @param analyses whether a check uses the findings of an analysis
   * @param where it stands
   */
  public record Claim(
      String id,
      String statement,
      String paper,
      List<Check> checks,
      List<String> arms,
      boolean analyses,
      Location where) {
    public Claim {
      checks = List.copyOf(checks);
      arms = List.copyOf(arms);
    }
  }

  /**
   * A control.
   *
   * @param claim the id of the claim it must break
   * @param because why
   * @param changes to each arm of the claim that it changes
   * @param seeds in place of those of the arms, if given
   * @param where it stands
   */
  public record Control(
      String claim,
      String because,
      Map<String, List<Change>> changes,
      Optional<List<Long>> seeds,
      Location where) {
    public Control {
      changes = ordered(changes);
    }
  }

  /**
   * A plot.
   *
   * @param marks steps to mark in the curves of each run, expressions over {@code run}
   * @param x a number for each run, or null
   * @param y a number for each run, or null
   */
  public record Plot(
      String id,
      String title,
      PlotResult.Kind kind,
      List<String> series,
      List<String> arms,
      PlotResult.Axis xAxis,
      PlotResult.Axis yAxis,
      Map<String, Expression> marks,
      Expression x,
      Expression y) {
    public Plot {
      series = List.copyOf(series);
      arms = List.copyOf(arms);
      marks = ordered(marks);
    }
  }

  /**
   * The short form of a study.
   *
   * @param arms that are run
   * @param claims that are judged
   * @param seeds in place of those of the arms, if given
   * @param changes to every arm
   */
  public record Quick(
      List<String> arms, List<String> claims, Optional<List<Long>> seeds, List<Change> changes) {
    public Quick {
      arms = List.copyOf(arms);
      claims = List.copyOf(claims);
      changes = List.copyOf(changes);
    }
  }
}
