package org.genlab.benchmarks;

import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.IValueUtils;
import java.util.List;
import org.genlab.tensor.backend.Backend;
import org.genlab.tensor.backend.Buffer;
import org.genlab.tensor.backend.Gemm;
import org.genlab.tensor.backend.Span;

/** The bare matrix products of a linear map: forward, and both gradients. */
final class Products {
  /**
   * A linear map of a workload.
   *
   * @param rows examples, or examples times positions
   */
  record Shapes(String workload, int rows, int in, int out) {}

  /** Which of the three products, each [m, k] by [k, n]. */
  enum Form {
    /** y = x W. */
    FORWARD,
    /** dx = dy W'. */
    INPUT,
    /** dW = x' dy. */
    WEIGHT
  }

  static final List<Shapes> ALL =
      List.of(
          new Shapes("grokking", 2560, 128, 128),
          new Shapes("grokking", 2560, 128, 512),
          new Shapes("grokking", 2560, 512, 128),
          new Shapes("language", 2048, 128, 128),
          new Shapes("language", 2048, 128, 512),
          new Shapes("language", 2048, 512, 128),
          new Shapes("mlp", 128, 784, 512),
          new Shapes("mlp", 128, 512, 512),
          new Shapes("mlp", 128, 512, 10),
          new Shapes("mlp-tiny", 32, 64, 64),
          new Shapes("lstm", 64, 64, 256),
          new Shapes("gcn", 3000, 64, 64));

  /** How many products one call computes, so that calling costs little. */
  private static int repetitions(Shapes s) {
    return (int) Math.max(1, 2e8 / (2.0 * s.rows() * s.in() * s.out()));
  }

  private static final String METHODS =
      """
      def run(self: __torch__.Net, a: Tensor, b: Tensor, c: Tensor, n: int) -> None:
        for i in range(n):
          torch.mm(a, b, out=c)
      """;

  private final Backend backend;
  private final PtNDManager manager;
  private final PtSymbolBlock module;

  Products(Backend backend, PtNDManager manager) {
    this.backend = backend;
    this.manager = manager;
    this.module = TorchScript.compile(manager, List.of(), METHODS);
  }

  /**
   * Milliseconds of one product, GenLab's first. PyTorch's weights are stored [out, in] and
   * GenLab's [in, out], as linear maps have them.
   */
  Duel.Times measure(Shapes s, Form form, Duel duel) {
    int n = repetitions(s);
    try (PtNDManager local = (PtNDManager) manager.newSubManager()) {
      PtNDArray x = normal(local, s.rows(), s.in());
      PtNDArray dy = normal(local, s.rows(), s.out());
      PtNDArray w = normal(local, s.out(), s.in());
      PtNDArray[] torch =
          switch (form) {
            case FORWARD -> new PtNDArray[] {x, w.transpose(), dy};
            case INPUT -> new PtNDArray[] {dy, w, x};
            case WEIGHT -> new PtNDArray[] {dy.transpose(), x, w};
          };
      IValue a = IValue.from(torch[0]);
      IValue b = IValue.from(torch[1]);
      IValue c = IValue.from(torch[2]);
      IValue count = IValue.from((long) n);
      Span[] genlab = {span(s.rows() * s.in()), span(s.in() * s.out()), span(s.rows() * s.out())};
      Gemm gemm =
          switch (form) {
            case FORWARD -> Gemm.of(false, false, s.rows(), s.out(), s.in(), false);
            case INPUT -> Gemm.of(false, true, s.rows(), s.in(), s.out(), false);
            case WEIGHT -> Gemm.of(true, false, s.in(), s.out(), s.rows(), false);
          };
      Runnable mine =
          () -> {
            for (int i = 0; i < n; i++) {
              switch (form) {
                case FORWARD -> backend.gemm(gemm, genlab[0], genlab[1], null, genlab[2]);
                case INPUT -> backend.gemm(gemm, genlab[2], genlab[1], null, genlab[0]);
                case WEIGHT -> backend.gemm(gemm, genlab[0], genlab[2], null, genlab[1]);
              }
            }
          };
      Duel.Times times =
          duel.fight(mine, () -> IValueUtils.runMethod(module, "run", a, b, c, count).close());
      for (IValue value : List.of(a, b, c, count)) {
        value.close();
      }
      for (Span span : genlab) {
        backend.free(span.buffer());
      }
      for (double[] side : List.of(times.first(), times.second())) {
        for (int i = 0; i < side.length; i++) {
          side[i] /= n;
        }
      }
      return times;
    }
  }

  private static PtNDArray normal(PtNDManager manager, int rows, int columns) {
    return (PtNDArray) manager.randomNormal(0, 1, new Shape(rows, columns), DataType.FLOAT32);
  }

  private Span span(int n) {
    Buffer buffer = backend.allocate(n);
    float[] values = new float[n];
    for (int i = 0; i < n; i++) {
      values[i] = (i * 37 % 101 - 50) / 50f;
    }
    Span span = new Span(buffer, 0);
    backend.write(values, 0, span, n);
    return span;
  }
}
