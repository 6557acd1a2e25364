package org.genlab.api.training;

import org.genlab.api.data.Batch;
import org.genlab.api.data.Dataset;
import org.genlab.api.data.Split;
import org.genlab.api.evaluation.History;
import org.genlab.api.model.Architecture;
import org.genlab.api.model.Model;
import org.genlab.api.model.Network;
import org.genlab.api.model.Output;
import org.genlab.api.model.Parameters;
import org.osgi.annotation.versioning.ProviderType;

/** A training run as its procedure sees it. */
@ProviderType
public interface Training {
  /** The number of steps made so far. */
  long step();

  Dataset dataset();

  /** The main model. */
  Model model();

  Architecture architecture();

  Optimizer optimizer();

  Objective objective();

  /**
   * Another model of that name, created and initialised on first use; afterwards, and after a
   * resume, the same one.
   */
  Model model(String name, Network network);

  /** The run's objective for the main model on a minibatch; this step's randomness. */
  LossFunction loss(Batch batch);

  /** The run's objective for another model. */
  LossFunction loss(Model model, Batch batch);

  /**
   * Evaluates a model's network in training mode at any parameters, with the regularizers' hooks on
   * features; for losses that a procedure composes itself.
   */
  Output forward(Model model, Parameters at, Batch batch);

  /**
   * Evaluates a model's network in evaluation mode at any parameters, as {@link Model#predict} does
   * at the current ones; differentiable.
   */
  Output evaluate(Model model, Parameters at, Batch batch);

  /**
   * Moves the main model one optimizer step and applies the regularizers' update hooks.
   *
   * @return what the optimizer says of the step; its arrays are those of the model, which the next
   *     update writes over: what is to be kept longer is read through {@link Model#parameters}, or
   *     copied
   */
  Optimizer.Step update(LossFunction loss);

  /**
   * Moves another model with an optimizer of the procedure's choice.
   *
   * @return as {@link #update(LossFunction)}
   */
  Optimizer.Step update(Model model, Optimizer optimizer, LossFunction loss);

  /**
   * The minibatch of a step when a split is passed through in a new random order each epoch; the
   * last, smaller minibatch of an epoch is dropped. A pure function of (seed, split, size, step).
   *
   * @param size examples a minibatch; the whole split when it is smaller than that
   */
  Batch minibatch(Split split, int size, long step);

  /** What was measured so far. */
  History history();

  /** Adds a number to the run's record at the current step, e.g. the length of a phase. */
  void record(String series, double value);
}
