package org.genlab.datasets.knowledge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.genlab.api.Randomness;
import org.genlab.api.SettingException;
import org.genlab.api.data.Batch;
import org.genlab.api.data.InputSpec;
import org.genlab.api.data.Split;
import org.genlab.datasets.knowledge.KnowledgeGraphFacts.Answers;
import org.genlab.datasets.knowledge.KnowledgeGraphFacts.Settings;
import org.genlab.datasets.knowledge.KnowledgeGraphFacts.Task;
import org.genlab.tensor.random.RandomStream;
import org.junit.jupiter.api.Test;

class KnowledgeGraphFactsTest {
  private static final int ENTITIES = 30;
  private static final int RELATIONS = 8;
  private static final int DEGREE = 5;
  private static final int VALUES = 6;

  private static Randomness seed(long seed) {
    return (name, counters) -> RandomStream.of(seed, name, counters);
  }

  private static KnowledgeGraphFacts facts(
      Task task, double ratio, Answers answers, boolean oodAtomic, boolean mixed) {
    return new KnowledgeGraphFacts(
        new Settings(
            task, ENTITIES, RELATIONS, DEGREE, VALUES, 0.2, 0.1, ratio, answers, oodAtomic, mixed,
            1000000),
        seed(1));
  }

  private static KnowledgeGraphFacts composition() {
    return facts(Task.COMPOSITION, 0, Answers.RULE, true, false);
  }

  private static KnowledgeGraphFacts comparison() {
    return facts(Task.COMPARISON, 0, Answers.RULE, true, false);
  }

  /** Questions without padding, with their answers; checks what holds for every example. */
  private static Map<List<Integer>, Integer> read(KnowledgeGraphFacts dataset, String name) {
    Split split = dataset.split(name);
    Batch all = split.range(0, split.size());
    InputSpec.Tokens spec = (InputSpec.Tokens) dataset.spec().input();
    int length = spec.length();
    int[] tokens = all.tokens().toArray();
    int[] targets = all.labels().toArray();
    Map<List<Integer>, Integer> questions = new LinkedHashMap<>();
    for (int i = 0; i < split.size(); i++) {
      List<Integer> question = new ArrayList<>();
      int answer = -1;
      for (int p = 0; p < length; p++) {
        int token = tokens[i * length + p];
        if (token != spec.vocabulary() - 1) {
          assertEquals(p, question.size(), "padding stands at the end");
          question.add(token);
        }
        if (targets[i * length + p] >= 0) {
          assertEquals(-1, answer, "one position counts");
          answer = targets[i * length + p];
          assertEquals(p + 1, question.size(), "the answer is at the last token");
        }
      }
      assertEquals(question.size() == 2 ? 1 : 2, all.ints("hops").at(i));
      assertEquals(question.get(question.size() - 1), all.ints("last").at(i));
      assertEquals(null, questions.put(question, answer), "a question is there twice");
    }
    return questions;
  }

  private static Map<List<Integer>, Integer> inferredOf(Map<List<Integer>, Integer> facts) {
    Map<List<Integer>, Integer> inferred = new LinkedHashMap<>(facts);
    inferred.keySet().removeIf(q -> q.size() == 2);
    return inferred;
  }

  /** The atomic facts a composed question follows from. */
  private static List<List<Integer>> hops(
      List<Integer> question, Map<List<Integer>, Integer> atomic) {
    List<Integer> first = question.subList(0, 2);
    return List.of(first, List.of(atomic.get(first), question.get(2)));
  }

  @Test
  void compositionIsAllAndOnlyWhatFollows() {
    KnowledgeGraphFacts dataset = composition();
    Map<List<Integer>, Integer> id = read(dataset, "atomic-id");
    Map<List<Integer>, Integer> ood = read(dataset, "atomic-ood");
    Map<List<Integer>, Integer> atomic = new HashMap<>(id);
    atomic.putAll(ood);
    assertEquals(ENTITIES * DEGREE, atomic.size());
    assertEquals(Math.round(0.2 * ENTITIES * DEGREE), ood.size());

    Map<List<Integer>, Integer> train = read(dataset, "train");
    Map<List<Integer>, Integer> trained = inferredOf(train);
    assertEquals(trained, read(dataset, "train-inferred"));
    train.keySet().removeAll(trained.keySet());
    assertEquals(atomic, train, "all atomic facts are trained on");

    // By brute force over all pairs of facts.
    Map<List<Integer>, Integer> follows = new HashMap<>();
    Map<List<Integer>, Integer> followsOod = new HashMap<>();
    atomic.forEach(
        (first, bridge) ->
            atomic.forEach(
                (second, tail) -> {
                  if (second.get(0).equals(bridge)) {
                    List<Integer> question = List.of(first.get(0), first.get(1), second.get(1));
                    if (id.containsKey(first) && id.containsKey(second)) {
                      follows.put(question, tail);
                    } else if (ood.containsKey(first) && ood.containsKey(second)) {
                      followsOod.put(question, tail);
                    }
                  }
                }));
    Map<List<Integer>, Integer> testId = read(dataset, "test-id");
    assertEquals(followsOod, read(dataset, "test-ood"));
    assertEquals(Math.round(0.1 * follows.size()), testId.size());
    Map<List<Integer>, Integer> both = new HashMap<>(trained);
    testId.forEach((question, answer) -> assertEquals(null, both.put(question, answer)));
    assertEquals(follows, both);
  }

