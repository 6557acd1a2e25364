package org.genlab.datasets.tasks;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.genlab.api.SettingException;
import org.genlab.api.data.Annotation;
import org.genlab.api.data.Batch;
import org.genlab.api.data.InputSpec;
import org.genlab.datasets.tasks.ComplexityGradedTasks.Levels;
import org.genlab.datasets.tasks.ComplexityGradedTasks.Settings;
import org.genlab.tensor.random.RandomStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ComplexityGradedTasksTest {
  private static ComplexityGradedTasks tasks(List<String> names, boolean seen, Levels levels) {
    return new ComplexityGradedTasks(
        new Settings(names, 5, 7, 5, 0.6, 60, 30, 40, seen, levels),
        (name, counters) -> RandomStream.of(5, name, counters));
  }

  private static ComplexityGradedTasks tasks() {
    return tasks(List.of(), false, Levels.COMPLEXITY);
  }

  private static TaskSplit split(ComplexityGradedTasks dataset, String name) {
    return (TaskSplit) dataset.split(name);
  }

  /** All lists of up to so many numbers from some, in every order. */
  private static List<List<Integer>> sequences(Collection<Integer> from, int most) {
    List<List<Integer>> all = new ArrayList<>(List.of(List.of()));
    for (int i = 0; i < all.size(); i++) {
      if (all.get(i).size() < most) {
        for (int next : from) {
          List<Integer> longer = new ArrayList<>(all.get(i));
          longer.add(next);
          all.add(longer);
        }
      }
    }
    return all;
  }

  private static int sum(List<Integer> numbers) {
    return numbers.stream().mapToInt(Integer::intValue).sum();
  }

  private static boolean among(List<Integer> chosen, List<Integer> list) {
    Map<Integer, Integer> left = new HashMap<>();
    list.forEach(e -> left.merge(e, 1, Integer::sum));
    return chosen.stream().allMatch(e -> left.merge(e, -1, Integer::sum) >= 0);
  }

  private static boolean within(List<Integer> part, List<Integer> list) {
    return IntStream.rangeClosed(0, list.size() - part.size())
        .anyMatch(i -> list.subList(i, i + part.size()).equals(part));
  }

  private static boolean follows(List<Integer> part, List<Integer> list) {
    int next = 0;
    for (int e : list) {
      next += next < part.size() && part.get(next) == e ? 1 : 0;
    }
    return next == part.size();
  }

  private static boolean steps(List<Integer> list, boolean byOne) {
    return IntStream.range(1, list.size())
        .allMatch(i -> byOne ? list.get(i) - list.get(i - 1) == 1 : list.get(i) > list.get(i - 1));
  }

  private static int tour(List<Integer> cities, List<Integer> distances) {
    int n = cities.size();
    int[][] between = new int[n][n];
    int k = 0;
    for (int a = 0; a < n; a++) {
      for (int b = a + 1; b < n; b++) {
        between[a][b] = distances.get(k++);
        between[b][a] = between[a][b];
      }
    }
    return IntStream.range(0, n).map(i -> between[cities.get(i)][cities.get((i + 1) % n)]).sum();
  }

  /**
   * What a task is, in a sentence: whether a candidate qualifies, before "longest" and the like.
   */
  private static boolean qualifies(Task task, Question q, List<Integer> c) {
    List<Integer> e = q.elements();
    int half = e.size() / 2;
    return switch (task) {
      case LONGEST_COMMON_SUBARRAY ->
          c.size() <= half && within(c, e.subList(0, half)) && within(c, e.subList(half, e.size()));
      case LONGEST_CONSECUTIVE_ELEMENTS -> e.containsAll(c) && steps(c, true);
      case LONGEST_INCREASING_SUBSEQUENCE -> follows(c, e) && steps(c, false);
      case TWO_SUM -> c.size() == 2 && among(c, e) && sum(c) == q.parameter(0);
      case THREE_SUM -> c.size() == 3 && among(c, e) && sum(c) == q.parameter(0);
      case FOUR_SUM -> c.size() == 4 && among(c, e) && sum(c) == q.parameter(0);
      case THREE_SUM_IN_RANGE, FOUR_SUM_IN_RANGE ->
          c.size() == (task == Task.THREE_SUM_IN_RANGE ? 3 : 4)
              && among(c, e)
              && sum(c) >= q.parameter(0)
              && sum(c) <= q.parameter(1);
      case THREE_SUM_MULTIPLE_TEN -> c.size() == 3 && among(c, e) && sum(c) % 10 == 0;
      case FOUR_SUM_MULTIPLE_TEN -> c.size() == 4 && among(c, e) && sum(c) % 10 == 0;
      case SUBSET_SUM -> c.size() > 1 && among(c, e) && sum(c) == q.parameter(0);
      case SUBSET_SUM_IN_RANGE ->
          c.size() > 1 && among(c, e) && sum(c) >= q.parameter(0) && sum(c) <= q.parameter(1);
      case SUBSET_SUM_MULTIPLE_TEN -> c.size() > 1 && among(c, e) && sum(c) % 10 == 0;
      default -> throw new AssertionError(task);
    };
  }

  private static Set<Task> searched() {
    return Set.of(
        Task.LONGEST_COMMON_SUBARRAY,
        Task.LONGEST_CONSECUTIVE_ELEMENTS,
        Task.LONGEST_INCREASING_SUBSEQUENCE);
  }

  /** Accepts exactly the right answers, of all sequences of numbers of the list. */
  @ParameterizedTest
  @EnumSource
  void rightIsWhatBruteForceFinds(Task task) {
    if (task.level() == 0 || task == Task.TRAVELLING_SALESMAN) {
      return;
    }
    for (int i = 0; i < 12; i++) {
      int index = i;
      int[] pool = RandomStream.of(i, "pool").permutation(60);
      Question q =
          IntStream.range(0, 100000)
              .mapToObj(
                  attempt ->
                      task.draw(
                          new Draw(
                              5,
                              5,
                              RandomStream.of(index, "form"),
                              pool,
                              RandomStream.of(index, "elements", attempt))))
              .flatMap(Optional::stream)
              .findFirst()
              .orElseThrow();
      List<List<Integer>> all = sequences(new HashSet<>(q.elements()), q.size());
      Set<List<Integer>> right = new HashSet<>();
      List<Integer> sorted = q.elements().stream().sorted().toList();
      switch (task) {
        case FIND_MINIMUM -> right.add(List.of(sorted.get(0)));
        case FIND_MAXIMUM -> right.add(List.of(sorted.get(4)));
        case FIND_TOPK -> right.add(List.of(sorted.get(5 - q.parameter(0))));
        case SORT_NUMBERS -> right.add(sorted);
        case REMOVE_DUPLICATE_NUMBERS -> right.add(q.elements().stream().distinct().toList());
        case FIND_MODE -> {
          Map<Integer, Integer> times = new TreeMap<>();
          q.elements().forEach(e -> times.merge(e, 1, Integer::sum));
          int most = times.values().stream().max(Integer::compare).orElseThrow();
          times.forEach(
              (e, t) -> {
                if (t == most) {
                  right.add(List.of(e));
                }
              });
          assertEquals(1, right.size(), "the mode is one number");
        }
        default -> {
          List<List<Integer>> fit = all.stream().filter(c -> qualifies(task, q, c)).toList();
          int longest = fit.stream().mapToInt(List::size).max().orElseThrow();
          fit.stream()
              .filter(c -> !searched().contains(task) || c.size() == longest)
              .forEach(right::add);
        }
      }
      assertTrue(right.contains(task.answer(q)), task + " teaches a wrong answer to " + q);
      for (List<Integer> candidate : all) {
        assertEquals(
            right.contains(candidate), task.accepts(q, candidate), task + " " + q + candidate);
      }
    }
  }

  @Test
  void theSalesmanTakesAShortestTour() {
    for (int i = 0; i < 20; i++) {
      Question q =
          Task.TRAVELLING_SALESMAN
              .draw(
                  new Draw(
                      5,
                      5,
                      RandomStream.of(i, "form"),
                      RandomStream.of(i, "pool").permutation(100),
                      RandomStream.of(i, "elements")))
              .orElseThrow();
      assertEquals(10, q.size());
      List<List<Integer>> tours =
          sequences(List.of(0, 1, 2, 3, 4), 5).stream()
              .filter(c -> c.size() == 5 && new HashSet<>(c).size() == 5)
              .toList();
      assertEquals(120, tours.size());
      int shortest = tours.stream().mapToInt(t -> tour(t, q.elements())).min().orElseThrow();
      for (List<Integer> candidate : tours) {
        assertEquals(
            tour(candidate, q.elements()) == shortest,
            Task.TRAVELLING_SALESMAN.accepts(q, candidate));
      }
      assertEquals(shortest, tour(Task.TRAVELLING_SALESMAN.answer(q), q.elements()));
      assertFalse(Task.TRAVELLING_SALESMAN.accepts(q, List.of(0, 1, 2, 3)));
      assertFalse(Task.TRAVELLING_SALESMAN.accepts(q, List.of(0, 1, 2, 3, 3)));
      assertFalse(Task.TRAVELLING_SALESMAN.accepts(q, List.of(0, 1, 2, 3, 5)));
    }
  }

  private static Map<Task, Set<Integer>> elements(TaskSplit split) {
    Map<Task, Set<Integer>> elements = new EnumMap<>(Task.class);
    for (int i = 0; i < split.size(); i++) {
      elements
          .computeIfAbsent(split.example(i).task(), t -> new HashSet<>())
          .addAll(split.example(i).question().elements());
    }
    return elements;
  }

  @Test
  void oodNumbersOccurInAuxiliaryTasksOnly() {
    ComplexityGradedTasks dataset = tasks();
    Map<Task, Set<Integer>> train = elements(split(dataset, "train"));
    Map<Task, Set<Integer>> id = elements(split(dataset, "test-id"));
    Map<Task, Set<Integer>> ood = elements(split(dataset, "test-ood"));
    Set<Set<Integer>> pools = new HashSet<>();
    for (Task task : Task.values()) {
      if (task.level() > 0) {
        Set<Integer> known = new HashSet<>(train.get(task));
        known.addAll(id.get(task));
        assertTrue(known.size() > 50 && known.size() <= 60, "ID pool of " + task);
        int unseen = ood.get(task).size();
        assertTrue(unseen > 30 && unseen <= 40, "OOD pool of " + task);
        assertFalse(ood.get(task).stream().anyMatch(known::contains));
        pools.add(known);
      }
    }
    assertEquals(20, pools.size(), "each task has a pool of its own");
    Set<Integer> auxiliary = new HashSet<>(train.get(Task.COPY));
    auxiliary.addAll(train.get(Task.ADD));
    auxiliary.addAll(train.get(Task.COMPARE));
    assertTrue(auxiliary.size() > 45);
    Map<Task, Set<Integer>> seen =
        elements(split(tasks(List.of(), true, Levels.COMPLEXITY), "train"));
    assertTrue(seen.get(Task.SORT_NUMBERS).size() > 90);
  }

  @Test
  void testQuestionsAreNewAndInPairsOfOneForm() {
    ComplexityGradedTasks dataset = tasks();
    TaskSplit train = split(dataset, "train");
    Set<TaskSplit.Example> known = new HashSet<>();
    for (int i = 0; i < train.size(); i++) {
      known.add(train.example(i));
    }
    TaskSplit id = split(dataset, "test-id");
    TaskSplit ood = split(dataset, "test-ood");
    assertEquals(20 * 60 + 30, train.size());
    assertEquals(20 * 40, id.size());
    assertEquals(20 * 40, ood.size());
    for (int i = 0; i < id.size(); i++) {
      assertFalse(known.contains(id.example(i)));
      assertEquals(id.example(i).task(), ood.example(i).task());
      List<Integer> one = id.example(i).question().elements();
      List<Integer> other = ood.example(i).question().elements();
      assertArrayEquals(
          one.stream().mapToInt(one::indexOf).toArray(),
          other.stream().mapToInt(other::indexOf).toArray(),
          "the same repetitions");
    }
  }

  @Test
  void examplesAreWrittenOutAndReadBack() {
    ComplexityGradedTasks dataset = tasks();
    InputSpec.Tokens spec = (InputSpec.Tokens) dataset.spec().input();
    Set<Double> levels = new HashSet<>();
    for (String name : List.of("train", "test-id", "test-ood")) {
      TaskSplit split = split(dataset, name);
      Batch all = split.range(0, split.size());
      int[] tokens = all.tokens().toArray();
      int[] labels = all.labels().toArray();
      for (int i = 0; i < split.size(); i++) {
        int from = i * spec.length();
        int start =
            IntStream.range(from, from + spec.length())
                .filter(p -> labels[p] >= 0)
                .findFirst()
                .getAsInt();
        int end =
            IntStream.range(from, from + spec.length())
                .filter(p -> labels[p] == split.end())
                .findFirst()
                .getAsInt();
        assertEquals(Notation.EQUALS, tokens[start]);
        int[] answer = Arrays.copyOfRange(labels, start, end);
        assertArrayEquals(answer, Arrays.copyOfRange(tokens, start + 1, end + 1));
        assertTrue(IntStream.range(end + 1, from + spec.length()).allMatch(p -> labels[p] < 0));
        assertTrue(split.isRight(i, answer));
        assertFalse(split.isRight(i), "nothing");
        assertFalse(split.isRight(i, Arrays.copyOf(answer, answer.length - 1)), "half a number");
        int[] wrong = answer.clone();
        wrong[0] = Notation.EQUALS;
        assertFalse(split.isRight(i, wrong), "no number");
        levels.add((double) all.reals(Annotation.DIFFICULTY).toArray()[i]);
      }
    }
    assertEquals(Set.of(0.0, 1.0, 2.0, 3.0, 4.0, 5.0), levels);
  }

  /** Fifteen numbers of 50 to 99 have sums of up to 1,380. */
  @ParameterizedTest
  @EnumSource(names = {"SUBSET_SUM", "SUBSET_SUM_IN_RANGE"})
  void parametersHaveThreeDigits(Task task) {
    int[] pool = IntStream.range(50, 100).toArray();
    int again = 0;
    int largest = 0;
    for (int i = 0; i < 400; i++) {
      RandomStream form = RandomStream.of(i, "form");
      RandomStream elements = RandomStream.of(i, "elements");
      Optional<Question> drawn = task.draw(new Draw(16, 5, form, pool, elements));
      if (drawn.isEmpty()) {
        again++;
        continue;
      }
      List<Integer> tokens = Notation.question(task, drawn.get());
      int at = 1;
      for (int parameter : drawn.get().parameters()) {
        int written = 100 * tokens.get(at) + 10 * tokens.get(at + 1) + tokens.get(at + 2);
        assertEquals(parameter, written);
        largest = Math.max(largest, parameter);
        at += 3;
      }
    }
    assertTrue(again > 40, "sums of four digits are drawn again");
    assertTrue(largest > 900, "sums of three digits are not");
  }

  @Test
  void shuffledLevelsAreTheSameLevelsOfOtherTasks() {
    List<List<Integer>> sorted = new ArrayList<>();
    List<List<Integer>> found = new ArrayList<>();
    for (Levels levels : Levels.values()) {
      TaskSplit split = split(tasks(List.of(), false, levels), "test-id");
      Batch all = split.range(0, split.size());
      Map<Integer, Integer> byTask = new TreeMap<>();
      for (int i = 0; i < split.size(); i++) {
        byTask.put(
            all.ints(Annotation.TASK).at(i), (int) all.reals(Annotation.DIFFICULTY).toArray()[i]);
      }
      found.add(List.copyOf(byTask.values()));
      sorted.add(byTask.values().stream().sorted().toList());
    }
    assertEquals(sorted.get(0), sorted.get(1));
    assertNotEquals(found.get(0), found.get(1));
  }

  @Test
  void whatDoesNotFitIsRefused() {
    SettingException e =
        assertThrows(
            SettingException.class, () -> tasks(List.of("sort"), false, Levels.COMPLEXITY));
    assertTrue(e.getMessage().contains("sort-numbers"), e.getMessage());
    assertThrows(
        SettingException.class,
        () -> tasks(List.of("two-sum", "two-sum"), false, Levels.COMPLEXITY));
    assertThrows(
        SettingException.class,
        () -> new Settings(List.of(), 7, 5, 5, 0.6, 1, 1, 1, false, Levels.COMPLEXITY));
    assertThrows(
        SettingException.class,
        () -> new Settings(List.of(), 5, 7, 5, 0.95, 1, 1, 1, false, Levels.COMPLEXITY));
  }
}
