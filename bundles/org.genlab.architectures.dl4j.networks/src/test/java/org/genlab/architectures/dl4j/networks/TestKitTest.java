package org.genlab.architectures.dl4j.networks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.genlab.architectures.dl4j.Dl4jNetwork;
import org.genlab.tck.ArchitectureSuite;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** What the test kit demands of {@code dl4j-network}, with the fragment that reads its files. */
class TestKitTest extends ArchitectureSuite {
  TestKitTest() {
    super(Dl4jNetwork.class);
  }

  @Override
  protected List<String> settings() {
    String json =
        new NeuralNetConfiguration.Builder()
            .list()
            .layer(new DenseLayer.Builder().nIn(5).nOut(4).activation(Activation.TANH).build())
            .layer(
                new OutputLayer.Builder(LossFunction.MCXENT)
                    .nIn(4)
                    .nOut(3)
                    .activation(Activation.SOFTMAX)
                    .build())
            .build()
            .toJson();
    try {
      Path file = Files.writeString(Path.of("target/kit.json").toAbsolutePath(), json);
      return List.of("{file: '" + file + "'}");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  protected List<Path> fragments() {
    return List.of(Path.of("target/classes").toAbsolutePath());
  }
}