  @Test
  void comparisonKeepsBothOrdersOfAPairTogether() {
    KnowledgeGraphFacts dataset = comparison();
    Map<List<Integer>, Integer> id = read(dataset, "atomic-id");
    Map<List<Integer>, Integer> ood = read(dataset, "atomic-ood");
    assertEquals(Math.round(0.8 * ENTITIES) * RELATIONS, id.size());
    Map<List<Integer>, Integer> atomic = new HashMap<>(id);
    atomic.putAll(ood);
    Map<List<Integer>, Integer> trained = inferredOf(read(dataset, "train"));
    Map<List<Integer>, Integer> testId = read(dataset, "test-id");
    Map<List<Integer>, Integer> testOod = read(dataset, "test-ood");
    int pairs = 24 * 23 * RELATIONS;
    assertEquals(pairs, trained.size() + testId.size());
    assertEquals(6 * 5 * RELATIONS, testOod.size());
    for (Map<List<Integer>, Integer> split : List.of(trained, testId, testOod)) {
      split.forEach(
          (q, answer) -> {
            int left = atomic.get(List.of(q.get(2), q.get(0)));
            int right = atomic.get(List.of(q.get(4), q.get(0)));
            int attribute = q.get(0) - (VALUES + 3 * RELATIONS + ENTITIES);
            assertEquals(VALUES + 3 * attribute + Integer.signum(left - right) + 1, answer);
            assertTrue(
                split.containsKey(List.of(q.get(0), q.get(1), q.get(4), q.get(3), q.get(2))));
            Map<List<Integer>, Integer> part = split.equals(testOod) ? ood : id;
            assertTrue(part.containsKey(List.of(q.get(2), q.get(0))));
            assertTrue(part.containsKey(List.of(q.get(4), q.get(0))));
          });
    }
    assertFalse(testId.keySet().stream().anyMatch(trained::containsKey));
  }

  @Test
  void everyOtherHeadIsLookedAtForAContrast() {
    RandomStream random = RandomStream.of(1, "graph");
    KnowledgeGraph graph = KnowledgeGraph.random(6, 1, 1, 3, random);
    Rule rule = new Comparison(graph, 3, null, random);
    for (int head = 0; head < 6; head++) {
      for (int only = 0; only < 6; only++) {
        int wanted = only;
        assertEquals(wanted, rule.contrast(head, h -> h == wanted));
      }
    }
  }

  @Test
  void aContrastAsksForAnotherFirstEntityWithAnotherAnswer() {
    for (KnowledgeGraphFacts dataset : List.of(composition(), comparison())) {
      Map<List<Integer>, Integer> atomic = new HashMap<>(read(dataset, "atomic-id"));
      atomic.putAll(read(dataset, "atomic-ood"));
      int length = ((InputSpec.Tokens) dataset.spec().input()).length();
      int alone = 0;
      for (String name : List.of("train", "test-id", "test-ood", "atomic-ood")) {
        Split split = dataset.split(name);
        Batch all = split.range(0, split.size());
        for (int i = 0; i < split.size(); i++) {
          int[] asked = Arrays.copyOfRange(all.tokens().toArray(), i * length, (i + 1) * length);
          int[] other =
              Arrays.copyOfRange(all.ints("contrast").toArray(), i * length, (i + 1) * length);
          if (Arrays.equals(asked, other)) {
            alone++;
            continue;
          }
          int place = all.ints("hops").at(i) == 2 && length == 5 ? 2 : 0;
          for (int p = 0; p < length; p++) {
            assertEquals(p != place, asked[p] == other[p]);
          }
          int target =
              Arrays.stream(all.labels().toArray(), i * length, (i + 1) * length).max().getAsInt();
          assertFalse(target == all.ints("contrast-target").at(i));
          int expected;
          if (all.ints("hops").at(i) == 1) {
            expected = atomic.get(List.of(other[0], other[1]));
          } else if (length == 3) {
            expected = atomic.get(List.of(atomic.get(List.of(other[0], other[1])), other[2]));
            assertEquals(
                atomic.get(List.of(asked[0], asked[1])), all.ints("bridge").at(i), "bridge");
          } else {
            int sign =
                Integer.signum(
                    atomic.get(List.of(other[2], other[0]))
                        - atomic.get(List.of(other[4], other[0])));
            expected = target / 3 * 3 + sign + 1;
          }
          assertEquals(expected, all.ints("contrast-target").at(i));
        }
      }
      assertTrue(alone < 100, alone + " questions without a contrast");
    }
  }

