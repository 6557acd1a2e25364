package org.genlab.tensor.backend;

import java.util.Arrays;
import java.util.Objects;

/**
 * The form of a recurrent cell that runs over sequences. For each sequence and step the backend
 * keeps {@link #saved()} numbers for each hidden unit.
 *
 * @param cell which cell
 * @param batch the number of sequences
 * @param time the number of steps
 * @param hidden the number of hidden units
 * @param lengths for each sequence the number of its steps, after which its state stays as it is;
 *     null when all take {@code time} steps. Not to be changed.
 */
public record Recurrence(Cell cell, int batch, int time, int hidden, int[] lengths) {
  /** A recurrent cell. */
  public enum Cell {
    /** h = tanh(z). */
    TANH(1, 1),
    /** h = max(z, 0). */
    RELU(1, 1),
    /** Long short-term memory; gates: input, forget, candidate, output. */
    LSTM(4, 4),
    /** Gated recurrent unit; gates: reset, update, candidate. */
    GRU(3, 4);

    private final int gates;
    private final int saved;

    Cell(int gates, int saved) {
      this.gates = gates;
      this.saved = saved;
    }

    /** The number of gates: a weight has that many columns for each hidden unit. */
    public int gates() {
      return gates;
    }

    /** Numbers kept for each hidden unit and step. */
    public int saved() {
      return saved;
    }

    /** Where the product of the state with a gate's weight belongs among what is kept. */
    public int place(int gate) {
      return this == GRU && gate == 2 ? 3 : gate;
    }
  }

  /** The number of gates. */
  public int gates() {
    return cell.gates();
  }

  /** The length of what is kept of a step of a sequence. */
  public int saved() {
    return cell.saved() * hidden;
  }

  /** Whether a sequence takes a step. */
  public boolean takes(int sequence, int step) {
    return lengths == null || step < lengths[sequence];
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Recurrence that
        && cell == that.cell
        && batch == that.batch
        && time == that.time
        && hidden == that.hidden
        && Arrays.equals(lengths, that.lengths);
  }

  @Override
  public int hashCode() {
    return Objects.hash(cell, batch, time, hidden, Arrays.hashCode(lengths));
  }

  @Override
  public String toString() {
    return cell
        + " "
        + batch
        + " x "
        + time
        + " x "
        + hidden
        + (lengths == null ? "" : " of " + Arrays.toString(lengths));
  }
}
