package org.genlab.benchmarks;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.IValueUtils;
import java.util.List;
import org.genlab.benchmarks.TorchProgram.Value;

/**
 * A workload in PyTorch. Forward, backward and optimizer are one call of TorchScript, which runs
 * PyTorch's own operators and automatic differentiation, without Python between them.
 */
final class TorchSide implements Side {
  private final PtNDManager manager;
  private final PtSymbolBlock module;
  private final NDList step;
  private final NDList gradient;

  TorchSide(PtNDManager parent, TorchProgram program, Rule rule) {
    manager = (PtNDManager) parent.newSubManager();
    module = TorchScript.compile(manager, TorchProgram.LISTS, program.methods(rule));
    List<PtNDArray> trained = program.parameters().stream().map(this::tensor).toList();
    IValue[] lists = {
      list(program.data().stream().map(this::tensor).toList()),
      list(trained),
      list(trained.stream().map(p -> zeros(p.getShape())).toList()),
      list(trained.stream().map(p -> zeros(p.getShape())).toList()),
      list(trained.stream().map(p -> zeros(new Shape())).toList())
    };
    IValueUtils.runMethod(module, "hold", lists).close();
    for (IValue list : lists) {
      list.close();
    }
    run(call("prepare"));
    gradient = call("gradient");
    if (rule.optimizer().isEmpty()) {
      step = gradient;
    } else {
      step = call("step");
    }
  }

  private PtNDArray tensor(Value value) {
    DataType type = value.integers() ? DataType.INT64 : DataType.FLOAT32;
    return manager.create(value.values(), new Shape(value.shape()), type);
  }

  private PtNDArray zeros(Shape shape) {
    return (PtNDArray) manager.zeros(shape, DataType.FLOAT32);
  }

  private static IValue list(List<PtNDArray> tensors) {
    return IValue.listFrom(tensors.toArray(new PtNDArray[0]));
  }

  /** What DJL takes for a call without arguments: an array that has the name of a method. */
  private NDList call(String method) {
    NDArray name = zeros(new Shape());
    name.setName("module_method:" + method);
    return new NDList(name);
  }

  @Override
  public double step() {
    return run(step);
  }

  @Override
  public double gradient() {
    return run(gradient);
  }

  private double run(NDList call) {
    try (NDList loss = IValueUtils.forward(module, call, true)) {
      return loss.get(0).isScalar() ? loss.get(0).getFloat() : Double.NaN;
    }
  }

  @Override
  public void close() {
    module.close();
    manager.close();
  }
}
