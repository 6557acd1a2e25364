package org.genlab.architectures.dl4j.networks;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.bytedeco.hdf5.global.hdf5;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.modelimport.keras.KerasModelImport;
import org.deeplearning4j.nn.modelimport.keras.exceptions.InvalidKerasConfigurationException;
import org.deeplearning4j.nn.modelimport.keras.exceptions.UnsupportedKerasConfigurationException;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.genlab.api.SettingException;
import org.genlab.api.data.DataSpec;
import org.genlab.api.model.Network;
import org.genlab.architectures.dl4j.Dl4jNetwork;
import org.genlab.architectures.dl4j.NetworkReader;
import org.nd4j.common.config.ND4JClassLoading;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;

/** Reads the files that DL4J can make networks from. */
public final class FileReader implements NetworkReader {
  private static final String FILE = "file";
  private static final String CONFIGURATION = "configuration.json";
  private static final String GRAPH_KEY = "\"networkInputs\"";

  @Override
  public Network read(Dl4jNetwork.Settings settings, DataSpec spec) {
    // Otherwise the loader of whatever thread comes first is the one that finds the backend.
    ND4JClassLoading.setNd4jClassloaderFromClass(Nd4j.class);
    Blueprint blueprint;
    try {
      blueprint = blueprint(settings);
    } catch (SettingException e) {
      throw e;
    } catch (IOException
        | InvalidKerasConfigurationException
        | UnsupportedKerasConfigurationException
        | RuntimeException e) {
      SettingException sentence =
          new SettingException(
              FILE,
              "must name a network that DL4J can read, and "
                  + settings.file()
                  + " is none: "
                  + reason(e));
      sentence.initCause(e);
      throw sentence;
    }
    return new ForeignNetwork(blueprint, spec);
  }

  /** The first line of the innermost message. */
  static String reason(Throwable problem) {
    Throwable cause = problem;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    if (cause instanceof NullPointerException) {
      // What the JVM says of it is about the reader's own variables.
      return "something that every network has is missing";
    }
    String message = cause.getMessage();
    if (message != null && message.startsWith("H5")) {
      return "HDF5 cannot read it (" + message.strip() + "); it may not be whole";
    }
    return message == null || message.isBlank()
        ? cause.getClass().getSimpleName()
        : message.strip().lines().findFirst().orElse("").replaceFirst("[.;:,]+$", "");
  }

  private static Blueprint blueprint(Dl4jNetwork.Settings settings)
      throws IOException,
          InvalidKerasConfigurationException,
          UnsupportedKerasConfigurationException {
    Path file = Path.of(settings.file());
    byte[] start = new byte[4];
    int length;
    try (var in = Files.newInputStream(file)) {
      length = in.readNBytes(start, 0, start.length);
    }
    if (length == 4 && start[0] == 'P' && start[1] == 'K') {
      return saved(file.toFile(), settings);
    }
    if (length == 4 && (start[0] & 0xff) == 0x89 && start[1] == 'H' && start[2] == 'D') {
      return keras(settings);
    }
    String json = Files.readString(file);
    if (!json.stripLeading().startsWith("{")) {
      throw new SettingException(
          FILE,
          "must name a DL4J configuration in JSON, a saved DL4J model (.zip) or a Keras model"
              + " (.h5), and "
              + file
              + " begins like none of them");
    }
    if (settings.pretrained()) {
      throw new SettingException(
          "pretrained",
          "must be false, because " + file + " is a configuration, which has no parameters");
    }
    return json.contains(GRAPH_KEY)
        ? graph(ComputationGraphConfiguration.fromJson(json), null, settings)
        : chain(MultiLayerConfiguration.fromJson(json), null, settings);
  }

  private static Blueprint saved(File file, Dl4jNetwork.Settings settings) throws IOException {
    String json;
    try (ZipFile zip = new ZipFile(file)) {
      ZipEntry entry = zip.getEntry(CONFIGURATION);
      if (entry == null) {
        throw new IOException("it has no " + CONFIGURATION);
      }
      json = new String(zip.getInputStream(entry).readAllBytes(), StandardCharsets.UTF_8);
    }
    if (json.contains(GRAPH_KEY)) {
      ComputationGraph graph = ModelSerializer.restoreComputationGraph(file, false);
      return graph(graph.getConfiguration(), graph.convertDataType(DataType.FLOAT), settings);
    }
    MultiLayerNetwork chain = ModelSerializer.restoreMultiLayerNetwork(file, false);
    return chain(
        chain.getLayerWiseConfigurations(), chain.convertDataType(DataType.FLOAT), settings);
  }

  private static Blueprint keras(Dl4jNetwork.Settings settings)
      throws IOException,
          InvalidKerasConfigurationException,
          UnsupportedKerasConfigurationException {
    // What is wrong with a file is said in a sentence, not by the library in a page before it.
    hdf5.H5Eset_auto2(hdf5.H5E_DEFAULT, null, null);
    try {
      MultiLayerNetwork chain =
          KerasModelImport.importKerasSequentialModelAndWeights(settings.file(), false);
      return chain(
          chain.getLayerWiseConfigurations(), chain.convertDataType(DataType.FLOAT), settings);
    } catch (InvalidKerasConfigurationException e) {
      // Not a Sequential model but one of the functional API.
      ComputationGraph graph = KerasModelImport.importKerasModelAndWeights(settings.file(), false);
      return graph(graph.getConfiguration(), graph.convertDataType(DataType.FLOAT), settings);
    }
  }

  private static Blueprint chain(
      MultiLayerConfiguration given, MultiLayerNetwork trained, Dl4jNetwork.Settings settings) {
    MultiLayerConfiguration configuration = given.clone();
    int last = configuration.getConfs().size() - 1;
    while (last >= 0 && Heads.replace(configuration.getConf(last))) {
      last--;
    }
    return new Blueprint.OfChain(
        settings.file(), configuration, settings.pretrained() ? trained.params() : null);
  }

  private static Blueprint graph(
      ComputationGraphConfiguration given,
      ComputationGraph trained,
      Dl4jNetwork.Settings settings) {
    ComputationGraphConfiguration configuration = given.clone();
    if (configuration.getNetworkInputs().size() != 1
        || configuration.getNetworkOutputs().size() != 1) {
      throw new IllegalArgumentException(
          "it has the inputs "
              + configuration.getNetworkInputs()
              + " and the outputs "
              + configuration.getNetworkOutputs()
              + ", and there must be one of each");
    }
    String last = configuration.getNetworkOutputs().get(0);
    while (configuration.getVertices().get(last) instanceof LayerVertex vertex
        && Heads.replace(vertex.getLayerConf())) {
      last = configuration.getVertexInputs().get(last).get(0);
    }
    return new Blueprint.OfGraph(
        settings.file(), configuration, settings.pretrained() ? trained.params() : null);
  }
}
