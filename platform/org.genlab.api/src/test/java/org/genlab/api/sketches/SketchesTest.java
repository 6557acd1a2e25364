package org.genlab.api.sketches;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import org.genlab.api.Randomness;
import org.genlab.api.Slots;
import org.genlab.api.data.Annotation;
import org.genlab.api.data.Batch;
import org.genlab.api.data.DataSpec;
import org.genlab.api.data.InputSpec;
import org.genlab.api.data.Split;
import org.genlab.api.data.TargetSpec;
import org.genlab.api.evaluation.History;
import org.genlab.api.evaluation.Recorder;
import org.genlab.api.evaluation.RunRecord;
import org.genlab.api.evaluation.Series;
import org.genlab.api.model.FittedNetwork;
import org.genlab.api.model.Forward;
import org.genlab.api.model.Output;
import org.genlab.api.model.ParameterLayout;
import org.genlab.api.model.ParameterLayout.Role;
import org.genlab.api.model.Parameters;
import org.genlab.api.training.LossFunction;
import org.genlab.api.training.Optimizer;
import org.genlab.api.training.Regularizer;
import org.genlab.api.training.State;
import org.genlab.tensor.Gradients;
import org.genlab.tensor.IntTensor;
import org.genlab.tensor.Tensor;
import org.genlab.tensor.random.RandomStream;
import org.junit.jupiter.api.Test;

/** The sketches that need no host, against closed forms. */
class SketchesTest {
  private static final ParameterLayout TWO =
      ParameterLayout.builder().add("w", Role.WEIGHT, 2).build();
  private static final FirstStep CONTEXT = new FirstStep();

  private record FirstStep() implements Optimizer.Context, Regularizer.Context {
    @Override
    public long step() {
      return 0;
    }

    @Override
    public long totalSteps() {
      return 1;
    }

    @Override
    public RandomStream random(String name) {
      return RandomStream.of(0, name);
    }
  }

  /** w - gradient. */
  private record Descent() implements Optimizer {
    @Override
    public State initial(Parameters parameters) {
      return State.empty().with("steps", 0.0);
    }

    @Override
    public Step step(Parameters parameters, LossFunction loss, State state, Context context) {
      LossFunction.Evaluation e = loss.evaluate(parameters);
      return new Step(
          parameters.map(w -> w.minus(e.gradient())),
          state.with("steps", state.number("steps") + 1),
          e.loss());
    }
  }

  private static final class MapSlots implements Slots {
    private final Map<String, Tensor> arrays = new TreeMap<>();
    private final Map<String, Double> numbers = new TreeMap<>();

    @Override
    public Optional<Tensor> array(String name) {
      return Optional.ofNullable(arrays.get(name));
    }

    @Override
    public void put(String name, Tensor value) {
      arrays.put(name, value.copy());
    }

    @Override
    public OptionalDouble number(String name) {
      return numbers.containsKey(name)
          ? OptionalDouble.of(numbers.get(name))
          : OptionalDouble.empty();
    }

    @Override
    public void put(String name, double value) {
      numbers.put(name, value);
    }

    @Override
    public void remove(String name) {
      arrays.remove(name);
      numbers.remove(name);
    }
  }

  private static Parameters at(float... w) {
    return new Parameters(TWO, Tensor.of(w, 2));
  }

  /** 0.5 (a w0^2 + b w1^2). */
  private static Function<Parameters, Tensor> quadratic(float a, float b) {
    return p -> p.get("w").square().times(Tensor.of(new float[] {a, b}, 2)).sum().times(0.5);
  }

  @Test
  void samTakesTheGradientAtTheDisplacedPoint() {
    // At (3, 4) the gradient of |w|^2 / 2 has norm 5; displaced by rho along it: w (1 + rho / 5).
    Sam sam = new Sam(0.5, new Descent());
    LossFunction loss = LossFunction.of(quadratic(1, 1), Batch.of(0));
    Optimizer.Step step = sam.step(at(3, 4), loss, sam.initial(at(3, 4)), CONTEXT);
    assertArrayEquals(
        new float[] {-0.3f, -0.4f}, step.parameters().flat().toArray(), 1e-6f, "w - 1.1 w");
    assertEquals(12.5f, step.loss());
    assertEquals(1, step.state().nested("base").number("steps"));
  }

