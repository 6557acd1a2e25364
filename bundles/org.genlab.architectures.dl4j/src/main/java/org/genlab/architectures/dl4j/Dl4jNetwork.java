package org.genlab.architectures.dl4j;

import jakarta.inject.Inject;
import java.nio.file.Files;
import java.nio.file.Path;
import org.genlab.api.Default;
import org.genlab.api.Doc;
import org.genlab.api.Kind;
import org.genlab.api.Plugin;
import org.genlab.api.SettingException;
import org.genlab.api.data.DataSpec;
import org.genlab.api.model.Architecture;
import org.genlab.api.model.Network;

/**
 * A network of DeepLearning4J, trained and measured by GenLab: a {@code MultiLayerNetwork} or a
 * {@code ComputationGraph} with one input and one output. Needs the compute layer, which {@code
 * ./genlab compute nd4j} installs.
 *
 * <p><b>What of the configuration counts.</b> Layers, vertices, activations, initialisation of the
 * weights, dropout and batch normalisation do. What DL4J trains with does not, because GenLab's
 * optimizer and regularizers take its place: updaters, l1 and l2, constraints, gradient
 * normalisation, truncated backpropagation, and the loss function.
 *
 * <p><b>Outputs.</b> The loss is GenLab's and reads logits, so the last layer gives what stands
 * before its softmax (or its sigmoid, of an output or loss layer): that activation becomes the
 * identity. Other activations stay. Output, loss and recurrent output layers are known; others that
 * compute a loss (center loss, YOLO, one-class...) are refused.
 *
 * <p><b>Inputs.</b> Images are given as the first layer reads them, usually [batch, channels,
 * height, width], sequences of vectors as [batch, features, time] usually, and tokens as the
 * numbers an embedding (sequence) layer reads; a fully connected first layer gets the values of an
 * example in a row.
 *
 * <p><b>Parameters</b> lie in DL4J's order and are called {@code layer.parameter}, where the layer
 * has its name in the configuration, or its number from 0. A matrix that DL4J keeps column by
 * column, such as the W of a dense layer [in, out], is listed with its dimensions reversed, [out,
 * in], which is the same order of values. Running means and variances of batch normalisation are no
 * parameters but buffers.
 *
 * <p><b>In training</b> dropout and other noise come from DL4J's generator, seeded by the run for
 * each minibatch. Batch normalisation uses the statistics of the minibatch; its running ones are
 * those of the step's last gradient. Gradients in evaluation mode are refused for networks with
 * batch normalisation, and second derivatives for all: DL4J has first ones only. Gradients with
 * respect to inputs are there for a MultiLayerNetwork, not for a ComputationGraph.
 */
@Plugin(
    kind = Kind.ARCHITECTURE,
    id = "dl4j-network",
    version = "1.0.0",
    summary = "A network of DeepLearning4J: a configuration, a saved model or a Keras file",
    source = "DeepLearning4J 1.0.0-M2.1")
public final class Dl4jNetwork implements Architecture {
  /** In the fragment that the compute layer brings. */
  private static final String READER = "org.genlab.architectures.dl4j.networks.FileReader";

  /**
   * The settings.
   *
   * @param file a configuration in DL4J's JSON, a saved model (.zip), or a Keras model (.h5)
   * @param pretrained whether training begins with the parameters in the file, instead of new ones
   *     drawn as its configuration says
   */
  public record Settings(
      @Doc("a DL4J configuration (.json), a saved DL4J model (.zip) or a Keras model (.h5)")
          String file,
      @Default("false")
          @Doc("whether training begins with the parameters in the file, which .json has none of")
          boolean pretrained) {
    public Settings {
      if (!Files.isRegularFile(Path.of(file))) {
        throw new SettingException("file", "must name a file, and there is no " + file);
      }
    }
  }

  private final Settings settings;

  @Inject
  public Dl4jNetwork(Settings settings) {
    this.settings = settings;
  }

  @Override
  public Network build(DataSpec spec) {
    NetworkReader reader;
    try {
      reader =
          Class.forName(READER, true, Dl4jNetwork.class.getClassLoader())
              .asSubclass(NetworkReader.class)
              .getConstructor()
              .newInstance();
    } catch (ReflectiveOperationException | LinkageError e) {
      throw missing(e);
    }
    try {
      return reader.read(settings, spec);
    } catch (LinkageError e) {
      throw missing(e);
    }
  }

  private static SettingException missing(Throwable cause) {
    SettingException sentence =
        new SettingException(
            "file",
            "needs DeepLearning4J, which is not installed"
                + (cause instanceof ClassNotFoundException ? "" : " as a whole (" + cause + ")")
                + "; './genlab compute nd4j' installs it");
    sentence.initCause(cause);
    return sentence;
  }
}
