package org.genlab.benchmarks;

import java.util.List;
import org.genlab.api.model.ParameterLayout;
import org.genlab.api.model.ParameterLayout.Role;
import org.genlab.api.model.Parameters;
import org.genlab.tensor.IntTensor;
import org.genlab.tensor.SparseMatrix;
import org.genlab.tensor.Tensor;
import org.genlab.tensor.random.RandomStream;

/** The graph convolutional network of Kipf and Welling (2017, equation 9). */
final class Graphs {
  private static final int NODES = 3000;
  private static final int EDGES = 15000;
  private static final int FEATURES = 64;
  private static final int HIDDEN = 64;
  private static final int CLASSES = 7;

  private Graphs() {}

  static Workload gcn() {
    ParameterLayout layout =
        ParameterLayout.builder()
            .add("layer1.weight", Role.WEIGHT, FEATURES, HIDDEN)
            .add("layer1.bias", Role.BIAS, HIDDEN)
            .add("layer2.weight", Role.WEIGHT, HIDDEN, CLASSES)
            .add("layer2.bias", Role.BIAS, CLASSES)
            .build();
    RandomStream random = RandomStream.of(0, "gcn");
    Parameters initial = Draw.parameters(random, layout);
    SparseMatrix adjacency =
        SparseMatrix.normalizedAdjacency(
            NODES, Draw.classes(random, EDGES, NODES), Draw.classes(random, EDGES, NODES));
    float[] features = Draw.normal(random, NODES * FEATURES);
    int[] labels = Draw.classes(random, NODES, CLASSES);
    Tensor x = Tensor.of(features, NODES, FEATURES);
    IntTensor targets = IntTensor.of(labels, NODES);
    return new Workload(
        "gcn",
        "GCN, 2 layers, 3000 nodes, 15000 undirected edges, 64 features, hidden 64, Adam",
        0.7,
        "",
        initial,
        p -> {
          Tensor h = adjacency.times(x.matmul(p.get("layer1.weight")));
          h = h.plus(p.get("layer1.bias")).relu();
          return adjacency
              .times(h.matmul(p.get("layer2.weight")))
              .plus(p.get("layer2.bias"))
              .crossEntropy(targets)
              .mean();
        },
        List.of(
            new Formulation(
                "sparse matrix",
                torch(initial, adjacency, features, labels, "torch.mm(a, %s)", "torch.mm(a, %s)")),
            new Formulation(
                "edges",
                torch(initial, adjacency, features, labels, edges(HIDDEN), edges(CLASSES)))),
        Rule.adam());
  }

  /** Sends what nodes have along the edges, as libraries for message passing do. */
  private static String edges(int width) {
    return "torch.index_add(torch.zeros([%d, %d]), 0, rows, ".formatted(NODES, width)
        + "torch.mul(torch.index_select(%s, 0, columns), torch.unsqueeze(values, 1)))";
  }

  private static TorchProgram torch(
      Parameters initial,
      SparseMatrix adjacency,
      float[] features,
      int[] labels,
      String first,
      String second) {
    return new TorchProgram()
        .data("x", features, NODES, FEATURES)
        .data("labels", labels, NODES)
        .data("starts", starts(adjacency), NODES + 1)
        .data("rows", adjacency.rowIndices(), adjacency.size())
        .data("columns", adjacency.columnIndices(), adjacency.size())
        .data("values", adjacency.values().toArray(), adjacency.size())
        .parameter("w1", Layouts.weight(initial, "layer1.weight"), HIDDEN, FEATURES)
        .parameter("b1", Layouts.values(initial, "layer1.bias"), HIDDEN)
        .parameter("w2", Layouts.weight(initial, "layer2.weight"), CLASSES, HIDDEN)
        .parameter("b2", Layouts.values(initial, "layer2.bias"), CLASSES)
        .prepare(
            "torch.sparse_csr_tensor(starts, columns, values, [%d, %d])".formatted(NODES, NODES),
            "a")
        .line("x = torch.add(%s, b1)".formatted(first.formatted("torch.linear(x, w1)")))
        .line("x = torch.relu(x)")
        .line("x = torch.add(%s, b2)".formatted(second.formatted("torch.linear(x, w2)")))
        .line("loss = torch.cross_entropy_loss(x, labels)");
  }

  /** Where each row begins among the entries, which are sorted by rows. */
  private static int[] starts(SparseMatrix matrix) {
    int[] starts = new int[NODES + 1];
    for (int row : matrix.rowIndices()) {
      starts[row + 1]++;
    }
    for (int i = 0; i < NODES; i++) {
      starts[i + 1] += starts[i];
    }
    return starts;
  }
}