  @Test
  void fishFollowsTheDomainsOneAfterTheOther() {
    LossFunction first = LossFunction.of(quadratic(1, 1), Batch.of(0));
    LossFunction second = LossFunction.of(quadratic(2, 2), Batch.of(0));
    LossFunction both =
        new LossFunction() {
          @Override
          public Evaluation evaluate(Parameters p) {
            return first.evaluate(p);
          }

          @Override
          public Tensor value(Parameters p) {
            return first.value(p);
          }

          @Override
          public Tensor perExample(Parameters p) {
            return first.perExample(p);
          }

          @Override
          public Tensor perExampleGradients(Parameters p) {
            return first.perExampleGradients(p);
          }

          @Override
          public Batch batch() {
            return first.batch();
          }

          @Override
          public LossFunction on(Batch other) {
            return first.on(other);
          }

          @Override
          public List<LossFunction> by(String annotation) {
            return List.of(first, second);
          }
        };
    // Inner: w (1 - 0.1)(1 - 0.2) = 0.72 w; outer: w + 0.5 (0.72 - 1) w = 0.86 w.
    Optimizer.Step step = new Fish(0.1, 0.5).step(at(1, -1), both, State.empty(), CONTEXT);
    assertArrayEquals(
        new float[] {0.86f, -0.86f}, step.parameters().flat().toArray(), 1e-6f, "0.86 w");
  }

  @Test
  void groupDroRaisesTheWeightOfTheWorseGroup() {
    MapSlots slots = new MapSlots();
    Batch batch = Batch.of(3).with(Annotation.GROUP, IntTensor.of(new int[] {0, 1, 1}, 3));
    Tensor losses = Tensor.of(new float[] {1, 2, 4}, 3);
    Tensor loss = new GroupDro(2, 0.5, slots).reduce(losses, batch, new FirstStep()).orElseThrow();
    double q1 = StrictMath.exp(1.5) / (StrictMath.exp(0.5) + StrictMath.exp(1.5));
    assertEquals((1 - q1) * 1 + q1 * 3, loss.item(), 1e-6);
    assertEquals(q1, slots.array("q").orElseThrow().toArray()[1], 1e-6);
  }

  @Test
  void irmPenalisesTheGradientWithRespectToTheScaleOfTheLogits() {
    // Squared error of logit z with target y: d/ds (s z - y)^2 at 1 is 2 z (z - y).
    float[] z = {1, 2, 3};
    float[] y = {0, 2, 1};
    Batch batch = Batch.of(3).with(Annotation.DOMAIN, IntTensor.of(new int[] {0, 1, 1}, 3));
    Tensor weight = Tensor.scalar(1).variable();
    Tensor logits = Tensor.of(z, 3).times(weight);
    Regularizer.Pass pass = new SquaredErrorPass(batch, new Output(logits, Map.of()), y);
    Tensor penalty = new Irm(1).penalty(pass, new FirstStep()).orElseThrow();
    double first = 2 * 1 * (1 - 0);
    double second = (2 * 2 * (2 - 2) + 2 * 3 * (3 - 1)) / 2.0;
    assertEquals((first * first + second * second) / 2, penalty.item(), 1e-4);
    // The penalty can be differentiated again: with respect to a factor w of the logits it is
    // mean over domains of (2 mean(w z (w z - y)))^2.
    Function<Double, Double> p =
        w -> {
          double a = 2 * w * (w - 0);
          double b = w * 2 * (w * 2 - 2) + w * 3 * (w * 3 - 1);
          return (a * a + b * b) / 2;
        };
    double slope = (p.apply(1 + 1e-6) - p.apply(1 - 1e-6)) / 2e-6;
    assertEquals(slope, Gradients.of(penalty, weight).item(), 1e-2);
  }

  private record SquaredErrorPass(Batch batch, Output output, float... targets)
      implements Regularizer.Pass {
    @Override
    public Parameters parameters() {
      return at(0, 0);
    }

    @Override
    public Parameters initialParameters() {
      return at(0, 0);
    }

    @Override
    public Tensor perExample() {
      return perExample(output);
    }

    @Override
    public Tensor perExample(Output other) {
      return other.logits().minus(Tensor.of(targets, targets.length)).square();
    }

    @Override
    public Output evaluate(Batch other) {
      return output;
    }
  }

  @Test
  void mixupKeepsLabelsDistributions() {
    Batch batch =
        Batch.of(2)
            .with(Batch.INPUT, Tensor.of(new float[] {0, 1}, 2, 1))
            .with(Batch.TARGET, IntTensor.of(new int[] {0, 2}, 2));
    Batch mixed = new Mixup(3).augment(batch, new FirstStep());
    float[] soft = mixed.reals(Batch.TARGET).toArray();
    for (int row = 0; row < 2; row++) {
      float x = mixed.input().toArray()[row];
      assertEquals(1, soft[3 * row] + soft[3 * row + 1] + soft[3 * row + 2], 1e-6);
      assertEquals(x, soft[3 * row + 2], 1e-6, "input and label are mixed by the same weight");
    }
  }

