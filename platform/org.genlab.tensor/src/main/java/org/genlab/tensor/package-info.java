/**
 * Differentiable tensors.
 *
 * <p><b>Writing differentiable code.</b> Compute with {@link org.genlab.tensor.Tensor}s as with
 * numbers; every operation runs at once, and those that depend on a variable are remembered:
 *
 * <pre>{@code
 * Tensor w = weights.variable();                        // start of a graph
 * Tensor loss = x.linear(w, null).crossEntropy(labels).mean();
 * Tensor gradient = Gradients.of(loss, w);              // of the shape of w, not tracked
 * }</pre>
 *
 * <p>Loops, conditions and helper methods are ordinary Java. {@link
 * org.genlab.tensor.Gradients#of(Tensor, Tensor...)} is the fast way for a gradient that is a
 * result; {@link org.genlab.tensor.Gradients#differentiable(Tensor, Tensor...)} gives one that can
 * be differentiated again:
 *
 * <pre>{@code
 * Tensor g = Gradients.differentiable(loss, w);
 * Tensor penalised = loss.plus(g.square().sum().times(0.1));   // a gradient penalty
 * Tensor through = Gradients.of(penalised, w);                 // needs second derivatives
 * }</pre>
 *
 * <p>Operations of a family stand in classes of their own: {@link org.genlab.tensor.Images} for
 * convolution and pooling, {@link org.genlab.tensor.Normalization}, {@link
 * org.genlab.tensor.Attentions}, {@link org.genlab.tensor.Recurrent}, {@link
 * org.genlab.tensor.SparseMatrix} and {@link org.genlab.tensor.Segments} for graphs, and {@link
 * org.genlab.tensor.LinearAlgebra}, which is not differentiable.
 *
 * <p>{@link org.genlab.tensor.Tensor#detach()} stops gradients. Many parameters in one buffer are
 * one variable and its {@linkplain org.genlab.tensor.Tensor#split parts}: their gradients meet in
 * one buffer, too. Whatever need not be differentiated, such as an optimizer's rule, is fastest as
 * one loop with {@link org.genlab.tensor.Elementwise}.
 *
 * <p><b>Memory.</b> Within a {@link org.genlab.tensor.Scope}, and the host opens one around each
 * step and each evaluation, tensors end with the scope unless they are handed on. A tensor that is
 * made once and held in a field (a mask, a table) has to be a {@link
 * org.genlab.tensor.Tensor#copy()}; otherwise its second use says that its scope was closed.
 *
 * <p><b>Determinism.</b> Operations give the same bits for any number of threads (see {@link
 * org.genlab.tensor.backend.Backend}), and random numbers come from named {@linkplain
 * org.genlab.tensor.random.RandomStream streams}.
 */
@Export
@Version("1.1.0")
package org.genlab.tensor;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
