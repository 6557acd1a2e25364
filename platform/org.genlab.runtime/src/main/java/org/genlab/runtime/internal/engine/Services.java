package org.genlab.runtime.internal.engine;

import java.util.function.Consumer;
import org.genlab.api.Randomness;
import org.genlab.api.RunInfo;
import org.genlab.api.Slots;
import org.genlab.runtime.plugins.HostServices;
import org.genlab.tensor.random.RandomStream;

/** What a run gives to its plugins. */
record Services(String name, long seed, SlotStore slotStore, Consumer<String> log)
    implements HostServices {
  @Override
  public Randomness randomness(String path) {
    return (stream, counters) -> RandomStream.of(seed, path + "/" + stream, counters);
  }

  @Override
  public Slots slots(String path) {
    return slotStore.slots(path);
  }

  @Override
  public RunInfo runInfo() {
    return new Info(name, seed, log);
  }

  private record Info(String name, long seed, Consumer<String> sink) implements RunInfo {
    @Override
    public void log(String line) {
      sink.accept(line);
    }
  }
}
