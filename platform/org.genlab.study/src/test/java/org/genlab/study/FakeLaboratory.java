package org.genlab.study;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.genlab.api.evaluation.Analysis;
import org.genlab.api.evaluation.History;
import org.genlab.api.evaluation.RunRecord;
import org.genlab.api.evaluation.Series;
import org.genlab.api.model.Parameters;
import org.genlab.runtime.config.Node;
import org.genlab.runtime.config.Yaml;
import org.genlab.runtime.engine.RunListener;
import org.genlab.runtime.engine.RunResult;
import org.genlab.runtime.engine.StopSignal;
import org.genlab.store.UserError;

/**
 * Runs experiments that train nothing: in an experiment with {@code optimizer.rate} r and seed s
 * the series {@code score} is {@code r * step + s / 100} at every step up to {@code
 * procedure.steps}. The state of a run is the number of its steps in a file.
 */
final class FakeLaboratory implements Laboratory {
  private static final String STEPS = "steps.txt";

  /** Names of the runs in the order in which they were started. */
  final List<String> started = Collections.synchronizedList(new ArrayList<>());

  /** With how many threads each run was started. */
  final Map<String, Integer> threads = Collections.synchronizedMap(new LinkedHashMap<>());

  /** Experiments prepared. */
  int prepared;

  /** A run stops itself after this many steps of a session. */
  long stopAfter = Long.MAX_VALUE;

  /** Part of all digests. */
  String plugins = "1";

  private static double number(Node.MapNode map, String block, String key, double byDefault) {
    return map.get(block)
        .flatMap(Node::asMap)
        .flatMap(m -> m.get(key))
        .map(n -> ((Node.Scalar) n).asDouble().orElseThrow())
        .orElse(byDefault);
  }

  @Override
  public Prepared prepare(Node.MapNode experiment) {
    prepared++;
    if (experiment.get("optimizer").isEmpty()) {
      throw experiment.error("the experiment has no optimizer");
    }
    long steps = (long) number(experiment, "procedure", "steps", 10);
    return new Prepared() {
      @Override
      public String digest() {
        return plugins + experiment.without("name").toFlow();
      }

      @Override
      public long totalSteps() {
        return steps;
      }

      @Override
      public RunResult run(Path directory, int count, RunListener listener, StopSignal stop) {
        started.add(directory.getFileName().toString());
        threads.put(directory.getFileName().toString(), count);
        if (number(experiment, "optimizer", "rate", 0) < 0) {
          throw new UserError("the loss became NaN at step 1");
        }
        try {
          Files.createDirectories(directory);
          Files.writeString(directory.resolve("experiment.yaml"), experiment.toYaml());
          long step = made(directory);
          listener.started(step, steps);
          for (long n = 0; step < steps && n < stopAfter && !stop.isRequested(); n++) {
            listener.stepped(++step, steps, 0f);
          }
          Files.writeString(directory.resolve(STEPS), Long.toString(step));
          listener.evaluated(step, Map.of("score", 1.0));
          return new RunResult(
              directory,
              step < steps ? RunResult.Outcome.STOPPED : RunResult.Outcome.FINISHED,
              step);
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
    };
  }

  private static long made(Path directory) throws IOException {
    Path file = directory.resolve(STEPS);
    return Files.exists(file) ? Long.parseLong(Files.readString(file)) : 0;
  }

  @Override
  public Analysis analysis(String name, Node block) {
    return (runs, recorder) -> {
      recorder.number("count", runs.size());
      recorder.array("seeds", runs.stream().mapToDouble(RunRecord::seed).toArray());
      recorder.number(
          "total",
          runs.stream()
              .mapToDouble(r -> r.history().series("score").orElseThrow().last().orElseThrow())
              .sum());
    };
  }

  @Override
  public RunEntry.Status status(Path directory) {
    try {
      long total = (long) number(experiment(directory), "procedure", "steps", 10);
      return made(directory) == total ? RunEntry.Status.FINISHED : RunEntry.Status.STOPPED;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Node.MapNode experiment(Path directory) {
    return (Node.MapNode) Yaml.parse(directory.resolve("experiment.yaml"));
  }

  @Override
  public RunRecord read(Path directory, String arm) {
    Node.MapNode experiment = experiment(directory);
    double rate = number(experiment, "optimizer", "rate", 0);
    long seed = Long.parseLong(((Node.Scalar) experiment.get("seed").orElseThrow()).text());
    int made;
    try {
      made = (int) made(directory);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    long[] steps = new long[made + 1];
    double[] values = new double[made + 1];
    for (int i = 0; i <= made; i++) {
      steps[i] = i;
      values[i] = rate * i + seed / 100.0;
    }
    Series series = new Series("score", steps, values);
    return new RunRecord() {
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
        return Map.of("optimizer.rate", rate);
      }

      @Override
      public History history() {
        return new History() {
          @Override
          public Set<String> names() {
            return Set.of("score");
          }

          @Override
          public Optional<Series> series(String name) {
            return name.equals("score") ? Optional.of(series) : Optional.empty();
          }
        };
      }

      @Override
      public Optional<double[]> array(String name) {
        return Optional.empty();
      }

      @Override
      public Parameters parameters() {
        throw new AssertionError("nobody asks for them");
      }
    };
  }
}
