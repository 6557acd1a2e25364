package org.genlab.benchmarks;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A loss in TorchScript, with the values that it reads. */
final class TorchProgram {
  /**
   * A tensor.
   *
   * @param name a Python identifier
   * @param values 32-bit floats, or 64-bit integers
   */
  record Value(String name, boolean integers, ByteBuffer values, long... shape) {}

  // PyTorch's numbers of memory formats
  private static final int CHANNELS_FIRST = 0;
  private static final int CHANNELS_LAST = 2;

  private final List<Value> parameters = new ArrayList<>();
  private final List<Value> data = new ArrayList<>();
  private final List<String> prepared = new ArrayList<>();
  private final StringBuilder code = new StringBuilder();
  private boolean ownGradients;
  private boolean channelsLast;

  /** Adds something to differentiate with respect to. */
  TorchProgram parameter(String name, float[] values, long... shape) {
    parameters.add(new Value(name, false, bytes(values), shape));
    return this;
  }

  /** Adds a constant. */
  TorchProgram data(String name, float[] values, long... shape) {
    data.add(new Value(name, false, bytes(values), shape));
    return this;
  }

  /** Adds a constant of 64-bit integers. */
  TorchProgram data(String name, int[] values, long... shape) {
    ByteBuffer bytes =
        ByteBuffer.allocateDirect(values.length * Long.BYTES).order(ByteOrder.nativeOrder());
    for (int value : values) {
      bytes.putLong(value);
    }
    data.add(new Value(name, true, bytes.flip(), shape));
    return this;
  }

  /** Adds a constant that is computed from the others once, after all of these. */
  TorchProgram prepare(String expression, String name) {
    prepared.add(name + " = " + expression);
    return this;
  }

  /** The code computes gradients itself, so that none of the loss are asked for. */
  TorchProgram ownGradients() {
    ownGradients = true;
    return this;
  }

  /** Stores images and kernels, and all that is computed from them, with the channels last. */
  TorchProgram channelsLast() {
    channelsLast = true;
    return this;
  }

  /** Adds a line of code; the last one assigns {@code loss}. */
  TorchProgram line(String format, Object... arguments) {
    code.append(String.format(Locale.ROOT, format, arguments)).append('\n');
    return this;
  }

  private static ByteBuffer bytes(float[] values) {
    ByteBuffer bytes =
        ByteBuffer.allocateDirect(values.length * Float.BYTES).order(ByteOrder.nativeOrder());
    for (float value : values) {
      bytes.putFloat(value);
    }
    return bytes.flip();
  }

  List<Value> parameters() {
    return parameters;
  }

  List<Value> data() {
    return data;
  }

  /** The lists of tensors that a module of this program holds. */
  static final List<String> LISTS = List.of("data", "params", "first", "second", "steps", "grads");

  /**
   * The methods {@code hold}, which takes the lists, {@code prepare}, which copies them into memory
   * of PyTorch's own, since what comes from Java is not aligned like that nor to be changed, and
   * {@code gradient} and {@code step}, which take nothing and return the loss. Gradients lie in
   * memory as their parameters do, which the fused optimizers take for granted.
   */
  String methods(Rule rule) {
    return """
    def stored(self: __torch__.Net, x: Tensor) -> Tensor:
      if torch.eq(torch.dim(x), 4):
        y = torch.contiguous(x, memory_format=%d)
      else:
        y = torch.contiguous(x)
      return y
    def copies(self: __torch__.Net, tensors: List[Tensor]) -> List[Tensor]:
      copies = annotate(List[Tensor], [])
      for i in range(torch.len(tensors)):
        torch.append(copies, (self).stored(torch.clone(tensors[i])))
      return copies
    def hold(self: __torch__.Net, data: List[Tensor], params: List[Tensor], first: List[Tensor], \
    second: List[Tensor], steps: List[Tensor]) -> None:
      self.data = data
      self.params = params
      self.first = first
      self.second = second
      self.steps = steps
    def loss(self: __torch__.Net) -> Tensor:
      data = self.data
      params = self.params
    %s%s%s%s  return loss
    def prepare(self: __torch__.Net) -> Tensor:
      torch.set_grad_enabled(False)
      data = (self).copies(self.data)
      trained = (self).copies(self.params)
      for i in range(torch.len(trained)):
        param = torch.requires_grad_(trained[i])
      self.params = trained
      self.first = (self).copies(self.first)
      self.second = (self).copies(self.second)
      self.steps = (self).copies(self.steps)
    %s  self.data = data
      return data[0]
    def gradients(self: __torch__.Net, loss: Tensor) -> List[Tensor]:
      maybe = torch.grad([loss], self.params)
      grads = annotate(List[Tensor], [])
      for i in range(torch.len(maybe)):
        torch.append(grads, (self).stored(unchecked_cast(Tensor, maybe[i])))
      return grads
    def gradient(self: __torch__.Net) -> Tensor:
      torch.set_grad_enabled(True)
      loss = (self).loss()
    %s  self.grads = annotate(List[Tensor], [])
      return torch.detach(loss)
    def step(self: __torch__.Net) -> Tensor:
      torch.set_grad_enabled(True)
      loss = (self).loss()
      params = self.params
      first = self.first
      second = self.second
      steps = self.steps
      grads = (self).gradients(loss)
      none = annotate(List[Tensor], [])
      torch.set_grad_enabled(False)
    %s  return torch.detach(loss)
    """
        .formatted(
            channelsLast ? CHANNELS_LAST : CHANNELS_FIRST,
            names("data", data),
            preparedNames(),
            names("params", parameters),
            code.toString().indent(2),
            preparation(),
            ownGradients ? "" : "  self.grads = (self).gradients(loss)\n",
            rule.torch().indent(2));
  }

  /** Appends what is computed once to the data. */
  private String preparation() {
    StringBuilder lines = new StringBuilder(names("data", data));
    for (String value : prepared) {
      String name = value.substring(0, value.indexOf(' '));
      lines.append("  %s%n  torch.append(data, %s)%n".formatted(value, name));
    }
    return lines.toString();
  }

  private String preparedNames() {
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < prepared.size(); i++) {
      String name = prepared.get(i).substring(0, prepared.get(i).indexOf(' '));
      lines.append("  %s = data[%d]%n".formatted(name, data.size() + i));
    }
    return lines.toString();
  }

  private static String names(String list, List<Value> values) {
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < values.size(); i++) {
      lines.append("  %s = %s[%d]%n".formatted(values.get(i).name(), list, i));
    }
    return lines.toString();
  }
}
