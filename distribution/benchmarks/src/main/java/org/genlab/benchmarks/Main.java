package org.genlab.benchmarks;

import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDManager;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.genlab.benchmarks.Statistics.Spread;
import org.genlab.tensor.Compute;
import org.genlab.tensor.backend.Backend;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The benchmark command. */
@Command(
    name = "benchmarks",
    mixinStandardHelpOptions = true,
    description = "Measures training steps of GenLab against PyTorch, alternately in one process.")
public final class Main implements Callable<Integer> {
  /** How many steps both sides are compared for, and how far their losses may differ. */
  private static final int COMPARED = 20;

  private static final double TOLERANCE = 1e-4;

  private static final String PRODUCTS = "products";

  @Parameters(
      arity = "0..*",
      paramLabel = "WORKLOAD",
      description = "which to measure; all when none is named. ${COMPLETION-CANDIDATES}",
      completionCandidates = Names.class)
  private List<String> chosen = List.of();

  @Option(names = "--threads", description = "threads of either side (default: ${DEFAULT-VALUE})")
  private int threads = 2;

  @Option(
      names = "--rounds",
      description = "how often each side is measured (default: ${DEFAULT-VALUE})")
  private int rounds = 10;

  @Option(
      names = "--seconds",
      description = "length of one measurement (default: ${DEFAULT-VALUE})")
  private double seconds = 0.5;

  @Option(
      names = "--warm-up",
      description = "seconds that each side runs unmeasured first (default: ${DEFAULT-VALUE})")
  private double warmUp = 3;

  @Option(names = "--profile", description = "also list where each side spends its time")
  private boolean profile;

  private final PrintStream out = System.out;

  /** The names of what can be measured. */
  static final class Names extends ArrayList<String> {
    private static final long serialVersionUID = 1;

    Names() {
      super(workloads().keySet());
      add(PRODUCTS);
    }
  }

  /** What can be measured, by name. */
  static Map<String, Supplier<Workload>> workloads() {
    Map<String, Supplier<Workload>> all = new LinkedHashMap<>();
    all.put("grokking", Transformers::grokking);
    all.put("grokking-published", Transformers::grokkingAsPublished);
    all.put("language", Transformers::language);
    all.put("mlp", Perceptrons::mnist);
    all.put("mlp-tiny", Perceptrons::tiny);
    all.put("cnn", Convolutions::cnn);
    all.put("resnet8", Convolutions::resnet);
    all.put("lstm", Recurrents::lstm);
    all.put("gcn", Graphs::gcn);
    all.put("per-example", PerExamples::mlp);
    return all;
  }

  /** Starts it. */
  public static void main(String[] arguments) {
    Environment.prepare();
    System.exit(new CommandLine(new Main()).execute(arguments));
  }

  @Override
  public Integer call() throws InterruptedException {
    List<String> names = chosen.isEmpty() ? new Names() : chosen;
    for (String name : names) {
      if (!new Names().contains(name)) {
        System.err.println("There is no workload " + name + ", only " + new Names() + ".");
        return 2;
      }
    }
    Environment.startPyTorch(threads);
    boolean equal = true;
    try (Backend backend = Compute.create("jvm", threads);
        Compute.Binding binding = Compute.use(backend);
        PtNDManager manager = (PtNDManager) NDManager.newBaseManager()) {
      out.print(Environment.describe(backend));
      out.printf(
          Locale.ROOT,
          "Measured:  alternately, %d rounds of %.2f s a side after %.1f s of warm-up; medians, and"
              + " of quotients of a round [least, most]%n%n",
          rounds,
          seconds,
          warmUp);
      List<String> notes = new ArrayList<>();
      boolean first = true;
      for (String name : names) {
        if (!name.equals(PRODUCTS)) {
          if (first) {
            heading();
            first = false;
          }
          equal &= measure(workloads().get(name).get(), backend, manager, notes);
        }
      }
      notes.forEach(out::println);
      if (names.contains(PRODUCTS)) {
        products(backend, manager);
      }
    }
    return equal ? 0 : 1;
  }

