package org.genlab.tensor.contract;

import static org.genlab.tensor.contract.OperationContract.s;

import java.util.ArrayList;
import java.util.List;
import org.genlab.tensor.Tensor;

/** Outer products, sums of products over named axes, distances. */
final class ContractionCases {
  private ContractionCases() {}

  static void addTo(OperationContract contract) {
    contract.add("outer", x -> x[0].outer(x[1]), x -> einsum("i,j->ij", x), s(3), s(17));
    contract.add("outer", x -> x[0].outer(x[1]), x -> einsum("bi,bj->bij", x), s(2, 3), s(2, 4));
    contract.add("outer", x -> x[0].outer(x[0]), x -> einsum("i,j->ij", x[0], x[0]), s(4));
    Object[][] equations = {
      {"ij->ji", s(2, 3)},
      {"ij->", s(2, 3)},
      {"iji->j", s(3, 2, 3)},
      {"ii->i", s(4, 4)},
      {"iii->", s(2, 2, 2)},
      {"ij,jk->ik", s(2, 3), s(3, 17)},
      {"ij,kj->ki", s(2, 3), s(4, 3)},
      {"bqhd,bkhd->bhqk", s(2, 3, 2, 4), s(2, 5, 2, 4)},
      {"bhqk,bkhd->bqhd", s(2, 1, 3, 4), s(2, 4, 1, 3)},
      {"ij,ij->ij", s(2, 3), s(2, 3)},
      {"ij,ij->", s(2, 3), s(2, 3)},
      {"i,j->ji", s(2), s(3)},
      {"ijl,jk->k", s(2, 3, 2), s(3, 2)},
      {"iij,jk->ik", s(2, 2, 3), s(3, 2)},
      {"ij,->ij", s(2, 3), s()},
      {"bi,bij->bj", s(0, 2), s(0, 2, 3)},
    };
    for (Object[] e : equations) {
      String equation = (String) e[0];
      int[][] shapes = new int[e.length - 1][];
      for (int i = 0; i < shapes.length; i++) {
        shapes[i] = (int[]) e[i + 1];
      }
      contract.add(
          "einsum " + equation, x -> Tensor.einsum(equation, x), x -> einsum(equation, x), shapes);
    }
    int[][][] pairs = {
      {s(3, 2), s(4, 2)},
      {s(2, 3, 5), s(2, 4, 5)},
      {s(5, 17), s(1, 17)},
      {s(0, 3), s(2, 3)},
      {s(2, 0), s(3, 0)},
      {s(1, 1), s(1, 1)}
    };
    for (int[][] p : pairs) {
      contract.add(
          "squaredDistances",
          x -> x[0].squaredDistances(x[1]),
          x -> {
            int rank = p[0].length;
            int[] a = OperationContract.join(java.util.Arrays.copyOf(p[0], rank - 1), 1);
            a = OperationContract.join(a, p[0][rank - 1]);
            int[] b = OperationContract.join(java.util.Arrays.copyOf(p[1], rank - 2), 1);
            b = OperationContract.join(b, p[1][rank - 2], p[1][rank - 1]);
            Reference d = x[0].reshape(a).minus(x[1].reshape(b));
            return d.times(d).sum(-1).squeeze(-1);
          },
          p);
    }
  }

  /** By definition: the sum over all values of all letters. */
  private static Reference einsum(String equation, Reference... operands) {
    String[] sides = equation.split("->", -1);
    String[] terms = sides[0].split(",", -1);
    List<Character> letters = new ArrayList<>();
    List<Integer> sizes = new ArrayList<>();
    for (int t = 0; t < terms.length; t++) {
      for (int d = 0; d < terms[t].length(); d++) {
        if (!letters.contains(terms[t].charAt(d))) {
          letters.add(terms[t].charAt(d));
          sizes.add(operands[t].shape[d]);
        }
      }
    }
    int[] to = sides[1].chars().map(c -> sizes.get(letters.indexOf((char) c))).toArray();
    Reference result = Reference.of(i -> 0, to);
    int total = sizes.stream().reduce(1, (a, b) -> a * b);
    for (int n = 0; n < total; n++) {
      int[] index = new int[letters.size()];
      int rest = n;
      for (int l = 0; l < index.length; l++) {
        index[l] = rest % sizes.get(l);
        rest /= sizes.get(l);
      }
      double product = 1;
      for (int t = 0; t < terms.length; t++) {
        product *= operands[t].values[place(terms[t], letters, index, operands[t].shape)];
      }
      result.values[place(sides[1], letters, index, to)] += product;
    }
    return result;
  }

  private static int place(String term, List<Character> letters, int[] index, int[] shape) {
    int place = 0;
    for (int d = 0; d < term.length(); d++) {
      place = place * shape[d] + index[letters.indexOf(term.charAt(d))];
    }
    return place;
  }
}
