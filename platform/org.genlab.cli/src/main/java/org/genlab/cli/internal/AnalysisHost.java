package org.genlab.cli.internal;

import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.ConcurrentHashMap;
import org.genlab.api.Randomness;
import org.genlab.api.RunInfo;
import org.genlab.api.Slots;
import org.genlab.runtime.plugins.HostServices;
import org.genlab.tensor.Tensor;
import org.genlab.tensor.random.RandomStream;

/**
 * What an analysis across runs is given: its random numbers depend on nothing but its name, and
 * what it remembers ends with it.
 */
record AnalysisHost(String name, Map<String, Object> memory) implements HostServices {
  AnalysisHost(String name) {
    this(name, new ConcurrentHashMap<>());
  }

  @Override
  public Randomness randomness(String path) {
    return (stream, counters) -> RandomStream.of(0, path + "/" + stream, counters);
  }

  @Override
  public Slots slots(String path) {
    return new Memory(path + "/", memory);
  }

  @Override
  public RunInfo runInfo() {
    return new Info(name);
  }

  private record Info(String name) implements RunInfo {
    @Override
    public long seed() {
      return 0;
    }

    @Override
    public void log(String line) {
      // An analysis reports what it found through its recorder.
    }
  }

  private record Memory(String prefix, Map<String, Object> values) implements Slots {
    @Override
    public Optional<Tensor> array(String name) {
      return values.get(prefix + name) instanceof Tensor tensor
          ? Optional.of(tensor)
          : Optional.empty();
    }

    @Override
    public void put(String name, Tensor value) {
      values.put(prefix + name, value);
    }

    @Override
    public OptionalDouble number(String name) {
      return values.get(prefix + name) instanceof Double number
          ? OptionalDouble.of(number)
          : OptionalDouble.empty();
    }

    @Override
    public void put(String name, double value) {
      values.put(prefix + name, value);
    }

    @Override
    public void remove(String name) {
      values.remove(prefix + name);
    }
  }
}
