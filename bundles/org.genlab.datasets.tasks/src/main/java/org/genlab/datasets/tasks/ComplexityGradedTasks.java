package org.genlab.datasets.tasks;

import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.genlab.api.Default;
import org.genlab.api.Doc;
import org.genlab.api.Kind;
import org.genlab.api.Plugin;
import org.genlab.api.Randomness;
import org.genlab.api.Range;
import org.genlab.api.SettingException;
import org.genlab.api.data.DataSpec;
import org.genlab.api.data.Dataset;
import org.genlab.api.data.InputSpec;
import org.genlab.api.data.Split;
import org.genlab.api.data.TargetSpec;
import org.genlab.datasets.tasks.TaskSplit.Example;
import org.genlab.tensor.random.RandomStream;

/**
 * Tasks on lists of numbers with exact answers, graded by the complexity of the plain algorithm,
 * and asked with numbers that training showed in this task and with numbers that it did not (Qi et
 * al., "Quantifying generalization complexity for large language models", arXiv 2410.01769,
 * sections 2 and 3). There the numbers a model associates with a task are found out by asking it;
 * here the training data are known.
 *
 * <p>Levels and tasks: 1, O(N): {@code find-minimum, find-maximum, find-mode}; 2, up to O(N^2):
 * {@code find-topk} (the k-th largest), {@code two-sum, sort-numbers, remove-duplicate-numbers,
 * longest-common-subarray} (of the two halves of the list); 3, up to O(N^3): {@code
 * longest-consecutive-elements, longest-increasing-subsequence, three-sum, three-sum-in-range,
 * three-sum-multiple-ten}; 4, up to O(N^4): {@code four-sum, four-sum-in-range,
 * four-sum-multiple-ten}; 5, O(2^N): {@code subset-sum, subset-sum-in-range,
 * subset-sum-multiple-ten} (of two or more numbers), {@code travelling-salesman}. Any right answer
 * is accepted; the one taught is the first in the order of the places of the list, of few numbers
 * before many.
 *
 * <p>Numbers are 0 to 99, two digit tokens each. For each task a random share of them is its ID
 * pool: the lists of its training questions, and of split {@code test-id}, which has no question of
 * the training split, are drawn from it. The others are its OOD pool: each question of split {@code
 * test-ood} has the form of its counterpart in {@code test-id} (length, repetitions, places), with
 * numbers of the OOD pool. Three auxiliary tasks, on all numbers, see to it that none is unknown:
 * {@code compare} two, {@code add} two modulo 100, {@code copy} a list.
 *
 * <p>An example is {@code task parameters list = answer}, the parameters (a sum, a range, a rank)
 * with three digits each; what would need a fourth is drawn again. Tokens: digits, {@code =}, end,
 * padding, tasks. The targets are the answer and the end; other positions do not count. Annotations
 * {@code index}, {@code task} (the number of the task), {@code difficulty} (its level, 0 for
 * auxiliary tasks).
 */
@Plugin(
    kind = Kind.DATASET,
    id = "complexity-graded-tasks",
    version = "1.1.0",
    summary = "Twenty list tasks in five complexity levels, with numbers in and out of training",
    source = "arXiv:2410.01769, sections 2 and 3")
public final class ComplexityGradedTasks implements Dataset {
  private static final int NUMBERS = 100;
  private static final int TRIES = 100000;

  /** What the levels of the tasks are taken from. */
  public enum Levels {
    /** The complexity of the plain algorithm. */
    COMPLEXITY,
    /** Chance: those levels, dealt out to the tasks in a random order. */
    SHUFFLED
  }

  /**
   * The settings.
   *
   * @param tasks which tasks; all twenty when empty
   * @param shortest numbers of the shortest lists
   * @param longest numbers of the longest lists
   * @param cities of the travelling salesman
   * @param idFraction share of the numbers that is in a task's ID pool
   * @param trainSize training questions of each task
   * @param auxiliarySize training questions of all auxiliary tasks together
   * @param testSize questions of each task in each of the two test splits
   * @param seen whether training also draws from the OOD pools: then nothing is OOD
   * @param levels what the levels are taken from
   */
  public record Settings(
      @Default("[]") @Doc("which tasks; all twenty when empty") List<String> tasks,
      @Default("5") @Range(min = 4, max = 16) @Doc("numbers of the shortest lists") int shortest,
      @Default("7") @Range(min = 4, max = 16) @Doc("numbers of the longest lists") int longest,
      @Default("5") @Range(min = 3, max = 6) @Doc("cities of the travelling salesman") int cities,
      @Default("0.6")
          @Range(min = 0, max = 1, minExclusive = true, maxExclusive = true)
          @Doc("share of the numbers 0-99 that is in a task's ID pool")
          double idFraction,
      @Default("2000") @Range(min = 1, max = 1e6) @Doc("training questions of each task")
          int trainSize,
      @Default("20000")
          @Range(min = 0, max = 1e7)
          @Doc("training questions of all auxiliary tasks together")
          int auxiliarySize,
      @Default("400") @Range(min = 1, max = 1e6) @Doc("questions of each task in each test split")
          int testSize,
      @Default("false") @Doc("whether training draws from the OOD pools, too") boolean seen,
      @Default("complexity") @Doc("levels by complexity, or shuffled among the tasks")
          Levels levels) {
    public Settings {
      tasks = List.copyOf(tasks);
      if (longest < shortest) {
        throw new SettingException(
            "longest", "must be at least the shortest, " + shortest + ", and is " + longest);
      }
      int inPool = (int) Math.round(idFraction * NUMBERS);
      int most = Math.max(longest, Tours.distances(cities));
      if (inPool < most || NUMBERS - inPool < most) {
        throw new SettingException(
            "idFraction",
            "must leave at least "
                + most
                + " of the 100 numbers in each pool, and leaves "
                + Math.min(inPool, NUMBERS - inPool));
      }
    }
  }