  @Test
  void aSmallerRatioTakesSomeOfTheSameFacts() {
    KnowledgeGraphFacts all = composition();
    KnowledgeGraphFacts two = facts(Task.COMPOSITION, 2, Answers.RULE, true, false);
    KnowledgeGraphFacts one = facts(Task.COMPOSITION, 1, Answers.RULE, true, false);
    assertEquals(read(all, "test-id"), read(one, "test-id"));
    assertEquals(read(all, "test-ood"), read(one, "test-ood"));
    Map<List<Integer>, Integer> trained = inferredOf(read(one, "train"));
    assertEquals(120, trained.size());
    assertEquals(240, inferredOf(read(two, "train")).size());
    assertTrue(read(two, "train").keySet().containsAll(trained.keySet()));
    assertTrue(read(all, "train").keySet().containsAll(trained.keySet()));
  }

  @Test
  void withoutAtomicOodFactsTrainingLacksThemAndNothingElse() {
    KnowledgeGraphFacts dataset = facts(Task.COMPARISON, 0, Answers.RULE, false, false);
    Map<List<Integer>, Integer> missing = read(comparison(), "train");
    missing.keySet().removeAll(read(dataset, "train").keySet());
    assertEquals(read(dataset, "atomic-ood").keySet(), missing.keySet());
    assertEquals(read(comparison(), "test-ood"), read(dataset, "test-ood"));
  }

  @Test
  void mixedFactsComeOnlyWhereTheyAreAskedFor() {
    KnowledgeGraphFacts plain = composition();
    KnowledgeGraphFacts mixed = facts(Task.COMPOSITION, 0, Answers.RULE, true, true);
    Map<List<Integer>, Integer> atomic = new HashMap<>(read(mixed, "atomic-id"));
    Set<List<Integer>> ood = read(mixed, "atomic-ood").keySet();
    atomic.putAll(read(mixed, "atomic-ood"));
    Map<List<Integer>, Integer> added = read(mixed, "train");
    added.keySet().removeAll(read(plain, "train").keySet());
    assertTrue(added.size() > 50);
    for (List<Integer> question : added.keySet()) {
      assertEquals(1, hops(question, atomic).stream().filter(ood::contains).count());
    }
    assertEquals(read(plain, "test-id"), read(mixed, "test-id"));
    assertEquals(read(plain, "test-ood"), read(mixed, "test-ood"));
  }

  @Test
  void randomAnswersFollowNoRule() {
    KnowledgeGraphFacts dataset = facts(Task.COMPOSITION, 0, Answers.RANDOM, true, false);
    Map<List<Integer>, Integer> rule = read(composition(), "train");
    Map<List<Integer>, Integer> random = read(dataset, "train");
    assertEquals(rule.keySet(), random.keySet());
    int equal = 0;
    int inferred = 0;
    Set<Integer> seen = new HashSet<>();
    for (List<Integer> question : rule.keySet()) {
      if (question.size() == 2) {
        assertEquals(rule.get(question), random.get(question), "atomic facts stay");
      } else {
        inferred++;
        seen.add(random.get(question));
        equal += rule.get(question).equals(random.get(question)) ? 1 : 0;
      }
    }
    assertEquals(ENTITIES, seen.size());
    assertTrue(equal < 3 * inferred / ENTITIES, equal + " of " + inferred);
  }

  @Test
  void whatLeavesASplitEmptyIsRefused() {
    SettingException e =
        assertThrows(
            SettingException.class, () -> facts(Task.COMPOSITION, 100, Answers.RULE, true, false));
    assertEquals("ratio", e.setting());
    assertTrue(e.getMessage().startsWith("must be at most "), e.getMessage());
    assertEquals(
        "degree",
        assertThrows(
                SettingException.class,
                () ->
                    new Settings(
                        Task.COMPOSITION, 10, 3, 4, 2, 0.1, 0.1, 0, Answers.RULE, true, false, 9))
            .setting());
    assertEquals(
        "entities",
        assertThrows(
                SettingException.class,
                () ->
                    new Settings(
                        Task.COMPARISON, 99999, 3, 3, 2, 0.1, 0.1, 0, Answers.RULE, true, false, 9))
            .setting());
    assertEquals(
        "oodFraction",
        assertThrows(
                SettingException.class,
                () ->
                    new KnowledgeGraphFacts(
                        new Settings(
                            Task.COMPARISON,
                            5,
                            3,
                            3,
                            2,
                            0.01,
                            0.1,
                            0,
                            Answers.RULE,
                            true,
                            false,
                            9),
                        seed(0)))
            .setting());
  }
}
