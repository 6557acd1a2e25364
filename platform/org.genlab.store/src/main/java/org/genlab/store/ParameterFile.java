package org.genlab.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.genlab.api.model.ParameterLayout;
import org.genlab.api.model.Parameters;

/**
 * Parameters in a file that other programs read and write: safetensors ({@link Safetensors}) or
 * NumPy's npz. Each parameter is an array under its name in the layout and in its shape, 32-bit
 * floats, row-major. Checkpoints of a run are such files too; of them, the parameters of the main
 * model are read.
 */
public final class ParameterFile {
  /** The format of a file. */
  public enum Format {
    SAFETENSORS,
    NPZ;

    /** The format that the ending of a file's name says; safetensors when it says none. */
    public static Format of(Path file) {
      return file.toString().toLowerCase(Locale.ROOT).endsWith(".npz") ? NPZ : SAFETENSORS;
    }
  }

  private static final String CHECKPOINT_PREFIX = StoredRun.MAIN_PARAMETERS + "/";

  private ParameterFile() {}

  /**
   * Writes parameters to a file, which is replaced when it is there.
   *
   * @throws UserError when it cannot be written
   */
  public static void write(Parameters parameters, Format format, Path file) {
    Map<String, Safetensors.Array> arrays = new LinkedHashMap<>();
    Map<String, String> metadata = new LinkedHashMap<>();
    metadata.put("format", "genlab-parameters-1");
    float[] flat = parameters.flat().toArray();
    for (ParameterLayout.Entry entry : parameters.layout().entries()) {
      arrays.put(
          entry.name(),
          new Safetensors.Floats(
              Arrays.copyOfRange(flat, entry.offset(), entry.offset() + entry.size()),
              entry.shape().toArray()));
      metadata.put("role:" + entry.name(), entry.role().name());
    }
    AtomicFiles.write(
        file,
        format == Format.NPZ
            ? out -> Npz.write(arrays, out)
            : new Safetensors(arrays, metadata)::writeTo);
  }

  /**
   * Reads values for the parameters of a layout: for each of them an array of its name and shape of
   * 32- or 64-bit floats, which are rounded; and no others.
   *
   * @return all values in the order of the layout
   * @throws UserError when the file cannot be read, is damaged, or does not fit the layout
   */
  public static float[] read(Path file, ParameterLayout layout) {
    Map<String, Safetensors.Array> arrays = arrays(file);
    float[] flat = new float[layout.size()];
    for (ParameterLayout.Entry entry : layout.entries()) {
      Safetensors.Array array = arrays.remove(entry.name());
      if (array == null) {
        throw new UserError(
            file
                + " has no array '"
                + entry.name()
                + "', which the network's parameters are to be read from"
                + (arrays.isEmpty() ? "." : "; it has " + some(arrays) + "."));
      }
      int[] shape = entry.shape().toArray();
      if (!Arrays.equals(shape, array.shape())) {
        throw new UserError(
            file
                + ": the array '"
                + entry.name()
                + "' has shape "
                + Arrays.toString(array.shape())
                + ", and the network's parameter has "
                + Arrays.toString(shape)
                + ".");
      }
      copy(array, flat, entry, file);
    }
    if (!arrays.isEmpty()) {
      throw new UserError(
          file + " has arrays that the network has no parameters for: " + some(arrays) + ".");
    }
    return flat;
  }

  private static void copy(
      Safetensors.Array array, float[] flat, ParameterLayout.Entry entry, Path file) {
    if (array instanceof Safetensors.Floats floats) {
      System.arraycopy(floats.values(), 0, flat, entry.offset(), entry.size());
    } else if (array instanceof Safetensors.Doubles doubles) {
      for (int i = 0; i < entry.size(); i++) {
        flat[entry.offset() + i] = (float) doubles.values()[i];
      }
    } else {
      throw new UserError(
          file + ": the array '" + entry.name() + "' holds integers; parameters are floats.");
    }
    for (int i = 0; i < entry.size(); i++) {
      if (!Float.isFinite(flat[entry.offset() + i])) {
        throw new UserError(
            file + ": the array '" + entry.name() + "' holds a value that is not finite.");
      }
    }
  }

  private static Map<String, Safetensors.Array> arrays(Path file) {
    byte[] bytes;
    try {
      bytes = Files.readAllBytes(file);
    } catch (IOException e) {
      throw AtomicFiles.cannotRead(file, e);
    }
    Map<String, Safetensors.Array> arrays;
    try {
      // A zip file begins so; a header of safetensors of that length would have 17 GB.
      boolean zip = bytes.length > 1 && bytes[0] == 'P' && bytes[1] == 'K';
      arrays =
          zip || Format.of(file) == Format.NPZ ? Npz.read(bytes) : Safetensors.read(bytes).arrays();
    } catch (IOException e) {
      throw new UserError(
          file + " cannot be read as safetensors or npz: " + e.getMessage() + ".", e);
    }
    Map<String, Safetensors.Array> parameters = new LinkedHashMap<>();
    arrays.forEach(
        (name, array) -> {
          if (name.startsWith(CHECKPOINT_PREFIX)) {
            parameters.put(name.substring(CHECKPOINT_PREFIX.length()), array);
          }
        });
    return parameters.isEmpty() ? new LinkedHashMap<>(arrays) : parameters;
  }

  private static String some(Map<String, ?> arrays) {
    List<String> names = arrays.keySet().stream().limit(5).toList();
    return names.stream().collect(Collectors.joining("', '", "'", "'"))
        + (arrays.size() > 5 ? " and " + (arrays.size() - 5) + " more" : "");
  }
}
