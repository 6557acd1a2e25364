package org.genlab.metrics.geometry;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.genlab.api.data.Batch;
import org.genlab.api.data.DataSpec;
import org.genlab.api.data.Dataset;
import org.genlab.api.data.InputSpec;
import org.genlab.api.data.Split;
import org.genlab.api.data.TargetSpec;
import org.genlab.api.evaluation.Metric;
import org.genlab.api.evaluation.Predictions;
import org.genlab.api.evaluation.Recorder;
import org.genlab.api.evaluation.Snapshot;
import org.genlab.api.model.Model;
import org.genlab.api.model.Output;
import org.genlab.tensor.Tensor;

/** A host of metrics that offers what they may need, and nothing else. */
final class Fakes {
  private Fakes() {}

  private record Examples(String name, Batch all) implements Split {
    @Override
    public int size() {
      return all.size();
    }

    @Override
    public Batch batch(int... indices) {
      return all.select(indices);
    }
  }

  private record Data(DataSpec spec, List<Split> splits) implements Dataset {}

  private static <T> T fake(Class<T> type, Map<String, InvocationHandler> methods) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) -> {
              InvocationHandler handler = methods.get(method.getName());
              if (handler == null) {
                throw new AssertionError("a metric does not need " + method);
              }
              return handler.invoke(proxy, method, arguments);
            }));
  }

  /** One split, {@code train}, of inputs [n, width] that need no targets. */
  static Dataset data(Tensor x, int classes) {
    return new Data(
        new DataSpec(
            new InputSpec.Values(List.of(x.dimension(1))), new TargetSpec.Classes(classes)),
        List.of(new Examples("train", Batch.of(x.dimension(0)).with(Batch.INPUT, x))));
  }

  static Model model(Function<Tensor, Output> network) {
    return fake(Model.class, Map.of("predict", (p, m, a) -> network.apply(((Batch) a[0]).input())));
  }

  /** What the metric records of the first split. */
  static Map<String, Double> measured(
      Metric metric, Dataset data, Function<Tensor, Output> network) {
    Model model = model(network);
    Snapshot snapshot =
        fake(
            Snapshot.class,
            Map.of(
                "model",
                (p, m, a) -> model,
                "splits",
                (p, m, a) -> data.splits(),
                "predictions",
                (p, m, a) -> new Predictions(((Examples) a[0]).all(), null, null)));
    Map<String, Double> numbers = new LinkedHashMap<>();
    metric.measure(
        snapshot,
        fake(
            Recorder.class,
            Map.of("number", (p, m, a) -> numbers.put((String) a[0], (double) a[1]))));
    return numbers;
  }
}