  private final DataSpec spec;
  private final List<Split> splits;

  @Inject
  public ComplexityGradedTasks(Settings settings, Randomness randomness) {
    List<Task> tasks = tasks(settings);
    List<Task> auxiliary = all(0, 0);
    int length =
        Stream.concat(tasks.stream(), auxiliary.stream())
            .mapToInt(t -> Notation.most(t, settings.longest(), settings.cities()))
            .max()
            .orElseThrow();
    spec =
        new DataSpec(
            new InputSpec.Tokens(Notation.VOCABULARY, length),
            new TargetSpec.ClassPerPosition(Notation.VOCABULARY));
    int[] levels = levels(settings.levels(), tasks, randomness.stream("levels"));
    Source source = new Source(settings, randomness);
    List<Example> train = new ArrayList<>();
    Set<Example> known = new HashSet<>();
    List<Example> id = new ArrayList<>();
    List<Example> ood = new ArrayList<>();
    for (Task task : tasks) {
      for (int i = 0; i < settings.trainSize(); i++) {
        train.add(source.draw(task, settings.seen() ? Part.ALL : Part.ID, "train", i, known));
      }
      known.addAll(train);
      for (int i = 0; i < settings.testSize(); i++) {
        id.add(source.draw(task, Part.ID, "test", i, known));
        ood.add(source.draw(task, Part.OOD, "test", i, known));
      }
    }
    for (int i = 0; i < settings.auxiliarySize(); i++) {
      Task task = auxiliary.get(i % auxiliary.size());
      train.add(source.draw(task, Part.ALL, "train", i, Set.of()));
    }
    splits =
        List.of(
            new TaskSplit(TRAIN, train, levels, length),
            new TaskSplit("test-id", id, levels, length),
            new TaskSplit("test-ood", ood, levels, length));
  }

  private static List<Task> all(int from, int to) {
    return Arrays.stream(Task.values()).filter(t -> t.level() >= from && t.level() <= to).toList();
  }

  private static List<Task> tasks(Settings settings) {
    List<Task> graded = all(1, 5);
    if (settings.tasks().isEmpty()) {
      return graded;
    }
    List<Task> chosen = new ArrayList<>();
    for (String name : settings.tasks()) {
      Task task =
          graded.stream()
              .filter(t -> t.toString().equals(name))
              .findFirst()
              .orElseThrow(
                  () ->
                      new SettingException(
                          "tasks", "has no task '" + name + "'; there are " + graded));
      if (chosen.contains(task)) {
        throw new SettingException("tasks", "names '" + name + "' twice");
      }
      chosen.add(task);
    }
    return chosen;
  }

  private static int[] levels(Levels levels, List<Task> tasks, RandomStream random) {
    int[] byNumber = Arrays.stream(Task.values()).mapToInt(Task::level).toArray();
    if (levels == Levels.SHUFFLED) {
      int[] order = random.permutation(tasks.size());
      for (int i = 0; i < order.length; i++) {
        byNumber[tasks.get(i).number()] = tasks.get(order[i]).level();
      }
    }
    return byNumber;
  }

  /** Which numbers a list is drawn from. */
  private enum Part {
    ID,
    OOD,
    ALL
  }

  /** Draws examples, each a function of the task, the part, the use and the index. */
  private static final class Source {
    private final Settings settings;
    private final Randomness randomness;
    private final Map<Task, int[]> orders = new EnumMap<>(Task.class);

    Source(Settings settings, Randomness randomness) {
      this.settings = settings;
      this.randomness = randomness;
    }

    private int[] pool(Task task, Part part) {
      int[] order =
          orders.computeIfAbsent(
              task, t -> randomness.stream("pool", t.number()).permutation(NUMBERS));
      int inPool = (int) Math.round(settings.idFraction() * NUMBERS);
      return Arrays.copyOfRange(
          order, part == Part.OOD ? inPool : 0, part == Part.ID ? inPool : NUMBERS);
    }

    /** The first drawn question that has an answer and is not among those known. */
    Example draw(Task task, Part part, String use, int index, Set<Example> known) {
      int[] pool = pool(task, part);
      for (int attempt = 0; attempt < TRIES; attempt++) {
        RandomStream form = randomness.stream(use + "/form", task.number(), index);
        int length =
            settings.shortest() + form.nextInt(settings.longest() - settings.shortest() + 1);
        RandomStream elements = randomness.stream(use + "/" + part, task.number(), index, attempt);
        Optional<Example> example =
            task.draw(new Draw(length, settings.cities(), form, pool, elements))
                .map(question -> new Example(task, question))
                .filter(e -> !known.contains(e));
        if (example.isPresent()) {
          return example.get();
        }
      }
      throw new SettingException(
          "trainSize",
          "asks for more questions of the task "
              + task
              + " than can be drawn; use fewer, or longer lists");
    }
  }

  @Override
  public DataSpec spec() {
    return spec;
  }

  @Override
  public List<Split> splits() {
    return splits;
  }
}
