package org.genlab.metrics.basic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Proxy;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.genlab.api.SettingException;
import org.genlab.api.data.Batch;
import org.genlab.api.data.DataSpec;
import org.genlab.api.data.Dataset;
import org.genlab.api.data.InputSpec;
import org.genlab.api.data.Split;
import org.genlab.api.data.TargetSpec;
import org.genlab.api.evaluation.Predictions;
import org.genlab.api.evaluation.Recorder;
import org.genlab.api.evaluation.Snapshot;
import org.genlab.tensor.IntTensor;
import org.junit.jupiter.api.Test;

class WorstGroupAccuracyTest {
  private record Data(DataSpec spec, List<Split> splits) implements Dataset {}

  private record Examples(String name, Batch all) implements Split {
    @Override
    public int size() {
      return all.size();
    }

    @Override
    public Batch batch(int... indices) {
      return all.select(indices);
    }
  }

  private static Data data(Batch batch) {
    return new Data(
        new DataSpec(new InputSpec.Values(List.of(1)), new TargetSpec.Classes(3)),
        List.of(new Examples("test", batch)));
  }

  private static Map<String, Double> measured(
      WorstGroupAccuracy.Settings settings, Batch batch, int... predicted) {
    Data data = data(batch);
    int[] shape = batch.labels().shape().toArray();
    Predictions predictions =
        new Predictions(batch, IntTensor.of(predicted, shape).oneHot(3), null);
    Snapshot snapshot =
        (Snapshot)
            Proxy.newProxyInstance(
                Snapshot.class.getClassLoader(),
                new Class<?>[] {Snapshot.class},
                (proxy, method, arguments) ->
                    method.getName().equals("splits") ? data.splits() : predictions);
    Map<String, Double> recorded = new LinkedHashMap<>();
    new WorstGroupAccuracy(settings, data)
        .measure(
            snapshot,
            new Recorder() {
              @Override
              public void number(String series, double value) {
                recorded.put(series.replace("test/", ""), value);
              }

              @Override
              public void array(String name, double... values) {
                throw new AssertionError();
              }
            });
    return recorded;
  }

  private static WorstGroupAccuracy.Settings by(String group, Integer... from) {
    return new WorstGroupAccuracy.Settings(group, List.of(from));
  }

  private static final Batch SIX =
      Batch.of(6)
          .with(Batch.TARGET, IntTensor.of(new int[] {0, 1, 2, 0, 1, 2}, 6))
          .with("count", IntTensor.of(new int[] {7, 0, 2, 7, 1, 2}, 6));

  /** Right are the 1st, 3rd, 4th and 5th. */
  private static final int[] SAID = {0, 0, 2, 0, 1, 1};

  @Test
  void eachValueIsAGroup() {
    assertEquals(
        Map.of(
            "group-accuracy-0", 0.0,
            "group-share-0", 1 / 6.0,
            "group-accuracy-1", 1.0,
            "group-share-1", 1 / 6.0,
            "group-accuracy-2", 0.5,
            "group-share-2", 2 / 6.0,
            "group-accuracy-7", 1.0,
            "group-share-7", 2 / 6.0,
            "worst-group-accuracy", 0.0),
        measured(by("count"), SIX, SAID));
  }

  @Test
  void rangesBeginWhereTheyAreToldTo() {
    assertEquals(
        Map.of(
            "group-accuracy-1", 2 / 3.0,
            "group-share-1", 3 / 6.0,
            "group-accuracy-7", 1.0,
            "group-share-7", 2 / 6.0,
            "worst-group-accuracy", 2 / 3.0),
        measured(by("count", 1, 3, 7, 20), SIX, SAID));
  }

  @Test
  void classesAreGroupsToo() {
    assertEquals(0.5, measured(by(Batch.TARGET), SIX, SAID).get("worst-group-accuracy"));
  }

  @Test
  void positionsThatDoNotCountAreLeftOut() {
    Batch two =
        Batch.of(2)
            .with(Batch.TARGET, IntTensor.of(new int[] {0, -1, 1, 1}, 2, 2))
            .with("group", IntTensor.of(new int[] {4, 5}, 2));
    Map<String, Double> numbers = measured(by("group"), two, 0, 0, 1, 2);
    assertEquals(1.0, numbers.get("group-accuracy-4"));
    assertEquals(1 / 3.0, numbers.get("group-share-4"));
    assertEquals(0.5, numbers.get("group-accuracy-5"));
  }

  @Test
  void bothMistakesAreNamed() {
    SettingException order = assertThrows(SettingException.class, () -> by("count", 1, 3, 3));
    assertTrue(order.getMessage().contains("ascending"), order.getMessage());
    IllegalArgumentException missing =
        assertThrows(
            IllegalArgumentException.class, () -> new WorstGroupAccuracy(by("domain"), data(SIX)));
    assertTrue(missing.getMessage().contains("[target, count]"), missing.getMessage());
  }
}