  private void heading() {
    out.printf(
        "%-19s | %-43s | %-43s | %-6s | %s%n",
        "", "training step, ms", "forward and backward only, ms", "", "losses of 20 steps");
    out.printf(
        "%-19s | %8s %8s  %-24s | %8s %8s  %-24s | %-6s | %s%n",
        "workload",
        "PyTorch",
        "GenLab",
        "GenLab / PyTorch",
        "PyTorch",
        "GenLab",
        "GenLab / PyTorch",
        "target",
        "differ at most by");
  }

  /** Prints the line of one workload, and says whether both sides trained the same. */
  private boolean measure(
      Workload workload, Backend backend, PtNDManager manager, List<String> notes)
      throws InterruptedException {
    double difference = 0;
    try (Side genlab = new GenLabSide(workload.initial(), workload.loss(), workload.rule());
        Formulations formulations = new Formulations(manager, workload)) {
      for (int i = 0; i < COMPARED; i++) {
        double loss = genlab.step();
        for (Side torch : formulations.sides()) {
          difference = Math.max(difference, Statistics.difference(loss, torch.step()));
        }
      }
      Side torch = formulations.fastest(seconds, warmUp / 3);
      Duel duel = new Duel(rounds, seconds, warmUp);
      Duel.Times steps = duel.fight(genlab::step, torch::step);
      Duel.Times gradients =
          new Duel(rounds, seconds, warmUp / 3).fight(genlab::gradient, torch::gradient);
      boolean equal = difference <= TOLERANCE;
      out.printf(
          Locale.ROOT,
          "%-19s | %s | %s | %6.2f | %.1e%s%s%n",
          workload.name(),
          figures(steps),
          figures(gradients),
          workload.target(),
          difference,
          equal ? "" : " NOT EQUAL",
          disturbed(steps.disturbed() + gradients.disturbed()));
      notes.add(
          String.format(
              Locale.ROOT,
              "%s: %s%s%s. After a step GenLab keeps a core busy for %.1f %% of the time, PyTorch"
                  + " for %.1f %%.",
              workload.name(),
              workload.description(),
              workload.note().isEmpty() ? "" : "; " + workload.note(),
              formulations.comparison().isEmpty()
                  ? ""
                  : "; PyTorch's formulations: " + formulations.comparison(),
              100 * Environment.idle(genlab::step),
              100 * Environment.idle(torch::step)));
      if (profile) {
        Profile.print(workload, backend, out);
      }
      return equal;
    }
  }

  private static String disturbed(int rounds) {
    return rounds == 0 ? "" : " (" + rounds + " rounds while other processes worked)";
  }

  private static String figures(Duel.Times times) {
    Spread ratio = Statistics.ratio(times.first(), times.second());
    return String.format(
        Locale.ROOT,
        "%8.3f %8.3f  %-24s",
        Statistics.of(times.second()).median(),
        Statistics.of(times.first()).median(),
        String.format(
            Locale.ROOT, "%.3f [%.3f, %.3f]", ratio.median(), ratio.least(), ratio.most()));
  }

  private void products(Backend backend, PtNDManager manager) {
    out.printf(
        "%n%-34s | %s%n", "matrix product", "GFLOP/s of PyTorch, of GenLab, quotient of times");
    Products products = new Products(backend, manager);
    Duel duel = new Duel(rounds, seconds / 10, warmUp / 10);
    for (Products.Shapes shapes : Products.ALL) {
      for (Products.Form form : Products.Form.values()) {
        Duel.Times times = products.measure(shapes, form, duel);
        double work = 2e-6 * shapes.rows() * shapes.in() * shapes.out();
        Spread ratio = Statistics.ratio(times.first(), times.second());
        out.printf(
            Locale.ROOT,
            "%-10s %4d, %4d -> %4d, %-8s | %6.0f %6.0f  %.3f [%.3f, %.3f]%s%n",
            shapes.workload(),
            shapes.rows(),
            shapes.in(),
            shapes.out(),
            form.toString().toLowerCase(Locale.ROOT),
            work / Statistics.of(times.second()).median(),
            work / Statistics.of(times.first()).median(),
            ratio.median(),
            ratio.least(),
            ratio.most(),
            disturbed(times.disturbed()));
      }
    }
  }
}
