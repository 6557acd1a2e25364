package org.genlab.benchmarks;

import java.util.List;
import java.util.function.Function;
import org.genlab.api.model.Parameters;
import org.genlab.tensor.Tensor;

/**
 * The same training in both frameworks: data, initial parameters and arithmetic are the same.
 *
 * @param name by which it is chosen
 * @param description what is trained
 * @param target the quotient of times that is aimed at
 * @param note what must be known to read its figures
 * @param initial the parameters at the start
 * @param loss in GenLab, a function of tracked parameters
 * @param torch formulations of the loss in PyTorch, of the same initial parameters; the fastest is
 *     measured against
 * @param rule how parameters move
 */
record Workload(
    String name,
    String description,
    double target,
    String note,
    Parameters initial,
    Function<Parameters, Tensor> loss,
    List<Formulation> torch,
    Rule rule) {}
