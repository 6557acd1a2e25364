package org.genlab.benchmarks;

import static java.util.stream.Collectors.joining;

import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.JniUtils;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * TorchScript from source text. What PyTorch loads is a zip archive with the source of a class and
 * a pickled object of it; both are put together here, so that all of PyTorch's operators can be
 * called, also those that DJL's interfaces do not have, and a whole training step is one call.
 */
final class TorchScript {
  /** The version of the file format and of the operators' signatures: that of PyTorch 2.x. */
  private static final String VERSION = "10\n";

  private TorchScript() {}

  /**
   * Compiles a module.
   *
   * @param lists attributes, each a list of tensors, empty at first
   * @param methods definitions whose first argument is {@code self: __torch__.Net}, not indented
   */
  static PtSymbolBlock compile(PtNDManager manager, List<String> lists, String methods) {
    try {
      return JniUtils.loadModule(
          manager, new ByteArrayInputStream(archive(lists, methods)), false, false);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static byte[] archive(List<String> lists, String methods) {
    String source =
        """
        op_version_set = 1
        class Net(Module):
          __parameters__ = []
          __buffers__ = []
          training : bool
        """
            + lists.stream().map(list -> "  " + list + " : List[Tensor]\n").collect(joining())
            + methods.indent(2);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      add(zip, "version", ascii(VERSION));
      add(zip, "data.pkl", object(lists));
      add(zip, "code/__torch__.py", ascii(source));
      // an empty tuple
      add(zip, "constants.pkl", new byte[] {(byte) 0x80, 2, ')', '.'});
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /** Pickled, protocol 2: an object of __torch__.Net with training = True and empty lists. */
  private static byte[] object(List<String> lists) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.writeBytes(new byte[] {(byte) 0x80, 2});
    bytes.writeBytes(ascii("c__torch__\nNet\n"));
    bytes.writeBytes(new byte[] {')', (byte) 0x81, '}', '('});
    name(bytes, "training");
    bytes.write(0x88);
    for (String list : lists) {
      name(bytes, list);
      bytes.writeBytes(ascii("ctorch.jit._pickle\nbuild_tensorlist\n(]tR"));
    }
    bytes.writeBytes(ascii("ub."));
    return bytes.toByteArray();
  }

  private static void name(ByteArrayOutputStream bytes, String name) {
    bytes.writeBytes(new byte[] {'X', (byte) name.length(), 0, 0, 0});
    bytes.writeBytes(ascii(name));
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static void add(ZipOutputStream zip, String name, byte[] content) throws IOException {
    CRC32 checksum = new CRC32();
    checksum.update(content);
    ZipEntry entry = new ZipEntry("net/" + name);
    entry.setMethod(ZipEntry.STORED);
    entry.setSize(content.length);
    entry.setCompressedSize(content.length);
    entry.setCrc(checksum.getValue());
    zip.putNextEntry(entry);
    zip.write(content);
    zip.closeEntry();
  }
}
