package org.genlab.study;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.genlab.runtime.config.Node;
import org.genlab.runtime.config.Yaml;
import org.genlab.store.UserError;
import org.genlab.study.internal.Definition;
import org.genlab.study.internal.StudyReader;

/**
 * A study: a base experiment, the arms that change it, seeds, claims about what the runs show, and
 * controls under which those claims must fail. Read from a YAML file; consistent, as far as that
 * can be said without running it. Immutable.
 */
public final class Study {
  private final Definition definition;

  private Study(Definition definition) {
    this.definition = definition;
  }

  /**
   * Reads a study file.
   *
   * @throws UserError when it is missing or anything in it is wrong; the message names file and
   *     line
   */
  public static Study read(Path file) {
    return of(
        Yaml.parse(file),
        name -> {
          Path other = file.resolveSibling(name);
          if (!Files.isRegularFile(other)) {
            throw new StudyReader.NoSuchFile(name);
          }
          return Yaml.parse(other);
        });
  }

  /**
   * Reads the text of a study.
   *
   * @param source the name of the text in messages
   * @param files gives the text of a file that the study refers to, or nothing when there is none
   * @throws UserError when anything in it is wrong
   */
  public static Study parse(String text, String source, Function<String, Optional<String>> files) {
    return of(
        Yaml.parse(text, source),
        name ->
            Yaml.parse(
                files.apply(name).orElseThrow(() -> new StudyReader.NoSuchFile(name)), name));
  }

  private static Study of(Node root, Function<String, Node> files) {
    return new Study(StudyReader.read(root, files));
  }

  Definition definition() {
    return definition;
  }

  /** What a user types: {@code genlab reproduce <id>}. */
  public String id() {
    return definition.id();
  }

  /** The title; that of the paper where the study is of one and has none of its own. */
  public String title() {
    return definition.title();
  }

  /** What it reproduces. */
  public Optional<Paper> paper() {
    return Optional.ofNullable(definition.paper());
  }

  /** The base experiment. */
  public Node.MapNode experiment() {
    return definition.experiment();
  }

  /** The names of the arms, in the order of the file. */
  public List<String> arms() {
    return List.copyOf(definition.arms().keySet());
  }

  /** The ids of the claims, in the order of the file. */
  public List<String> claims() {
    return List.copyOf(definition.claims().keySet());
  }

  /**
   * Whether another study has the same experiments, claims and controls, so that the runs of one
   * are those of the other. Title, paper, plots, deviations and findings may differ.
   */
  public boolean judgesLike(Study other) {
    return decisive().equals(other.decisive());
  }

  private String decisive() {
    Node.MapNode source = definition.source();
    for (String key : StudyReader.SHOWN) {
      source = source.without(key);
    }
    return source.toYaml();
  }

  /** About how many minutes the full study takes on two cores; 0 when the file does not say. */
  public double minutes() {
    return definition.minutes();
  }

  /** The study as YAML, everything it refers to written out. */
  public String toYaml() {
    return definition.source().toYaml();
  }
}
