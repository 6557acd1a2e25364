package org.genlab.tensor;

import org.genlab.tensor.backend.Recurrence.Cell;

/**
 * Recurrent cells that run over sequences, fused: one operation for all steps.
 *
 * <p>Inputs are [batch, time, in], states [batch, hidden], and null where they are to begin with
 * zeros. Weights are [in, gates hidden] of the input and [hidden, gates hidden] of the state; the
 * columns of a gate stand together. A bias is null or has an element for each column. s is the
 * logistic function.
 *
 * <p>With {@code lengths} [batch], each in [0, time], a sequence ends earlier: its state then stays
 * as it is, so that the last one is always that of the sequence's end. Without, or with null, all
 * sequences have the whole length.
 *
 * <p>Everything is differentiable any number of times. Messages about what does not fit begin with
 * the operation and give the shapes.
 */
public final class Recurrent {
  private Recurrent() {}

  /**
   * The states of a cell.
   *
   * @param all [batch, time, hidden], after each step
   * @param last [batch, hidden], after all steps
   */
  public record States(Tensor all, Tensor last) {}

  /**
   * The states of an LSTM.
   *
   * @param all [batch, time, hidden], the output h after each step
   * @param last [batch, hidden], the output after all steps
   * @param cell [batch, hidden], the cell state c after all steps
   */
  public record LstmStates(Tensor all, Tensor last, Tensor cell) {}

  /**
   * Long short-term memory (Hochreiter and Schmidhuber, 1997, with the forget gate of Gers et al.,
   * 2000): with [i, f, g, o] = x W + h U + b, in this order, c = s(f) c + s(i) tanh(g), h = s(o)
   * tanh(c).
   *
   * @param x [batch, time, in]
   * @param h [batch, hidden], the output to begin with, or null
   * @param c [batch, hidden], the cell state to begin with, or null
   * @param inputWeight W, [in, 4 hidden]
   * @param stateWeight U, [hidden, 4 hidden]
   * @param bias b, [4 hidden], or null
   * @param lengths [batch], or null
   * @throws IllegalArgumentException when the shapes do not fit
   * @throws IndexOutOfBoundsException when a length is not in [0, time]
   */
  public static LstmStates lstm(
      Tensor x,
      Tensor h,
      Tensor c,
      Tensor inputWeight,
      Tensor stateWeight,
      Tensor bias,
      IntTensor lengths) {
    return RecurrentOps.lstm(x, h, c, inputWeight, stateWeight, bias, lengths);
  }

  /**
   * Long short-term memory over sequences that all have the whole length.
   *
   * @throws IllegalArgumentException when the shapes do not fit
   */
  public static LstmStates lstm(
      Tensor x, Tensor h, Tensor c, Tensor inputWeight, Tensor stateWeight, Tensor bias) {
    return lstm(x, h, c, inputWeight, stateWeight, bias, null);
  }

  /**
   * Gated recurrent unit (Cho et al., 2014, with the reset gate behind the product): with [r, u, a]
   * = x W + b and [r', u', n'] = h U, in this order, n = tanh(a + s(r + r') (n' + b')), h = (1 - z)
   * n + z h with z = s(u + u').
   *
   * @param x [batch, time, in]
   * @param h [batch, hidden], the state to begin with, or null
   * @param inputWeight W, [in, 3 hidden]
   * @param stateWeight U, [hidden, 3 hidden]
   * @param bias b, [3 hidden], or null
   * @param candidateBias b', [hidden], or null
   * @param lengths [batch], or null
   * @throws IllegalArgumentException when the shapes do not fit
   * @throws IndexOutOfBoundsException when a length is not in [0, time]
   */
  public static States gru(
      Tensor x,
      Tensor h,
      Tensor inputWeight,
      Tensor stateWeight,
      Tensor bias,
      Tensor candidateBias,
      IntTensor lengths) {
    return RecurrentOps.states(
        "Recurrent.gru", Cell.GRU, x, h, inputWeight, stateWeight, bias, candidateBias, lengths);
  }

  /**
   * A gated recurrent unit over sequences that all have the whole length.
   *
   * @throws IllegalArgumentException when the shapes do not fit
   */
  public static States gru(
      Tensor x,
      Tensor h,
      Tensor inputWeight,
      Tensor stateWeight,
      Tensor bias,
      Tensor candidateBias) {
    return gru(x, h, inputWeight, stateWeight, bias, candidateBias, null);
  }

  /**
   * The simple cell of Elman (1990): h = tanh(x W + h U + b).
   *
   * @param x [batch, time, in]
   * @param h [batch, hidden], the state to begin with, or null
   * @param inputWeight W, [in, hidden]
   * @param stateWeight U, [hidden, hidden]
   * @param bias b, [hidden], or null
   * @param lengths [batch], or null
   * @throws IllegalArgumentException when the shapes do not fit
   * @throws IndexOutOfBoundsException when a length is not in [0, time]
   */
  public static States tanh(
      Tensor x, Tensor h, Tensor inputWeight, Tensor stateWeight, Tensor bias, IntTensor lengths) {
    return RecurrentOps.states(
        "Recurrent.tanh", Cell.TANH, x, h, inputWeight, stateWeight, bias, null, lengths);
  }

  /**
   * The simple cell with max(z, 0) instead of tanh (Le, Jaitly and Hinton, 2015).
   *
   * @see #tanh for shapes and errors
   */
  public static States relu(
      Tensor x, Tensor h, Tensor inputWeight, Tensor stateWeight, Tensor bias, IntTensor lengths) {
    return RecurrentOps.states(
        "Recurrent.relu", Cell.RELU, x, h, inputWeight, stateWeight, bias, null, lengths);
  }
}
