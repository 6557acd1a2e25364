package org.genlab.datasets.tasks;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;

/** Round trips through all cities; the elements of a question are distances, row by row. */
final class Tours {
  private Tours() {}

  /** How many distances there are between cities. */
  static int distances(int cities) {
    return cities * (cities - 1) / 2;
  }

  private static int cities(Question q) {
    int cities = 2;
    while (distances(cities) < q.size()) {
      cities++;
    }
    return cities;
  }

  private static int distance(Question q, int a, int b) {
    int from = Math.min(a, b);
    int to = Math.max(a, b);
    int before = from * cities(q) - from * (from + 1) / 2;
    return q.at(before + to - from - 1);
  }

  static int length(Question q, List<Integer> tour) {
    int length = 0;
    for (int i = 0; i < tour.size(); i++) {
      length += distance(q, tour.get(i), tour.get((i + 1) % tour.size()));
    }
    return length;
  }

  /** Whether each city is there once. */
  static boolean isTour(Question q, List<Integer> cities) {
    int n = cities(q);
    return cities.size() == n
        && new HashSet<>(cities).size() == n
        && cities.stream().allMatch(c -> c >= 0 && c < n);
  }

  /** The first shortest one in lexicographic order; it begins at city 0. */
  static List<Integer> shortest(Question q) {
    List<Integer> best = new ArrayList<>();
    extend(q, new ArrayList<>(List.of(0)), best);
    return best;
  }

  private static void extend(Question q, List<Integer> tour, List<Integer> best) {
    int n = cities(q);
    if (tour.size() == n) {
      if (best.isEmpty() || length(q, tour) < length(q, best)) {
        best.clear();
        best.addAll(tour);
      }
      return;
    }
    for (int city = 1; city < n; city++) {
      if (!tour.contains(city)) {
        tour.add(city);
        extend(q, tour, best);
        tour.remove(tour.size() - 1);
      }
    }
  }
}
