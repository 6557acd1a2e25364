package org.genlab.architectures.dl4j.networks;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.hdf5.Attribute;
import org.bytedeco.hdf5.DataSet;
import org.bytedeco.hdf5.DataSpace;
import org.bytedeco.hdf5.Group;
import org.bytedeco.hdf5.H5File;
import org.bytedeco.hdf5.PredType;
import org.bytedeco.hdf5.StrType;
import org.bytedeco.hdf5.global.hdf5;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.FloatPointer;

/**
 * A model in the layout in which Keras 2 saves one as HDF5: the configuration as an attribute, and
 * in {@code model_weights} a group for each layer, which lists the names of its arrays.
 */
final class KerasFile {
  /**
   * A dense layer: its name, its units, its activation, more settings, and its inputs in a graph.
   */
  static final String DENSE =
      """
      {"class_name": "Dense", "name": "%1$s", "config": {"name": "%1$s", "trainable": true,
       "dtype": "float32", "units": %2$d, "activation": "%3$s", "use_bias": true,
       "kernel_initializer": {"class_name": "GlorotUniform", "config": {"seed": null}},
       "bias_initializer": {"class_name": "Zeros", "config": {}},
       "kernel_regularizer": null, "bias_regularizer": null, "activity_regularizer": null,
       "kernel_constraint": null, "bias_constraint": null %4$s}%5$s}
      """;

  private record Array(float[] values, long[] shape) {}

  private final String configuration;
  private final Map<String, Map<String, Array>> layers = new LinkedHashMap<>();

  /**
   * @param configuration the JSON of the model
   */
  KerasFile(String configuration) {
    this.configuration = configuration;
  }

  static String dense(String name, int units, String activation, String more) {
    return DENSE.formatted(name, units, activation, more, "");
  }

  static String sequential(String... layers) {
    return """
    {"class_name": "Sequential", "config": {"name": "sequential", "layers": [%s]}}
    """
        .formatted(String.join(",", layers));
  }

  /** Two dense layers, of 4 inputs, 5 hidden units and 3 classes. */
  static KerasFile mlp(float[] w1, float[] b1, float[] w2, float[] b2) {
    return new KerasFile(
            sequential(
                dense("hidden", 5, "relu", ", \"batch_input_shape\": [null, 4]"),
                dense("out", 3, "softmax", "")))
        .with("hidden", "kernel", w1, 4, 5)
        .with("hidden", "bias", b1, 5)
        .with("out", "kernel", w2, 5, 3)
        .with("out", "bias", b2, 3);
  }

  /** Adds an array of a layer, such as {@code kernel}. */
  KerasFile with(String layer, String array, float[] values, long... shape) {
    layers.computeIfAbsent(layer, l -> new LinkedHashMap<>()).put(array, new Array(values, shape));
    return this;
  }

  void writeTo(Path path) {
    H5File file = new H5File(path.toString(), hdf5.H5F_ACC_TRUNC());
    try {
      attribute(file, "model_config", configuration);
      attribute(file, "keras_version", "2.4.0");
      attribute(file, "backend", "tensorflow");
      Group weights = file.createGroup("model_weights");
      attributes(weights, "layer_names", List.copyOf(layers.keySet()));
      layers.forEach((layer, arrays) -> write(weights, layer, arrays));
      weights.close();
    } finally {
      file.close();
    }
  }

  private static void write(Group weights, String layer, Map<String, Array> arrays) {
    Group group = weights.createGroup(layer);
    List<String> names = new ArrayList<>();
    Group inner = group.createGroup(layer);
    arrays.forEach(
        (name, array) -> {
          names.add(layer + "/" + name + ":0");
          DataSpace space = new DataSpace(array.shape().length, array.shape());
          DataSet set = inner.createDataSet(name + ":0", PredType.NATIVE_FLOAT(), space);
          set.write(new FloatPointer(array.values()), PredType.NATIVE_FLOAT());
          set.close();
        });
    attributes(group, "weight_names", names);
    inner.close();
    group.close();
  }

  private static void attribute(Group at, String name, String text) {
    write(at, name, text.getBytes(StandardCharsets.UTF_8), new DataSpace(), 1);
  }

  private static void attributes(Group at, String name, List<String> texts) {
    if (texts.isEmpty()) {
      return;
    }
    int length = texts.stream().mapToInt(String::length).max().orElse(1);
    byte[] bytes = new byte[length * texts.size()];
    for (int i = 0; i < texts.size(); i++) {
      byte[] text = texts.get(i).getBytes(StandardCharsets.UTF_8);
      System.arraycopy(text, 0, bytes, i * length, text.length);
    }
    write(at, name, bytes, new DataSpace(1, new long[] {texts.size()}), texts.size());
  }

  private static void write(Group at, String name, byte[] bytes, DataSpace space, int texts) {
    StrType type = new StrType(PredType.C_S1(), bytes.length / texts);
    Attribute attribute = at.createAttribute(name, type, space);
    attribute.write(type, new BytePointer(bytes));
    attribute.close();
  }
}
