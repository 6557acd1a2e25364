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
  private record Array(float[] values, long[] shape) {}

  private final String configuration;
  private final Map<String, Map<String, Array>> layers = new LinkedHashMap<>();

  /**
   * @param configuration the JSON of the model
   */
  KerasFile(String configuration) {
    this.configuration = configuration;
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