  @Test
  void aGradientGoesThroughAnUpdate() {
    // Inner loss a w^2 / 2, one step of size alpha, outer loss b w'^2 / 2:
    // d/dw = b (1 - alpha a)^2 w.
    Parameters w = at(2, 3);
    LossFunction meta =
        LossFunction.of(
            theta -> {
              Tensor g = Gradients.differentiable(quadratic(1, 4).apply(theta), theta.flat());
              return quadratic(5, 7).apply(theta.map(x -> x.minus(g.times(0.1))));
            },
            Batch.of(0));
    assertArrayEquals(
        new float[] {5 * 0.9f * 0.9f * 2, 7 * 0.6f * 0.6f * 3},
        meta.evaluate(w).gradient().toArray(),
        1e-4f);
  }

  @Test
  void bm25RanksTheDocumentThatHasTheRareTermFirst() {
    int[] documents = {0, 1, 1, 0, 2, -1, 1, 1, 1};
    Split split =
        new Split() {
          @Override
          public String name() {
            return "train";
          }

          @Override
          public int size() {
            return 3;
          }

          @Override
          public Batch batch(int... indices) {
            return Batch.of(3).with(Batch.INPUT, IntTensor.of(documents, 3, 3)).select(indices);
          }
        };
    DataSpec spec = new DataSpec(new InputSpec.Tokens(3, 3), new TargetSpec.Classes(3));
    FittedNetwork bm25 = (FittedNetwork) new Bm25(1.2, 0.75).build(spec);
    State index = bm25.fit(split, new SeedZero());
    Batch query = Batch.of(1).with(Batch.INPUT, IntTensor.of(new int[] {2, -1, -1}, 1, 3));
    float[] scores =
        bm25.forward(bm25.initialize(RandomStream.of(0, "x")), query, new Reading(index))
            .logits()
            .toArray();
    double idf = StrictMath.log(1 + (3 - 1 + 0.5) / (1 + 0.5));
    double length = 1 - 0.75 + 0.75 * 2 / (8 / 3.0);
    assertArrayEquals(new float[] {0, (float) (idf * 2.2 / (1 + 1.2 * length)), 0}, scores, 1e-6f);
  }

  private record SeedZero() implements Randomness {
    @Override
    public RandomStream stream(String name, long... counters) {
      return RandomStream.of(0, name, counters);
    }
  }

  private record Reading(State buffers) implements Forward {
    @Override
    public boolean training() {
      return false;
    }

    @Override
    public Tensor feature(String name, Site site, Tensor value) {
      return value;
    }

    @Override
    public RandomStream random(String name) {
      return RandomStream.of(0, name);
    }

    @Override
    public Optional<Tensor> buffer(String name) {
      return Optional.of(buffers.array(name));
    }

    @Override
    public void updateBuffer(String name, Tensor value) {
      throw new AssertionError("not a training pass");
    }
  }

  @Test
  void ranksAreAveragedOverSeeds() {
    Map<String, Double> ranks = new TreeMap<>();
    new MeanRank("test/accuracy")
        .analyse(
            List.of(run("a", 0, 0.9), run("b", 0, 0.8), run("a", 1, 0.1), run("b", 1, 0.2)),
            new Recorder() {
              @Override
              public void number(String series, double value) {
                ranks.put(series, value);
              }

              @Override
              public void array(String name, double... values) {
                throw new AssertionError(name);
              }
            });
    assertEquals(Map.of("rank/a", 1.5, "rank/b", 1.5), ranks);
  }

  private static RunRecord run(String arm, long seed, double accuracy) {
    return new RunRecord() {
      @Override
      public String arm() {
        return arm;
      }

      @Override
      public long seed() {
        return seed;
      }

      @Override
      public Map<String, Object> settings() {
        return Map.of();
      }

      @Override
      public History history() {
        return new History() {
          @Override
          public Set<String> names() {
            return Set.of("test/accuracy");
          }

          @Override
          public Optional<Series> series(String name) {
            return Optional.of(new Series(name, new long[] {1}, new double[] {accuracy}));
          }
        };
      }

      @Override
      public Optional<double[]> array(String name) {
        return Optional.empty();
      }

      @Override
      public Parameters parameters() {
        return at(0, 0);
      }
    };
  }
}
