package org.genlab.runtime.internal.engine;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.genlab.api.model.Forward;
import org.genlab.api.model.Output;
import org.genlab.tensor.Tensor;
import org.genlab.tensor.random.RandomStream;

/** One pass of a model's network. */
final class ForwardPass implements Forward {
  private final TrainedModel model;
  private final StepContext context;
  private final ComposedObjective.Mode mode;
  private final Hook hook;
  private final Map<String, Tensor> features = new LinkedHashMap<>();

  ForwardPass(TrainedModel model, StepContext context, ComposedObjective.Mode mode, Hook hook) {
    this.model = model;
    this.context = context;
    this.mode = mode;
    this.hook = hook;
  }

  @Override
  public boolean training() {
    return mode != ComposedObjective.Mode.EVALUATION;
  }

  @Override
  public Tensor feature(String name, Site site, Tensor value) {
    Tensor changed = hook.apply(name, site, value);
    if (features.put(name, changed) != null) {
      throw new IllegalArgumentException("the network announces feature '" + name + "' twice");
    }
    return changed;
  }

  @Override
  public RandomStream random(String name) {
    return context.random("forward/" + name);
  }

  @Override
  public Optional<Tensor> buffer(String name) {
    return Optional.ofNullable(model.buffers().arrays().get(name));
  }

  @Override
  public void updateBuffer(String name, Tensor value) {
    if (mode == ComposedObjective.Mode.TRAINING) {
      model.updateBuffer(name, value);
    }
  }

  /** The network's output with every feature that was announced. */
  Output complete(Output output) {
    Map<String, Tensor> all = new LinkedHashMap<>(features);
    output.features().forEach(all::putIfAbsent);
    return new Output(output.logits(), all);
  }
}
