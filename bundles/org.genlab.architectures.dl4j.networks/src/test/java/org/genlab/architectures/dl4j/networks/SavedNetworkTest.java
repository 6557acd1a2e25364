package org.genlab.architectures.dl4j.networks;

import static org.genlab.architectures.dl4j.networks.Losses.assertGradient;
import static org.genlab.architectures.dl4j.networks.Losses.loss;
import static org.genlab.architectures.dl4j.networks.SavedNetworks.dense;
import static org.genlab.architectures.dl4j.networks.SavedNetworks.graph;
import static org.genlab.architectures.dl4j.networks.SavedNetworks.output;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.genlab.api.data.Batch;
import org.genlab.api.data.DataSpec;
import org.genlab.api.data.InputSpec;
import org.genlab.api.data.TargetSpec;
import org.genlab.api.model.Network;
import org.genlab.api.model.ParameterLayout;
import org.genlab.api.model.Parameters;
import org.genlab.api.training.LossFunction;
import org.genlab.api.training.Optimizer;
import org.genlab.api.training.Schedule;
import org.genlab.architectures.dl4j.Dl4jNetwork;
import org.genlab.architectures.dl4j.data.Arrays4j;
import org.genlab.architectures.dl4j.networks.Losses.Trained;
import org.genlab.optimizers.firstorder.Sgd;
import org.genlab.optimizers.sharpness.Sam;
import org.genlab.tensor.IntTensor;
import org.genlab.tensor.Tensor;
import org.genlab.tensor.random.RandomStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

/** Networks that DL4J saved with their parameters, trained with two gradients a step. */
class SavedNetworkTest {
  private static final DataSpec VECTORS =
      new DataSpec(new InputSpec.Values(List.of(4)), new TargetSpec.Classes(3));

  @TempDir Path directory;

  private static MultiLayerNetwork chain(boolean norm) {
    NeuralNetConfiguration.ListBuilder list =
        new NeuralNetConfiguration.Builder().seed(5).list().layer(dense(Activation.TANH));
    if (norm) {
      list.layer(new BatchNormalization.Builder().nIn(6).nOut(6).build());
    }
    MultiLayerConfiguration configuration = list.layer(output()).build();
    MultiLayerNetwork network = new MultiLayerNetwork(configuration);
    network.init();
    return network;
  }

  private Network saved(Model own) throws IOException {
    Path file = directory.resolve("net.zip");
    ModelSerializer.writeModel(own, file.toFile(), true);
    return new FileReader().read(new Dl4jNetwork.Settings(file.toString(), true), VECTORS);
  }

  private static Batch batch() {
    int[] labels = new int[30];
    Arrays.setAll(labels, i -> i % 3);
    float[] inputs = Tensor.normal(RandomStream.of(1, "inputs"), 0.5, 30, 4).toArray();
    for (int i = 0; i < 30; i++) {
      inputs[4 * i + labels[i]] += 1;
    }
    return Batch.of(30)
        .with(Batch.INPUT, Tensor.of(inputs, 30, 4))
        .with(Batch.TARGET, IntTensor.of(labels, 30));
  }

  private static DataSet dataSet(Batch batch) {
    float[][] oneHot = new float[batch.size()][3];
    for (int i = 0; i < oneHot.length; i++) {
      oneHot[i][batch.labels().at(i)] = 1;
    }
    return new DataSet(Arrays4j.toNd4j(batch.input()), Nd4j.create(oneHot));
  }

  private static Optimizer sam(double rho, Sam.Perturb perturb) {
    Sgd sgd = new Sgd(new Sgd.Settings(0.1, 0.9, false, 0, Schedule.constant(), 0));
    return new Sam(new Sam.Settings(rho, false, 0, perturb), sgd);
  }

  @Test
  void gradientsAreThoseOfTheLoss() throws IOException {
    assertGradient(saved(chain(false)), batch(), true);
    assertGradient(saved(chain(false)), batch(), false);
    assertGradient(saved(graph()), batch(), true);
    assertGradient(saved(graph()), batch(), false);
  }

  /** Before the first step and after the last one the loss is what DL4J says it is. */
  @Test
  void aChainTrains() throws IOException {
    MultiLayerNetwork own = chain(false);
    DataSet data = dataSet(batch());
    Network network = saved(own);
    Trained trained = Losses.train(network, sam(0.1, Sam.Perturb.ALL), batch(), 40).assertFell();
    assertEquals(own.score(data), trained.losses()[0], 1e-5);
    own.setParams(Arrays4j.toNd4j(trained.parameters().flat().reshape(1, -1)));
    assertEquals(
        own.score(data),
        loss(network, trained.parameters().flat(), batch(), new Pass(false, 0)).item(),
        1e-5);
  }

  @Test
  void aGraphTrains() throws IOException {
    ComputationGraph own = graph();
    DataSet data = dataSet(batch());
    Network network = saved(own);
    Trained trained = Losses.train(network, sam(0.1, Sam.Perturb.ALL), batch(), 40).assertFell();
    assertEquals(own.score(data), trained.losses()[0], 1e-5);
    own.setParams(Arrays4j.toNd4j(trained.parameters().flat().reshape(1, -1)));
    assertEquals(
        own.score(data),
        loss(network, trained.parameters().flat(), batch(), new Pass(false, 0)).item(),
        1e-5);
  }

  /** The same chain written with operations on tensors takes the same path. */
  @Test
  void aChainTakesThePathOfTheSameNetworkOfTensors() throws IOException {
    Network network = saved(chain(false));
    List<String> names =
        network.layout().entries().stream().map(ParameterLayout.Entry::name).toList();
    Batch batch = batch();
    LossFunction written =
        LossFunction.of(
            p ->
                batch
                    .input()
                    .matmul(p.get(names.get(0)), false, true)
                    .plus(p.get(names.get(1)))
                    .tanh()
                    .matmul(p.get(names.get(2)), false, true)
                    .plus(p.get(names.get(3)))
                    .crossEntropy(batch.labels())
                    .mean(),
            batch);
    Optimizer optimizer = sam(0.3, Sam.Perturb.ALL);
    Trained trained = Losses.train(network, optimizer, batch, 20);
    Trained expected =
        Losses.train(network.initialize(RandomStream.of(0, "x")), optimizer, t -> written, 20);
    assertArrayEquals(expected.losses(), trained.losses(), 1e-4f);
    assertArrayEquals(
        expected.parameters().flat().toArray(), trained.parameters().flat().toArray(), 1e-3f);
  }

  @Test
  void scalesAndShiftsOfBatchNormalisationCanBePerturbedAlone() throws IOException {
    Network network = saved(chain(true));
    Optimizer optimizer = sam(0.5, Sam.Perturb.ONLY_NORM);
    Losses.train(network, optimizer, batch(), 40).assertFell();
    List<Parameters> points = new ArrayList<>();
    LossFunction loss =
        LossFunction.of(
            p -> {
              points.add(p.with(p.flat().detach().copy()));
              return Losses.loss(network, p.flat(), batch(), new Pass(true, 0));
            },
            batch());
    Losses.train(network.initialize(RandomStream.of(3, "init")), optimizer, t -> loss, 1);
    assertEquals(2, points.size());
    for (ParameterLayout.Entry entry : network.layout().entries()) {
      assertEquals(
          entry.role() == ParameterLayout.Role.NORM,
          !Arrays.equals(
              points.get(0).get(entry.name()).toArray(), points.get(1).get(entry.name()).toArray()),
          entry.name());
    }
  }
}
